"""Take a case from one endorsement to the next: where it goes now, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.ledger import NOBODY, Awaited
from county_node.domain.routing import Below, Ours, Over, Up, releasing_school_knows, route
from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import Told, progress_told
from county_node.usecases.bench import Bench, send_up
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.endorsement import Endorsed
from kernel.feed import CaseAsked, CaseProgress
from kernel.office import Office


@dataclass(frozen=True)
class Taken:
    """A step that was taken, as timelines show it."""

    step: str
    office: Office
    at: datetime


def move_on(
    tx: CountyTransaction,
    case: Case,
    chain: tuple[Endorsed, ...],
    *,
    taken: Sequence[Taken],
    now: datetime,
    bench: Bench,
) -> list[Told]:
    """Route the case by its chain, and note the steps that brought it here; who is to hear what."""
    told: list[Told] = []
    awaited, due = NOBODY, None
    match route(case, chain, here=bench.here, register=bench.register):
        case Ours(step):
            awaited, due = Awaited(step.value, str(bench.here)), bench.due(case, now, step.value)
        case Below(step, school):
            awaited, due = Awaited(step.value, str(school)), bench.due(case, now, step.value)
            told.append((school, CaseAsked(case, step.value)))
        case Up():
            awaited = Awaited("", str(bench.hub))
            send_up(tx, case, now=now)
        case Over():
            pass
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=due)
    for step_taken in taken:
        tx.cases.note(case.case_id, step=step_taken.step, office=step_taken.office, at=step_taken.at)
        progress = CaseProgress(
            case_id=case.case_id,
            step=step_taken.step,
            office=str(step_taken.office),
            at_ms=milliseconds(step_taken.at),
            awaited_step=awaited.step,
            awaited_office=awaited.office,
            due_at_ms=milliseconds(due.at) if due else 0,
            due_provisional=due.provisional if due else False,
        )
        knows = releasing_school_knows(case, chain)
        told += progress_told(case, progress, bench=bench, releasing_school_knows=knows)
    return told
