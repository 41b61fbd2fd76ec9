"""Take a case from one endorsement to the next: where it goes now, and who is told."""

from __future__ import annotations

from datetime import datetime

from chassis.ledger import NOBODY, Awaited, publish
from county_node.domain.routing import Below, Ours, Over, Up, route
from county_node.store.transaction import CountyTransaction
from county_node.usecases.offices import Bench, send_up, tell_schools
from kernel.calendar import Due, working_days_after
from kernel.case import Case, CaseState
from kernel.endorsement import Endorsed
from kernel.feed import CaseAsked, CaseProgress


def move_on(
    tx: CountyTransaction,
    case: Case,
    chain: tuple[Endorsed, ...],
    *,
    step_taken: str,
    taken_by: str,
    now: datetime,
    bench: Bench,
) -> Due | None:
    """Route the case by its chain; returns the end of the next office's statutory time, where one begins here."""
    awaited, due = NOBODY, None
    match route(case, chain, here=bench.here, register=bench.register):
        case Ours(step):
            # Art. 14: ten working days, from the day after receipt.
            due = working_days_after(now, case.procedure.step_working_days)
            awaited = Awaited(step.value, str(bench.here))
        case Below(step, school):
            due = working_days_after(now, case.procedure.step_working_days)
            awaited = Awaited(step.value, str(school))
            publish(tx, CaseAsked(case, step.value), to=school, now=now)
        case Up():
            awaited = Awaited("", str(bench.hub))
            send_up(tx, case, now=now)
        case Over():
            pass
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=due)
    progress = CaseProgress(
        case_id=case.case_id,
        step=step_taken,
        office=taken_by,
        at_ms=int(now.timestamp() * 1000),
        awaited_step=awaited.step,
        awaited_office=awaited.office,
        due_at_ms=int(due.at.timestamp() * 1000) if due else 0,
    )
    tell_schools(tx, case, progress, bench=bench, now=now)
    return due
