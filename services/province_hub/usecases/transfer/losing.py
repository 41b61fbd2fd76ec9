"""The losing side: has the record released by its school and authority, freezes it, lets it go on the index's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from chassis.ledger import Awaited
from kernel import chains
from kernel.archive import Archive, evidence_to_carry
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.custody import CloseReason, Custody, Release, releasing_side_reason
from kernel.effects import depart
from kernel.endorsement import Decision, Endorsed, office_of_step, read_chain
from kernel.feed import CaseAsked, CaseOutcome, ItemOutcome, StudentLeft
from kernel.history import event_of
from kernel.office import NATION, Office, Tier
from kernel.packs import step_deadline
from kernel.protection import shown
from kernel.refusals import (
    ArchiveNotAvailable,
    ChainBroken,
    Refusal,
    RulePackUnknown,
    TransferNotCompleted,
)
from kernel.regulation import Step
from kernel.statement import StatementKind
from province_hub.domain.transfer import losing
from province_hub.domain.transfer.letters import Letter, LetterKind
from province_hub.domain.transfer.losing import Losing, LosingState, RequestVerdict
from province_hub.store.transaction import HubTransaction
from province_hub.store.transfers import RELEASED, KeptArchive
from province_hub.usecases.announce import asked_beside
from province_hub.usecases.attending import addressed, attendance_told
from province_hub.usecases.transfer.handshake import (
    CASES_WAIT,
    LETTERS_WAIT,
    Handshake,
    approval_of,
    ask_index,
    progress,
    tell,
    write_letter,
)
from province_hub.usecases.transfer.waiting import against, go_on, wait


def take_request(tx: HubTransaction, letter: Letter, *, now: datetime, handshake: Handshake) -> bool:
    """Another province asks for a student; False while this hub cannot tell yet, so that the letter waits (R11).

    Raises:
        SignatureInvalid, ChainBroken, OutsideJurisdiction: the request is not what it says.
    """
    case = Case.from_content(letter.body["case"])
    _require_request(case, letter, handshake=handshake)
    held = tx.students.get(letter.body["student_key"], lock=True)
    verdict = losing.judge_request(
        asked=letter.body["epoch"],
        custody=held.custody if held is not None else Custody.NONE,
        epoch=held.epoch if held is not None else 0,
        known=tx.transfers.losing(letter.transfer_id) is not None,
        ended=tx.transfers.has_receipt(letter.transfer_id),
    )
    if verdict is not RequestVerdict.BEGINS:
        return verdict is RequestVerdict.PAST
    assert held is not None, "a request begins where the record is held"
    try:
        handshake.pack_of(case)
    except RulePackUnknown:
        return False  # filed under a national text that is newer than ours: it waits until we have it
    transfer = Losing(
        transfer_id=letter.transfer_id,
        student_key=held.student.student_key,
        gaining=letter.sender,
        epoch=held.epoch,
    )
    awaited = Awaited(LosingState.WAITING.value, "")
    tx.cases.add(case, state=CaseState.OPEN, awaited=awaited, received_at=now, due=None, shown=shown(held.student))
    tx.cases.note(case.case_id, step="asked", office=handshake.office, at=now)
    tx.transfers.save_losing(transfer, now=now)
    consider(tx, case.case_id, now=now, handshake=handshake)
    return True


def consider(tx: HubTransaction, transfer_id: str, *, now: datetime, handshake: Handshake) -> None:
    """Look whether a request that was not put below may be: it goes on, waits, or ends; asked again is nothing new."""
    transfer = tx.transfers.losing(transfer_id)
    assert transfer is not None, "asked of a transfer that this hub knows"
    if transfer.state is not LosingState.WAITING:
        return
    case = tx.cases.get(transfer_id).case
    held = tx.students.get(transfer.student_key, lock=True)
    assert held is not None, "students are never deleted"
    match against(case, held, transfer, handshake=handshake):
        case CloseReason() as reason:
            advance(tx, transfer_id, losing.Refused(reason), now=now, handshake=handshake)
        case Refusal() as said:
            wait(tx, transfer, said, now=now, handshake=handshake)
        case None:
            go_on(tx, transfer, now=now, handshake=handshake)
            advance(tx, transfer_id, losing.Cleared(), now=now, handshake=handshake)


def _require_request(case: Case, letter: Letter, *, handshake: Handshake) -> None:
    chain = read_chain(case, verify=handshake.verify, register=handshake.register)
    steps = [endorsed.endorsement.step for endorsed in chain]
    approved = all(endorsed.endorsement.decision is Decision.APPROVE for endorsed in chain)
    awaited = chains.awaited(case.procedure, steps)
    asks_us = awaited is not None and awaited.releasing and not any(step.releasing for step in steps)
    if not asks_us or not approved or len(case.items) != 1:
        raise ChainBroken(why="转入方的签批不完整")
    agrees = (
        case.procedure.leaves_province
        and case.case_id == letter.transfer_id
        and case.school[2:4] == letter.sender
        and case.releasing_school[2:4] == handshake.province
    )
    if not agrees:
        raise ChainBroken(why="转接请求与业务不符")


def _first_asked(case: Case) -> Step:
    """Whose endorsement opens the releasing side: its school's, or its authority's where a graduate goes on."""
    return next(step for step in case.procedure.chain if step.releasing)


def take_releasing_endorsement(
    tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], *, now: datetime, handshake: Handshake
) -> None:
    """The releasing side has endorsed or refused: its school, its authority, and whom the province asks beside them."""
    added = handshake.added_steps(case)
    given = [endorsed.endorsement.step for endorsed in chain]
    awaited = chains.awaited(case.procedure, given, added=added)
    noted = {event.step for event in tx.cases.timeline(case.case_id)}
    for endorsed in chain:
        if not endorsed.endorsement.step.releasing:
            continue
        endorsement = endorsed.endorsement
        if endorsement.step.value not in noted:
            tx.cases.note(case.case_id, step=endorsement.step.value, office=endorsed.office, at=now)
        transfer = tx.transfers.losing(case.case_id)
        if transfer is None:
            raise ChainBroken(why="本省没有受理过这笔转接")
        if endorsement.decision is not Decision.APPROVE:
            event: losing.Event = losing.Refused(releasing_side_reason(endorsement.reason_code))
        elif awaited is not None or endorsement.step is not given[-1]:
            event = losing.SchoolEndorsed()
        else:
            if transfer.state is LosingState.ASKED:  # nobody but the authority was asked
                advance(tx, case.case_id, losing.SchoolEndorsed(), now=now, handshake=handshake)
            held = tx.students.get(transfer.student_key, lock=True)
            assert held is not None, "students are never deleted"
            event = losing.AuthorityEndorsed(held.custody, held.epoch)
        advance(tx, case.case_id, event, now=now, handshake=handshake)
    if awaited is not None and chain[-1].endorsement.decision is Decision.APPROVE:
        _ask_beside(tx, case, awaited, now=now, handshake=handshake)


def _ask_beside(tx: HubTransaction, case: Case, step: Step, *, now: datetime, handshake: Handshake) -> None:
    """The nation's chain goes from office to office below; whom the province asks beside it, the hub asks (Art. 11)."""
    office = office_of_step(case, step, register=handshake.register)
    transfer = tx.transfers.losing(case.case_id)
    assert office is not None, "inside the province the register tells whose turn it is"
    assert transfer is not None, "asked of a transfer that this hub knows"
    due = step_deadline(handshake.pack_of(case).read(), step.value).due(now)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=Awaited(step.value, str(office)), due=due)
    if step not in chains.ADDED:
        return  # the authority has its school's endorsement before this hub does
    held = tx.students.get(transfer.student_key)
    assert held is not None, "students are never deleted"
    progress(
        tx,
        case.case_id,
        "passed_on",
        to=_below(case, handshake),
        now=now,
        office=handshake.office,
        awaited_step=step.value,
        awaited_office=str(office),
    )
    if office.tier is not Tier.PROVINCE:  # which has the hub's own desk
        tell(tx, CaseAsked(case, step.value, shown=shown(held.student)), to=office, now=now)


def open_archive(tx: HubTransaction, transfer_id: str, digest: str, *, province: str) -> tuple[KeptArchive, str]:
    """The archive released for that transfer and its key, for the hub that gains the student and for nobody else.

    Raises:
        ArchiveNotAvailable: nothing was released under these names to that province.
    """
    transfer = tx.transfers.losing(transfer_id)
    if (
        transfer is None
        or transfer.gaining != province
        or transfer.archive_digest != digest
        or not transfer.content_key
    ):
        raise ArchiveNotAvailable(field="transfer_id")
    kept = tx.transfers.archive(transfer_id, RELEASED)
    assert kept is not None, "a released transfer has its archive"
    return kept, transfer.content_key


def advance(tx: HubTransaction, transfer_id: str, event: losing.Event, *, now: datetime, handshake: Handshake) -> None:
    """Let the table decide, and do what it says."""
    transfer = tx.transfers.losing(transfer_id)
    assert transfer is not None, "asked of a transfer that this hub knows"
    move = losing.step(transfer, event)
    tx.transfers.save_losing(move.transfer, now=now)
    tx.wake(LETTERS_WAIT)  # a parked letter may make sense now (R11)
    for effect in move.effects:
        _do(tx, move.transfer, effect, now=now, handshake=handshake)


def _do(tx: HubTransaction, transfer: Losing, effect: losing.Effect, *, now: datetime, handshake: Handshake) -> None:
    match effect:
        case losing.AskBelow():
            _ask_below(tx, transfer, now=now, handshake=handshake)
        case losing.AskClose():
            # R3: refused here is asked there; the first valid word at the index wins.
            ask_index(tx, "close", transfer.transfer_id, now=now, reason=effect.reason.value)
            case = tx.cases.get(transfer.transfer_id).case
            awaited = Awaited(LosingState.CLOSING.value, str(NATION))
            tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=None)
            if _asked_below(tx, transfer):
                progress(tx, transfer.transfer_id, "close_asked", to=_below(case, handshake), now=now)
        case losing.FreezeAndRelease():
            _release(tx, transfer, now=now, handshake=handshake)
        case losing.Unfreeze():
            tx.students.unfreeze(transfer.student_key, transfer.transfer_id)
        case losing.Leave():
            _leave(tx, transfer, effect.epoch, now=now, handshake=handshake)
        case losing.EndUnmoved():
            said = TransferNotCompleted(reason=CloseReason(effect.reason).label)
            _end_unmoved(tx, transfer, said, now=now, handshake=handshake)
        case _:
            assert_never(effect)


def _ask_below(tx: HubTransaction, transfer: Losing, *, now: datetime, handshake: Handshake) -> None:
    """The releasing side has its time from now on (Art. 14), by the national text alone."""
    record = tx.cases.get(transfer.transfer_id)
    case = record.case
    tx.students.open_case(transfer.student_key, case.case_id)
    asked = _first_asked(case)
    office = office_of_step(case, asked, register=handshake.register)
    due = step_deadline(handshake.pack_of(case).read(), asked.value).due(now)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=Awaited(asked.value, str(office)), due=due)
    held = tx.students.get(transfer.student_key)
    assert held is not None, "just locked"
    question = CaseAsked(case, asked.value, shown=shown(held.student))
    tell(tx, question, to=handshake.authority_in(case, case.releasing_school), now=now)


def _release(tx: HubTransaction, transfer: Losing, *, now: datetime, handshake: Handshake) -> None:
    tx.students.freeze(transfer.student_key, transfer.transfer_id)
    held = tx.students.get(transfer.student_key)
    assert held is not None, "just frozen"
    history = tuple(tx.students.history(transfer.student_key))
    # Art. 9, 15: the archive leaves with the proofs of what it says.
    sizes = tx.evidence.sizes(digest for event in history for digest in event.evidence)
    archive = Archive(held.student, history, tx.evidence.contents(evidence_to_carry(history, sizes)))
    tx.transfers.keep_archive(
        transfer.transfer_id, RELEASED, digest=archive.digest, content=archive.to_bytes(), now=now
    )
    case = tx.cases.get(transfer.transfer_id).case
    release = Release(
        transfer_id=transfer.transfer_id,
        student_key=transfer.student_key,
        epoch=transfer.epoch,
        archive_digest=archive.digest,
        losing=handshake.province,
        gaining=transfer.gaining,
        chain_head=case.head,
        at_ms=milliseconds(now),
    )
    jws = handshake.sign(StatementKind.RELEASE, release.content())
    content_key = handshake.new_content_key()
    tx.transfers.save_losing(
        replace(transfer, release=jws, archive_digest=archive.digest, content_key=content_key), now=now
    )
    body = {"release": jws, "content_key": content_key, "case": case.to_content()}
    write_letter(tx, LetterKind.RELEASE, transfer.transfer_id, body, to=transfer.gaining, handshake=handshake, now=now)
    awaited = Awaited(LosingState.RELEASED.value, str(NATION))
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=None)
    progress(tx, case.case_id, "released", to=_below(case, handshake), now=now, office=handshake.office)


def _leave(tx: HubTransaction, transfer: Losing, epoch: int, *, now: datetime, handshake: Handshake) -> None:
    """Article 9: what stays here is a backup."""
    tx.wake(CASES_WAIT)
    held = tx.students.get(transfer.student_key, lock=True)
    assert held is not None, "students are never deleted"
    case = tx.cases.get(transfer.transfer_id).case
    gone = depart(held.student)
    by = approval_of(case, Step.OUT_AUTHORITY, handshake=handshake)
    event = event_of(case, held.student, gone, by=by, step="closed", at_ms=milliseconds(now))
    tx.students.leave(transfer.student_key, transfer_id=transfer.transfer_id, epoch=epoch, student=gone, event=event)
    tx.students.close_cases([transfer.student_key], transfer.transfer_id)
    (item,) = case.items
    to = _below(case, handshake)
    progress(tx, case.case_id, "closed", to=to, now=now, office=handshake.office)
    outcome = ItemOutcome(item.item_id, number=gone.number, student_key=gone.student_key)
    beside = asked_beside(tx, case.case_id, province=handshake.province)
    tx.cases.settle(case.case_id, (outcome,))
    for office in beside:
        told = ItemOutcome(item.item_id, number=gone.number)
        tell(tx, CaseOutcome(case.case_id, (told,), closed=True, at_ms=milliseconds(now)), to=office, now=now)
    tell(tx, StudentLeft(case.case_id, gone.number, transfer.gaining, milliseconds(now)), to=to, now=now)
    for office, ended in addressed(attendance_told(held.student, None, now=now), register=handshake.register):
        tell(tx, ended, to=office, now=now)


def _end_unmoved(tx: HubTransaction, transfer: Losing, said: Refusal, *, now: datetime, handshake: Handshake) -> None:
    tx.wake(CASES_WAIT)  # what waited for this one may go on
    asked_below = _asked_below(tx, transfer)
    tx.students.close_cases([transfer.student_key], transfer.transfer_id)
    case = tx.cases.get(transfer.transfer_id).case
    outcomes = tuple(ItemOutcome(item.item_id, refused=said) for item in case.items)
    beside = asked_beside(tx, case.case_id, province=handshake.province)
    tx.cases.settle(case.case_id, outcomes)
    if asked_below:
        to = _below(case, handshake)
        progress(tx, case.case_id, "aborted", to=to, now=now)
        for office in (to, *beside):
            tell(tx, CaseOutcome(case.case_id, outcomes, closed=True, at_ms=milliseconds(now)), to=office, now=now)
    else:
        tx.cases.note(case.case_id, step="aborted", office=NATION, at=now)


def _asked_below(tx: HubTransaction, transfer: Losing) -> bool:
    """Whether the releasing side was asked: the pupil's lock is set with the question. A request that fails the
    pre-flight is nobody's business below."""
    held = tx.students.get(transfer.student_key)
    return held is not None and held.open_case == transfer.transfer_id


def _below(case: Case, handshake: Handshake) -> Office:
    return handshake.authority_in(case, case.releasing_school)
