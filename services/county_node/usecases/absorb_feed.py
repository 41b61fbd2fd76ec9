"""Take in what the hub says, and pass it on to the schools that it concerns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never

from chassis.ledger import Awaited, publish
from county_node.domain.routing import is_mine
from county_node.store.students import KnownStudent
from county_node.store.transaction import CountyTransaction
from county_node.usecases.offices import Bench, tell_schools
from kernel.calendar import working_days_after
from kernel.case import Case, CaseState
from kernel.effects import PLACEMENT_KEYS
from kernel.endorsement import office_of_step
from kernel.feed import CaseAsked, CaseOutcome, CaseProgress, CustodyReceipt, Entry, StudentLeft
from kernel.office import Office, Tier
from kernel.regulation import Step
from kernel.status import StudentStatus


def absorb_feed(tx: CountyTransaction, entry: Entry, /, *, now: datetime, bench: Bench) -> None:
    """One entry of the hub's feed, in the transaction that moves the cursor past it.

    Raises:
        CaseNotFound: the hub speaks of a case that never passed here: the feed stops, and a person must look.
    """
    match entry:
        case CaseAsked():
            _asked(tx, entry, now=now, bench=bench)
        case CaseProgress():
            _progress(tx, entry, now=now, bench=bench)
        case CaseOutcome():
            _outcome(tx, entry, now=now, bench=bench)
        case StudentLeft():
            _left(tx, entry, now=now, bench=bench)
        case CustodyReceipt():
            pass  # for hubs alone
        case _:
            assert_never(entry)


def _asked(tx: CountyTransaction, entry: CaseAsked, *, now: datetime, bench: Bench) -> None:
    """Another side's transfer asks for a pupil of ours: the releasing school first, then this office (Article 14)."""
    case, step = entry.case, Step(entry.step)
    office = office_of_step(case, step, register=bench.register) or bench.here
    due = working_days_after(now, case.procedure.step_working_days)
    awaited = Awaited(step.value, str(office))
    shown = dict(entry.shown)
    if not tx.cases.add(case, state=CaseState.OPEN, awaited=awaited, received_at=now, due=due, shown=shown):
        tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=due)
    tx.cases.note(case.case_id, step="asked", office=bench.hub, at=now)
    if is_mine(office, bench.here, register=bench.register):
        publish(tx, entry, to=office, now=now)


def _progress(tx: CountyTransaction, entry: CaseProgress, *, now: datetime, bench: Bench) -> None:
    record = tx.cases.get(entry.case_id)
    due_at = _moment(entry.due_at_ms) if entry.due_at_ms else None
    tx.cases.note(entry.case_id, step=entry.step, office=entry.office, at=_moment(entry.at_ms))
    tx.cases.point(entry.case_id, awaited=Awaited(entry.awaited_step, entry.awaited_office), due_at=due_at)
    tell_schools(tx, record.case, entry, bench=bench, now=now)


def _outcome(tx: CountyTransaction, entry: CaseOutcome, *, now: datetime, bench: Bench) -> None:
    record = tx.cases.get(entry.case_id, lock=True)
    tx.cases.settle(entry.case_id, entry.items)
    tx.cases.note(entry.case_id, step="settled", office=bench.hub, at=_moment(entry.at_ms))
    if is_mine(Office(Tier.SCHOOL, record.case.school), bench.here, register=bench.register):
        tx.students.put(_enrolled(record.case, entry))
    tell_schools(tx, record.case, entry, bench=bench, now=now)


def _left(tx: CountyTransaction, entry: StudentLeft, *, now: datetime, bench: Bench) -> None:
    record = tx.cases.get(entry.case_id, lock=True)
    releasing = Office(Tier.SCHOOL, record.case.releasing_school)
    tx.students.left(entry.number, school=releasing.code, status=StudentStatus.TRANSFERRED_OUT.value)
    if not is_mine(Office(Tier.SCHOOL, record.case.school), bench.here, register=bench.register):
        tx.cases.close(entry.case_id)
    publish(tx, entry, to=releasing, now=now)


def _enrolled(case: Case, entry: CaseOutcome) -> list[KnownStudent]:
    values_of = {item.item_id: item.values for item in case.items}
    known = []
    for outcome in entry.items:
        if outcome.number:
            values = {**values_of[outcome.item_id], **outcome.record}
            grade, school_class = (values.get(key, "") for key in PLACEMENT_KEYS)
            known.append(
                KnownStudent(
                    student_key=outcome.student_key,
                    number=outcome.number,
                    name=values.get("name", ""),
                    school=case.school,
                    grade=grade,
                    school_class=school_class,
                    status=StudentStatus.ENROLLED.value,
                )
            )
    return known


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
