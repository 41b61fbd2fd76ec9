"""Take in what the hub says, and pass it on to the schools that it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from chassis.deadlines import take_recounted
from chassis.ledger import Awaited, CaseRecord
from chassis.logs import get_logger
from chassis.notices import take_from_above
from county_node.domain.routing import is_mine, is_mine_in
from county_node.store.students import KnownStudent
from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import outcome_told, progress_told, recount_told, tell
from county_node.usecases.bench import RECEIVED, SETTLED, Bench
from county_node.usecases.hand_over_archive import hand_over_archive
from county_node.usecases.reorganise import reorganise
from county_node.usecases.take_breach import take_breach
from kernel.adjudication import AdjudicationTold
from kernel.attending import RecordTold
from kernel.case import Case, CaseState
from kernel.clock import moment_of
from kernel.effects.change import PLACEMENT_KEYS
from kernel.endorsement import office_of_step
from kernel.feed import (
    BreachFound,
    CaseAsked,
    CaseOutcome,
    CaseProgress,
    CustodyReceipt,
    DueRecounted,
    Entry,
    ItemOutcome,
    NoticeArrived,
    NoticeReceipted,
    StudentLeft,
)
from kernel.handover import ArchiveToHandOver
from kernel.office import Office, Tier
from kernel.organisations import PupilsLeft, PupilsPlaced, RegisterChanged
from kernel.promotion import ClassesPromoted
from kernel.refusals import OutsideJurisdiction
from kernel.regulation import Step
from kernel.regulation.stages import ADMISSION_WITHDRAWAL
from kernel.status import StudentStatus

_OF_PREFECTURES = frozenset({Step.IN_PREFECTURE, Step.OUT_PREFECTURE})

log = get_logger()


def absorb_feed(  # noqa: C901 - one case for each kind of entry
    tx: CountyTransaction, entry: Entry, /, *, now: datetime, bench: Bench
) -> None:
    """One entry of the hub's feed, in the transaction that moves the cursor past it.

    What is said of a case that never passed here is passed over: a hub that finds by itself that a record may not move
    ends the transfer without asking anybody. To stop at it would keep every other school of this authority waiting.

    Raises:
        OutsideJurisdiction: asked for an office that is neither this one nor a school of its register: the two
            registers disagree, and the feed stops until somebody has looked.
        DigestReused: asked of a case that is known with another content.
    """
    bench.register.see(tx)  # what the entry before this one may have changed
    match entry:
        case CaseAsked():
            _asked(tx, entry, now=now, bench=bench)
        case CaseProgress() | CaseOutcome() | StudentLeft():
            _of_a_case(tx, entry, now=now, bench=bench)
        case ClassesPromoted():
            _promoted(tx, entry, now=now, bench=bench)
        case RecordTold():
            _record_told(tx, entry, now=now, bench=bench)
        case CustodyReceipt() | AdjudicationTold():
            pass  # for hubs alone
        case DueRecounted():
            _recounted(tx, entry, now=now, bench=bench)
        case ArchiveToHandOver():
            hand_over_archive(tx, entry, now=now, bench=bench)
        case NoticeArrived() | NoticeReceipted():
            take_from_above(tx, entry, post=bench.notices, now=now)
        case BreachFound():
            take_breach(tx, entry, now=now, bench=bench)
        case RegisterChanged() | PupilsPlaced() | PupilsLeft():
            reorganise(tx, entry, now=now, bench=bench)
        case _:
            assert_never(entry)


def _of_a_case(
    tx: CountyTransaction, entry: CaseProgress | CaseOutcome | StudentLeft, *, now: datetime, bench: Bench
) -> None:
    record = tx.cases.find(entry.case_id, lock=True)
    if record is None:
        log.warning("feed_names_unknown_case", case_id=entry.case_id, kind=entry.KIND)
        return
    match entry:
        case CaseProgress():
            _progress(tx, record, entry, now=now, bench=bench)
        case CaseOutcome():
            _outcome(tx, record, entry, now=now, bench=bench)
        case StudentLeft():
            _left(tx, record, entry, now=now, bench=bench)


def _asked(tx: CountyTransaction, entry: CaseAsked, *, now: datetime, bench: Bench) -> None:
    """Another side's transfer asks for a pupil of ours: the releasing school first, then this office (Article 14)."""
    case, step = entry.case, Step(entry.step)
    office = office_of_step(case, step, register=bench.register)
    if office is None and step in _OF_PREFECTURES:
        office = bench.here  # the school is a county's, whose register is not ours: the hub tells that we are asked
    below = office is not None and is_mine_in(case, office, bench.here, register=bench.register)
    if office is None or not (below or office == bench.here):
        raise OutsideJurisdiction(office=str(bench.here), what=case.procedure.title)
    awaited, due = Awaited(step.value, str(office)), bench.due(case, now, step.value)
    shown = dict(entry.shown)
    if not tx.cases.add(case, state=CaseState.OPEN, awaited=awaited, received_at=now, due=due, shown=shown):
        known = tx.cases.get(case.case_id, lock=True)
        if known.state is CaseState.CLOSED or len(known.case.endorsements) > len(case.endorsements):
            return  # asked and answered: a question never takes an endorsement back
        tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=due)
    tx.cases.note(case.case_id, step=RECEIVED, office=bench.here, at=now)
    if below:
        tell(tx, [(office, entry)], now=now)


def _progress(tx: CountyTransaction, record: CaseRecord, entry: CaseProgress, *, now: datetime, bench: Bench) -> None:
    tx.cases.note(entry.case_id, step=entry.step, office=entry.office, at=moment_of(entry.at_ms))
    awaited = Awaited(entry.awaited_step, entry.awaited_office)
    tx.cases.point(entry.case_id, awaited=awaited, due=entry.due, waits_for=entry.waits_for)
    tell(tx, progress_told(record.case, entry, bench=bench), now=now)


def _recounted(tx: CountyTransaction, entry: DueRecounted, *, now: datetime, bench: Bench) -> None:
    record = take_recounted(tx, entry, now=now)
    if record is not None:
        recount_told(tx, [(record, entry)], now=now, bench=bench)


def _outcome(tx: CountyTransaction, record: CaseRecord, entry: CaseOutcome, *, now: datetime, bench: Bench) -> None:
    tx.cases.settle(entry.case_id, entry.items)
    tx.cases.note(entry.case_id, step=SETTLED, office=bench.hub, at=moment_of(entry.at_ms))
    holder = _holder(record.case)
    if bench.register.answers_for(holder) == bench.here.code:
        if record.case.procedure is ADMISSION_WITHDRAWAL:  # the records are where they were before it
            for item in entry.items:
                tx.students.left(item.number, school=holder, status=StudentStatus.TRANSFERRED_OUT.value)
        else:
            tx.students.put(_placed(record.case, entry, holder=holder))
    tell(tx, outcome_told(record.case, entry, bench=bench), now=now)


def _left(tx: CountyTransaction, record: CaseRecord, entry: StudentLeft, *, now: datetime, bench: Bench) -> None:
    """Article 9: what stays here is a copy. Where the receiving school is ours too, the outcome has closed the case."""
    releasing = Office(Tier.SCHOOL, record.case.releasing_school)
    tx.students.left(entry.number, school=releasing.code, status=StudentStatus.TRANSFERRED_OUT.value)
    if record.state is not CaseState.CLOSED:
        gone = record.case.about(entry.number)
        tx.cases.settle(entry.case_id, [ItemOutcome(item.item_id, number=entry.number) for item in gone])
        tx.cases.note(entry.case_id, step=SETTLED, office=bench.hub, at=moment_of(entry.at_ms))
    tell(tx, [(releasing, entry)], now=now)


def _promoted(tx: CountyTransaction, entry: ClassesPromoted, *, now: datetime, bench: Bench) -> None:
    """Article 12: what the province did with a school's records in one night is done with what is known of them here.

    Raises:
        OutsideJurisdiction: the school is not of this authority's register: the feed stops until somebody has looked.
    """
    school = Office(Tier.SCHOOL, entry.school)
    if not is_mine(school, bench.here, register=bench.register):
        raise OutsideJurisdiction(office=str(bench.here), what="升级")
    tx.students.promote(entry)
    tell(tx, [(school, entry)], now=now)


def _record_told(tx: CountyTransaction, entry: RecordTold, *, now: datetime, bench: Bench) -> None:
    """What changed by no case of ours, or who attends a school of ours without having the record there (Article 17).

    Raises:
        OutsideJurisdiction: the school is not of this authority's register: the feed stops until somebody has looked.
    """
    school = Office(Tier.SCHOOL, entry.school)
    if not is_mine(school, bench.here, register=bench.register):
        raise OutsideJurisdiction(office=str(bench.here), what="学籍告知")
    if entry.attends:
        tx.attending.put(entry)
    else:
        grade, school_class = (entry.record.get(key, "") for key in PLACEMENT_KEYS)
        tx.students.put(
            [
                KnownStudent(
                    student_key=entry.student_key,
                    number=entry.number,
                    name=entry.record.get("name", ""),
                    school=entry.school,
                    grade=grade,
                    school_class=school_class,
                    status=entry.status,
                )
            ]
        )
    tell(tx, [(school, entry)], now=now)


def _holder(case: Case) -> str:
    """Code of the school that has the records when the case is done."""
    return case.school if case.procedure.moves_record or not case.releasing_school else case.releasing_school


def _placed(case: Case, entry: CaseOutcome, *, holder: str) -> list[KnownStudent]:
    """Pupils as they are now at the school that has their record."""
    values_of = {item.item_id: item.values for item in case.items}
    placed = []
    for outcome in entry.items:
        if outcome.number and (outcome.record or case.procedure.begins_record):  # else the record is elsewhere
            values = {**values_of[outcome.item_id], **outcome.record}
            grade, school_class = (values.get(key, "") for key in PLACEMENT_KEYS)
            placed.append(
                KnownStudent(
                    student_key=outcome.student_key,
                    number=outcome.number,
                    name=values.get("name", ""),
                    school=holder,
                    grade=grade,
                    school_class=school_class,
                    status=outcome.status or StudentStatus.ENROLLED.value,
                )
            )
    return placed
