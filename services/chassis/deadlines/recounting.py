"""Dates that were provisional (暂定) are counted again when the calendar of a further year is out.

Each office counts again what it counted itself; whoever was told the date alone is told the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chassis.deadlines.transactions import Timed
from chassis.ledger import CaseRecord
from kernel.calendar import Due, national_calendar
from kernel.case import Case
from kernel.clock import milliseconds
from kernel.feed import DueRecounted
from kernel.office import Office

RECOUNTED = "due_recounted"  # 期限重新计算
RECOUNTED_MAX = 100  # cases in one transaction


class CountDue(Protocol):
    """Art. 14: the time of a step, from the moment at which its office was asked."""

    def __call__(self, case: Case, asked_at: datetime, step: str, /) -> Due: ...


class TellBelow(Protocol):
    """Tells the offices below that see these cases."""

    def __call__(self, tx: Any, told: Sequence[tuple[CaseRecord, DueRecounted]], /, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class Recount:
    """By what an office counts, and whom it tells."""

    here: Office
    due: CountDue
    tell: TellBelow | None = None


def recount(tx: Timed, /, *, now: datetime, by: Recount) -> bool:
    """A batch of open cases that another calendar counted; True when there may be more. Done again, it finds none."""
    version = national_calendar().version
    found = tx.deadlines.counted_otherwise(version, limit=RECOUNTED_MAX)
    told: list[tuple[CaseRecord, DueRecounted]] = []
    for case_id, counted_from in found:
        record = tx.cases.get(case_id)
        awaited = record.awaited
        due = by.due(record.case, counted_from, awaited.step)
        tx.deadlines.recounted(case_id, due)
        if (due.at, due.provisional) == (record.heading.due_at, record.heading.due_provisional):
            continue
        tx.cases.note(case_id, step=RECOUNTED, office=by.here, at=now)
        entry = DueRecounted(
            case_id, awaited.step, awaited.office, milliseconds(due.at), due.provisional, milliseconds(now)
        )
        told.append((record, entry))
    if by.tell is not None and told:
        by.tell(tx, told, now=now)
    return len(found) == RECOUNTED_MAX


def take_recounted(tx: Timed, told: DueRecounted, /, *, now: datetime) -> CaseRecord | None:
    """The office above has counted again: its date stands where none was counted here. The case, where it is known."""
    record = tx.cases.find(told.case_id, lock=True)
    if record is not None and tx.deadlines.told_again(told):
        tx.cases.note(told.case_id, step=RECOUNTED, office=told.awaited_office or record.awaited.office, at=now)
    return record
