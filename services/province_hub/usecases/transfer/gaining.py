"""The gaining side: asks for a student, keeps the archive in escrow, and has the record when the index says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from chassis.ledger import Awaited
from kernel.archive import Archive
from kernel.case import Case, CaseState
from kernel.clock import day_of, milliseconds
from kernel.custody import Acceptance, CloseReason
from kernel.effects import Change, carry_out
from kernel.endorsement import require_school_in
from kernel.feed import CaseOutcome, ItemOutcome
from kernel.history import event_of
from kernel.office import NATION, Office, Tier
from kernel.refusals import ArchiveCorrupt, CaseNotFound, Refusal, TransferNotCompleted
from kernel.regulation import Step
from kernel.regulation.stages import ADMISSION
from kernel.school import School
from kernel.statement import StatementKind, statement_digest
from kernel.withdrawal import WITHDRAWAL_REFUSED
from province_hub.domain.transfer import gaining
from province_hub.domain.transfer.gaining import Gaining, GainingState
from province_hub.domain.transfer.letters import LetterKind
from province_hub.store.transaction import HubTransaction
from province_hub.store.transfers import ESCROW
from province_hub.usecases.announce import asked_beside, let_follow, outcome_of, told_since
from province_hub.usecases.provincial_numbers import aux_numbers
from province_hub.usecases.transfer.handshake import (
    LANE_ARCHIVE,
    LETTERS_WAIT,
    Handshake,
    approval_of,
    ask_index,
    asked_there,
    progress,
    tell,
    write_letter,
)


def begin_gaining(tx: HubTransaction, case: Case, *, now: datetime, handshake: Handshake) -> None:
    """The gaining side's endorsements are complete: remember the transfer, then ask the index to lock the student."""
    if tx.transfers.gaining(case.case_id) is not None:
        return
    tx.transfers.save_gaining(Gaining(transfer_id=case.case_id), now=now)
    ask_index(tx, "open", case.case_id, now=now)
    _await_index(tx, case, GainingState.OPENING.value, now=now, handshake=handshake)


def take_opening(
    tx: HubTransaction,
    transfer_id: str,
    *,
    student_key: str,
    losing: str,
    epoch: int,
    now: datetime,
    handshake: Handshake,
) -> None:
    """The index locked the student for us."""
    advance(tx, transfer_id, gaining.Opened(student_key, losing, epoch), now=now, handshake=handshake)


def keep_escrow(tx: HubTransaction, transfer_id: str, content: bytes, *, now: datetime, handshake: Handshake) -> None:
    """An archive was pulled: keep it in the escrow of this transfer, once it is found whole.

    Raises:
        ArchiveCorrupt: it is not what the release binds.
    """
    transfer = _known(tx, transfer_id)
    archive = Archive.from_bytes(content, digest=transfer.archive_digest)
    if archive.student.student_key != transfer.student_key:
        raise ArchiveCorrupt(why="不是该生的档案")
    tx.transfers.keep_archive(transfer_id, ESCROW, digest=transfer.archive_digest, content=content, now=now)
    advance(tx, transfer_id, gaining.ArchiveVerified(transfer.archive_digest), now=now, handshake=handshake)


def advance(
    tx: HubTransaction,
    transfer_id: str,
    event: gaining.Event,
    *,
    now: datetime,
    handshake: Handshake,
    refused: Refusal | None = None,
) -> bool:
    """Let the table decide, and do what it says; False when the event must wait (R11)."""
    move = gaining.step(_known(tx, transfer_id), event)
    if move.parked:
        return False
    tx.transfers.save_gaining(move.transfer, now=now)
    tx.wake(LETTERS_WAIT)  # a parked letter may make sense now (R11)
    for effect in move.effects:
        _do(tx, move.transfer, effect, now=now, handshake=handshake, refused=refused)
    return True


def _known(tx: HubTransaction, transfer_id: str) -> Gaining:
    transfer = tx.transfers.gaining(transfer_id)
    if transfer is None:
        raise CaseNotFound(field="transfer_id")
    return transfer


def _do(
    tx: HubTransaction,
    transfer: Gaining,
    effect: gaining.Effect,
    *,
    now: datetime,
    handshake: Handshake,
    refused: Refusal | None,
) -> None:
    match effect:
        case gaining.SendRequest():
            _send_request(tx, transfer, now=now, handshake=handshake)
        case gaining.Fetch():
            key = f"{transfer.transfer_id}:{transfer.archive_digest}"
            tx.outbox.put(LANE_ARCHIVE, key, {"transfer_id": transfer.transfer_id}, now=now)
            case = tx.cases.get(transfer.transfer_id).case
            _await_index(tx, case, GainingState.FETCHING.value, now=now, handshake=handshake)
        case gaining.AcceptAndCommit():
            _accept(tx, transfer, now=now, handshake=handshake)
        case gaining.AskClose():
            ask_index(tx, "close", transfer.transfer_id, now=now, reason=effect.reason.value)
        case gaining.Activate():
            _activate(tx, transfer, effect.epoch, now=now, handshake=handshake)
        case gaining.DropEscrow():
            tx.transfers.drop_escrow(transfer.transfer_id)
        case gaining.EndUnmoved():
            said = refused or TransferNotCompleted(reason=CloseReason(effect.reason).label)
            _end_unmoved(tx, transfer, said, now=now, handshake=handshake)
        case _:
            assert_never(effect)


def _send_request(tx: HubTransaction, transfer: Gaining, *, now: datetime, handshake: Handshake) -> None:
    case = tx.cases.get(transfer.transfer_id).case
    body = {"case": case.to_content(), "student_key": transfer.student_key, "epoch": transfer.epoch}
    write_letter(tx, LetterKind.REQUEST, transfer.transfer_id, body, to=transfer.losing, handshake=handshake, now=now)
    awaited = asked_there(tx, case)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=None)
    to = handshake.authority_in(case, case.school)
    progress(tx, case.case_id, "opened", to=to, now=now)
    progress(
        tx,
        case.case_id,
        "requested",
        to=to,
        now=now,
        office=handshake.office,
        awaited_step=awaited.step,
        awaited_office=awaited.office,
    )


def _accept(tx: HubTransaction, transfer: Gaining, *, now: datetime, handshake: Handshake) -> None:
    acceptance = Acceptance(
        transfer_id=transfer.transfer_id,
        epoch=transfer.epoch,
        archive_digest=transfer.archive_digest,
        gaining=handshake.province,
        release_digest=statement_digest(transfer.release),
        at_ms=milliseconds(now),
    )
    jws = handshake.sign(StatementKind.ACCEPTANCE, acceptance.content())
    tx.transfers.save_gaining(replace(transfer, acceptance=jws), now=now)
    ask_index(tx, "commit", transfer.transfer_id, now=now)
    case = tx.cases.get(transfer.transfer_id).case
    _await_index(tx, case, GainingState.ESCROWED.value, now=now, handshake=handshake)


def _activate(tx: HubTransaction, transfer: Gaining, epoch: int, *, now: datetime, handshake: Handshake) -> None:
    """R1, R7, R9: from the verified archive, at the receipt's epoch, if that is newer than what is known here."""
    kept = tx.transfers.archive(transfer.transfer_id, ESCROW)
    assert kept is not None, "the table activates with an escrow only"
    archive = Archive.from_bytes(kept.content, digest=kept.digest)
    case = tx.cases.get(transfer.transfer_id).case
    (item,) = case.items
    today, school = day_of(milliseconds(now)), require_school_in(case, case.school, register=handshake.register)
    change = Change(case, item, today, school.school_system, aux_number=_aux_number(tx, case, school, today, handshake))
    student = carry_out(archive.student, change)
    by = approval_of(case, Step.IN_AUTHORITY, handshake=handshake)
    event = event_of(case, archive.student, student, by=by, step="activated", at_ms=milliseconds(now))
    tx.students.take_over(student, epoch=epoch, history=archive.history, event=event)
    # Art. 16: the archive goes on on the basis of what was received, proofs included.
    tx.evidence.keep(archive.evidence, sender=str(Office(Tier.PROVINCE, transfer.losing)), now=now)
    outcome = outcome_of(item, student)
    to = handshake.authority_in(case, case.school)
    progress(tx, case.case_id, "committed", to=to, now=now)
    progress(tx, case.case_id, "activated", to=to, now=now, office=handshake.office)
    if transfer.closing:  # R3: the commit came first
        progress(tx, case.case_id, WITHDRAWAL_REFUSED, to=to, now=now)
    beside = asked_beside(tx, case.case_id, province=handshake.province)
    tx.cases.settle(case.case_id, (outcome,))
    let_follow(tx, case)
    for office, told in [(to, outcome), *((one, ItemOutcome(item.item_id, number=student.number)) for one in beside)]:
        tell(tx, CaseOutcome(case.case_id, (told,), closed=True, at_ms=milliseconds(now)), to=office, now=now)
    for office, entry in told_since(case, [student], now=now, register=handshake.register):
        tell(tx, entry, to=office, now=now)


def _aux_number(tx: HubTransaction, case: Case, school: School, on: date, handshake: Handshake) -> str:
    """学籍辅号 of a pupil who enters another stage here; empty of one who only moves."""
    if case.procedure.family != ADMISSION:
        return ""
    grades = [item.values.get("grade", "") for item in case.items]
    (number,) = aux_numbers(tx, handshake.pack_of(case), grades, school=school, on=on, here=handshake.office)
    return number


def _end_unmoved(tx: HubTransaction, transfer: Gaining, said: Refusal, *, now: datetime, handshake: Handshake) -> None:
    case = tx.cases.get(transfer.transfer_id).case
    outcomes = tuple(ItemOutcome(item.item_id, refused=said) for item in case.items)
    to = handshake.authority_in(case, case.school)
    progress(tx, case.case_id, "aborted", to=to, now=now)
    beside = asked_beside(tx, case.case_id, province=handshake.province)
    tx.cases.settle(case.case_id, outcomes)
    for office in (to, *beside):
        tell(tx, CaseOutcome(case.case_id, outcomes, closed=True, at_ms=milliseconds(now)), to=office, now=now)


def _await_index(tx: HubTransaction, case: Case, step: str, *, now: datetime, handshake: Handshake) -> None:
    awaited = Awaited(step, str(NATION))
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=None)
    progress(
        tx,
        case.case_id,
        step,
        to=handshake.authority_in(case, case.school),
        now=now,
        office=handshake.office,
        awaited_step=awaited.step,
        awaited_office=awaited.office,
    )
