"""Take in what the authority says: whose turn it is, what came of it, who is asked for, who has left."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from chassis.deadlines import take_recounted
from chassis.ledger import Awaited
from chassis.notices import take_from_above
from kernel.adjudication import AdjudicationTold
from kernel.attending import RecordTold
from kernel.case import CaseState
from kernel.clock import moment_of
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
from kernel.organisations import OrganisationNews, PupilsLeft, PupilsPlaced, RegisterChanged
from kernel.promotion import ClassesPromoted
from kernel.refusals import CaseWithdrawn, ReturnedForCorrection
from kernel.regulation.stages import ADMISSION_WITHDRAWAL
from school_node.domain.pupil import PupilState, identity_digest, number_digest
from school_node.store.pupils import NewLine
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def absorb_feed(  # noqa: C901 - one case for each kind of entry
    tx: SchoolTransaction, entry: Entry, /, *, now: datetime, office: SchoolOffice
) -> None:
    """One entry of the authority's feed, in the transaction that moves the cursor past it.

    Raises:
        CaseNotFound: the authority speaks of a case that was never here: the feed stops, and a person must look.
    """
    office.register.see(tx)  # what the entry before this one may have changed
    match entry:
        case CaseAsked():
            _asked(tx, entry, now=now, office=office)
        case CaseProgress():
            _progress(tx, entry, office=office)
        case CaseOutcome():
            _outcome(tx, entry, now=now, office=office)
        case StudentLeft():
            _left(tx, entry, office=office)
        case ClassesPromoted():
            tx.pupils.promote(entry)
        case RecordTold():
            _record_told(tx, entry)
        case CustodyReceipt() | AdjudicationTold() | ArchiveToHandOver() | BreachFound():
            pass  # for hubs alone, and for authorities
        case DueRecounted():
            take_recounted(tx, entry, now=now)
        case NoticeArrived() | NoticeReceipted():
            take_from_above(tx, entry, post=office.notices, now=now)
        case RegisterChanged() | PupilsPlaced() | PupilsLeft():
            _reorganised(tx, entry, now=now)
        case _:
            assert_never(entry)


def _asked(tx: SchoolTransaction, entry: CaseAsked, *, now: datetime, office: SchoolOffice) -> None:
    """Another school asks for a pupil of ours: ten working days from now (Article 14)."""
    awaited = Awaited(entry.step, str(office.here))
    due = office.due(entry.case, now, entry.step)
    shown = dict(entry.shown)
    if not tx.cases.add(entry.case, state=CaseState.OPEN, awaited=awaited, received_at=now, due=due, shown=shown):
        tx.cases.advance(entry.case, state=CaseState.OPEN, awaited=awaited, due=due)
    tx.cases.note(entry.case.case_id, step="asked", office=office.upstream, at=now)


def _progress(tx: SchoolTransaction, entry: CaseProgress, *, office: SchoolOffice) -> None:
    record = tx.cases.get(entry.case_id, lock=True)
    tx.cases.note(entry.case_id, step=entry.step, office=entry.office, at=moment_of(entry.at_ms))
    taken = record.case.procedure.chain[: len(record.case.endorsements)]
    if entry.awaited_office == str(office.here) and entry.awaited_step in taken:
        return  # our own decision has overtaken it
    awaited = Awaited(entry.awaited_step, entry.awaited_office)
    tx.cases.point(entry.case_id, awaited=awaited, due=entry.due, waits_for=entry.waits_for)


def _outcome(tx: SchoolTransaction, entry: CaseOutcome, *, now: datetime, office: SchoolOffice) -> None:
    record = tx.cases.get(entry.case_id, lock=True)
    tx.cases.settle(entry.case_id, entry.items)
    tx.cases.note(entry.case_id, step="settled", office=office.upstream, at=moment_of(entry.at_ms))
    if record.case.procedure.begins_record:
        tx.pupils.settle(entry.case_id, entry.items, [_state(item) for item in entry.items])
        return
    if record.case.procedure is ADMISSION_WITHDRAWAL:  # 重复招生: the record is where it was before the admission
        for item in entry.items:
            if item.number:
                tx.pupils.leave(item.number)
        return
    if not record.case.procedure.moves_record:
        tx.pupils.lock_roll()
        tx.pupils.change(entry.items)
        return
    if record.case.school != office.here.code:
        return
    for item in entry.items:
        if item.number:
            digest = identity_digest(item.record) or number_digest(item.number)
            line = NewLine(item.item_id, digest, item.record)
            tx.pupils.lock_roll()
            tx.pupils.arrive(line, item, case_id=entry.case_id, now=now)


def _left(tx: SchoolTransaction, entry: StudentLeft, *, office: SchoolOffice) -> None:
    """Article 9: what stays here is a copy. A graduate's next school enters the case, and this one is not asked."""
    tx.pupils.leave(entry.number)
    record = tx.cases.find(entry.case_id, lock=True)
    if record is not None:
        gone = record.case.about(entry.number)
        tx.cases.settle(entry.case_id, [ItemOutcome(item.item_id, number=entry.number) for item in gone])
        tx.cases.note(entry.case_id, step="settled", office=office.upstream, at=moment_of(entry.at_ms))


def _reorganised(tx: SchoolTransaction, entry: OrganisationNews, *, now: datetime) -> None:
    match entry:
        case RegisterChanged():
            tx.schools.put(entry.lives, entry.reforms)
        case PupilsPlaced():
            _placed(tx, entry, now=now)
        case PupilsLeft():
            tx.pupils.leave_all(entry.keys)
        case _:
            assert_never(entry)


def _placed(tx: SchoolTransaction, entry: PupilsPlaced, *, now: datetime) -> None:
    """Art. 9: whole classes came with their records, because their school has become a part of this one."""
    tx.pupils.lock_roll()
    for pupil in entry.pupils:
        digest = identity_digest(pupil.values) or number_digest(pupil.number)
        record = ItemOutcome(
            pupil.line_id,
            number=pupil.number,
            student_key=pupil.student_key,
            record=pupil.values,
            status=pupil.status,
            standing=pupil.standing,
        )
        tx.pupils.arrive(NewLine(pupil.line_id, digest, pupil.values), record, case_id=entry.change_id, now=now)


def _record_told(tx: SchoolTransaction, entry: RecordTold) -> None:
    """A pupil of ours whose record another office's case changed; or one who is taught here, and has it elsewhere."""
    if entry.attends:
        tx.attending.put(entry)
        return
    tx.pupils.lock_roll()
    tx.pupils.change(
        [
            ItemOutcome(
                entry.student_key,
                number=entry.number,
                student_key=entry.student_key,
                record=entry.record,
                status=entry.status,
                standing=entry.standing,
            )
        ]
    )


def _state(outcome: ItemOutcome) -> PupilState:
    if outcome.refused is None:
        return PupilState.NUMBERED
    if isinstance(outcome.refused, CaseWithdrawn):
        return PupilState.DRAFT
    return PupilState.RETURNED if isinstance(outcome.refused, ReturnedForCorrection) else PupilState.REFUSED
