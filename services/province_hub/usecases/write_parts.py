"""Write what an approved case makes of its pupils' records: all in a few statements, each pupil by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ParamSpec, TypeVar

from kernel.case import Case, Item
from kernel.clock import day_of, milliseconds
from kernel.effects import Change, carry_out
from kernel.endorsement import Endorsed, require_school_in
from kernel.facts import read_day, stage_of
from kernel.history import Approval, HistoryEvent, counter_of, event_of, settled, state
from kernel.refusals import Refusal
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.provincial_numbers import with_numbers
from province_hub.usecases.rules import Rules

P = ParamSpec("P")
T = TypeVar("T")

Written = tuple[Student, HistoryEvent]


@dataclass(frozen=True)
class Part:
    """One pupil's part of a case, with the record before it."""

    item: Item
    before: Student


def write_parts(
    tx: HubTransaction,
    case: Case,
    parts: Sequence[Part],
    last: Endorsed,
    *,
    now: datetime,
    rules: Rules,
    on: date | None = None,
) -> list[Student | Refusal]:
    """Each record as it is now, or what speaks against it, in the order given; see ``draft_parts``."""
    drafts = draft_parts(tx, case, parts, last, now=now, rules=rules, on=on)
    written = iter(tx.students.write_all([draft for draft in drafts if not isinstance(draft, Refusal)]))
    return [draft if isinstance(draft, Refusal) else next(written) for draft in drafts]


def draft_parts(
    tx: HubTransaction,
    case: Case,
    parts: Sequence[Part],
    last: Endorsed,
    *,
    now: datetime,
    rules: Rules,
    on: date | None = None,
) -> list[Written | Refusal]:
    """Each record after its change with the entry that says so, or what speaks against it; nothing is written yet, but
    for numbers that are given.

    Args:
        last: the endorsement that settled the case.
        on: the day from which it is true, where nothing was filed about that; today where none is given.
    """
    if "counters" in case.procedure.by_key:
        return _counters(tx, case, parts, last, now=now)
    school, at_ms = require_school_in(case, case.school, register=rules.register), milliseconds(now)
    pack = rules.pack_of(case)
    readings = {stage: pack.read(stage) for stage in {stage_of(part.before.grade) for part in parts}}

    def change_of(part: Part) -> Change:
        reading, true_on = readings[stage_of(part.before.grade)], on or _effective_on(case, part.item, now=now)
        change = Change.under(reading, case, part.item, true_on, system=school.school_system)
        carry_out(part.before, change)  # what the life cycle forbids must not take a number
        return change

    def draft(part: Part, change: Change) -> Written:
        after = carry_out(part.before, change)
        by = Approval.of(last, filed_reason=part.item.values.get("reason", ""))
        entry = event_of(
            case,
            part.before,
            after,
            by=by,
            step=last.endorsement.step.value,
            at_ms=at_ms,
            effective_on=change.on,
            item_id=part.item.item_id,
        )
        if entry.effective_on < day_of(at_ms):
            after = settled(tx.students.history(part.before.student_key), entry, after)
        return after, entry

    changes = [_said(change_of, part) for part in parts]
    possible = [
        (change, part.before) for change, part in zip(changes, parts, strict=True) if not isinstance(change, Refusal)
    ]
    numbered = iter(with_numbers(tx, case, possible, school=school, at_ms=at_ms, rules=rules))
    changes = [change if isinstance(change, Refusal) else next(numbered) for change in changes]
    return [
        change if isinstance(change, Refusal) else _said(draft, part, change)
        for change, part in zip(changes, parts, strict=True)
    ]


def _counters(
    tx: HubTransaction, case: Case, parts: Sequence[Part], last: Endorsed, *, now: datetime
) -> list[Written | Refusal]:
    """反向更正: the record is what the history says without the entry that is taken back."""

    def counter(part: Part) -> Written:
        history = tx.students.history(part.before.student_key)
        by = Approval.of(last, filed_reason=part.item.values.get("reason", ""))
        step, at_ms = last.endorsement.step.value, milliseconds(now)
        entry = counter_of(case, history, int(part.item.values["counters"]), by=by, step=step, at_ms=at_ms)
        after = state([*history, entry])
        assert after is not None, "a history begins"
        return after, entry

    return [_said(counter, part) for part in parts]


def _effective_on(case: Case, item: Item, *, now: datetime) -> date:
    """The day from which the change is true: as filed, or the day of the decision."""
    filed = item.values.get(case.procedure.effective_field, "") if case.procedure.effective_field else ""
    return read_day(filed) or day_of(milliseconds(now))


def _said(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Refusal:
    """What is made of one pupil, or the refusal that was raised of it: it leaves the others alone."""
    try:
        return do(*args, **kwargs)
    except Refusal as refused:
        return refused
