"""Letters in: kept first, taken in a second transaction, parked while they make no sense yet (R11)."""

from __future__ import annotations

from datetime import datetime

from chassis.notices import take_from_across
from kernel import chains
from kernel.case import Case, CaseState
from kernel.custody import Release
from kernel.endorsement import Decision, read_chain
from kernel.feed import NoticeArrived, NoticeReceipted
from kernel.refusals import ChainBroken, Refusal, SignatureInvalid
from province_hub.domain.transfer import gaining as gaining_table
from province_hub.domain.transfer.letters import Letter, LetterKind
from province_hub.store.letters import LetterState
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import gaining, losing
from province_hub.usecases.transfer.handshake import LANE_MAIL, LETTERS_WAIT, Handshake, mail_key, progress
from province_hub.usecases.transfer.waiting import take_note


def receive_letter(tx: HubTransaction, letter: Letter, jws: str, *, now: datetime) -> bool:
    """Put a letter whose signature was found good into the inbox; False when it is a replay (R12).

    Raises:
        DigestReused: the same identity came with another content.
    """
    tx.wake(LETTERS_WAIT)
    return tx.letters.keep(
        sender=letter.sender,
        incarnation=letter.incarnation,
        sequence=letter.sequence,
        transfer_id=letter.transfer_id,
        kind=letter.kind.value,
        jws=jws,
        now=now,
    )


def acknowledge(tx: HubTransaction, letter: Letter, *, now: datetime) -> None:
    """The other hub has our letter: it is due no longer, and stays for good."""
    incarnation, sequence = letter.body["incarnation"], letter.body["sequence"]
    tx.letters.acknowledged(receiver=letter.sender, incarnation=incarnation, sequence=sequence, now=now)
    tx.outbox.done_by_key(LANE_MAIL, mail_key(letter.sender, incarnation, sequence), now=now)


def waiting_transfers(tx: HubTransaction, *, limit: int) -> list[str]:
    """Transfers about which letters wait to be taken."""
    return tx.letters.waiting_transfers(limit=limit)


def take_letters(tx: HubTransaction, transfer_id: str, *, now: datetime, handshake: Handshake) -> list[str]:
    """Take the letters about a transfer that wait in the inbox, as far as they make sense now.

    Returns:
        Codes of the refusals by which letters were quarantined: forged or contradictory, kept for a person.
    """
    quarantined: list[str] = []
    for waiting in tx.letters.waiting(transfer_id):
        try:
            letter = Letter.read(waiting.jws, verify=handshake.verify, receiver=handshake.province)
            with tx.connection.begin_nested():
                taken = _take(tx, letter, now=now, handshake=handshake)
        except Refusal as said:
            tx.letters.settle(waiting, LetterState.QUARANTINED, refusal_code=said.code)
            quarantined.append(said.code)
        else:
            if taken:
                tx.letters.settle(waiting, LetterState.TAKEN)
    return quarantined


def _take(tx: HubTransaction, letter: Letter, *, now: datetime, handshake: Handshake) -> bool:
    match letter.kind:
        case LetterKind.REQUEST:
            return losing.take_request(tx, letter, now=now, handshake=handshake)
        case LetterKind.RELEASE:
            return _take_release(tx, letter, now=now, handshake=handshake)
        case LetterKind.NOTICE | LetterKind.NOTICE_RECEIPT:
            return _take_notice(tx, letter, now=now, handshake=handshake)
        case LetterKind.NOTE:
            return take_note(tx, letter, now=now, handshake=handshake)
        case LetterKind.LATER:
            return False
        case LetterKind.ACKNOWLEDGEMENT:
            raise SignatureInvalid(why="回执不入收件箱")


def _take_notice(tx: HubTransaction, letter: Letter, *, now: datetime, handshake: Handshake) -> bool:
    """A notice of another province's office, or a receipt that it gives: for an office of this one."""
    jws = str(letter.body.get("jws", ""))  # what is none, no signature fits
    paper = NoticeArrived(jws) if letter.kind is LetterKind.NOTICE else NoticeReceipted(jws)
    take_from_across(tx, paper, sender=letter.sender, post=handshake.notices, now=now)
    return True


def _take_release(tx: HubTransaction, letter: Letter, *, now: datetime, handshake: Handshake) -> bool:
    """A release: both the losing hub's word and every approval that the procedure asks for, over this very case."""
    release = Release.read(letter.body["release"], verify=handshake.verify)
    if (release.transfer_id, release.losing, release.gaining) != (
        letter.transfer_id,
        letter.sender,
        handshake.province,
    ):
        raise SignatureInvalid(why="放行与信件不符")
    ours = tx.cases.get(letter.transfer_id).case
    case = Case.from_content(letter.body["case"])
    chain = read_chain(case, verify=handshake.verify, register=handshake.register)
    given = [endorsed.endorsement.step for endorsed in chain]
    complete = chains.awaited(case.procedure, given) is None and all(
        endorsed.endorsement.decision is Decision.APPROVE for endorsed in chain
    )
    if case.digest != ours.digest or not complete or release.chain_head != case.head:
        raise ChainBroken(why="放行所依据的签批不完整")
    event = gaining_table.Released(release, letter.body["release"], letter.body["content_key"])
    if not gaining.advance(tx, letter.transfer_id, event, now=now, handshake=handshake):
        return False
    record = tx.cases.get(letter.transfer_id)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=record.awaited, due=None)
    to = handshake.authority_in(case, case.school)
    for endorsed in chain[len(ours.endorsements) :]:
        at_ms = endorsed.endorsement.at_ms
        step = endorsed.endorsement.step.value
        progress(tx, case.case_id, step, to=to, now=now, office=endorsed.office, at_ms=at_ms)
    return True
