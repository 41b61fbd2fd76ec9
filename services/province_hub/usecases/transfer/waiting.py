"""A request that cannot be put below yet: it waits at the losing hub, and the gaining side is told for what (暂停).

What passes by itself or by another case (``kernel.preflight.CURABLE``) ends no transfer: it would only be filed again.
"""

from __future__ import annotations

from datetime import datetime

from chassis.ledger import Awaited
from kernel.case import Case
from kernel.clock import milliseconds
from kernel.custody import CloseReason
from kernel.facts import stage_of
from kernel.feed import refusal_from_content, refusal_to_content
from kernel.office import Office, Tier
from kernel.packs.keys import TRANSFER_STATUSES
from kernel.preflight import against_record
from kernel.refusals import Refusal
from kernel.regulation.transfers import TRANSFER
from province_hub.domain.transfer.gaining import GainingState
from province_hub.domain.transfer.letters import Letter, LetterKind
from province_hub.domain.transfer.losing import Losing, LosingState, is_held_at
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer.handshake import Handshake, asked_there, progress, write_letter

RESUMED = "resumed"  # 继续办理


def against(case: Case, held: Held, transfer: Losing, *, handshake: Handshake) -> CloseReason | Refusal | None:
    """What speaks against this record's moving: what ends the transfer (2001, 2002), what it waits for, or nothing."""
    student, (item,) = held.student, case.items
    if item.values.get("name") != student.name or case.releasing_school != student.school:
        return CloseReason.IDENTITY_MISMATCH
    if not is_held_at(transfer.epoch, custody=held.custody, epoch=held.epoch):
        return CloseReason.OPEN_CASE  # R4: it moved while the request waited
    # Another province's wish is judged by the national text alone.
    pack = handshake.pack_of(case)
    movable = case.procedure.may_start_from
    if case.procedure.family == TRANSFER:
        movable &= frozenset(pack.read(stage_of(student.grade))(TRANSFER_STATUSES))
    if student.status not in movable:
        return CloseReason.OPEN_CASE
    in_work = bool(held.open_case) and held.open_case != case.case_id
    findings = against_record(student, custody=held.custody, in_work=in_work, pack=pack)
    return findings[0].said if findings else None


def wait(tx: HubTransaction, transfer: Losing, said: Refusal, *, now: datetime, handshake: Handshake) -> None:
    """Wait for what was found, and tell the gaining side, once for each thing that is waited for."""
    before = tx.cases.get(transfer.transfer_id).heading.waits_for
    if before is not None and before.code == said.code:
        return
    tx.cases.point(transfer.transfer_id, awaited=Awaited(LosingState.WAITING.value, ""), due=None, waits_for=said)
    tx.cases.note(transfer.transfer_id, step=LosingState.WAITING.value, office=handshake.office, at=now)
    _tell(tx, transfer, said, now=now, handshake=handshake)


def go_on(tx: HubTransaction, transfer: Losing, *, now: datetime, handshake: Handshake) -> None:
    """Nothing is waited for any more; the gaining side hears so where it heard of a waiting."""
    if tx.cases.get(transfer.transfer_id).heading.waits_for is None:
        return
    tx.cases.note(transfer.transfer_id, step=RESUMED, office=handshake.office, at=now)
    _tell(tx, transfer, None, now=now, handshake=handshake)


def take_note(tx: HubTransaction, letter: Letter, *, now: datetime, handshake: Handshake) -> bool:
    """The losing side says what our request waits for, or that it goes on: for worklists alone, it moves nothing."""
    transfer = tx.transfers.gaining(letter.transfer_id)
    overtaken = tx.letters.has_taken_later(
        letter.transfer_id,
        kind=LetterKind.NOTE.value,
        sender=letter.sender,
        after=(letter.incarnation, letter.sequence),
    )
    if transfer is None or transfer.losing != letter.sender or transfer.state is not GainingState.OPEN or overtaken:
        return True  # of the past, or of nothing that was asked
    case = tx.cases.get(letter.transfer_id).case
    told = letter.body.get("waits_for")
    said = refusal_from_content(told) if told else None
    awaited = Awaited(LosingState.WAITING.value, "") if said else asked_there(tx, case)
    tx.cases.point(case.case_id, awaited=awaited, due=None, waits_for=said)
    progress(
        tx,
        case.case_id,
        LosingState.WAITING.value if said else RESUMED,
        to=handshake.authority_in(case, case.school),
        now=now,
        office=Office(Tier.PROVINCE, letter.sender),
        at_ms=letter.body["since"],
        awaited_step=awaited.step,
        awaited_office=awaited.office,
        waits_for=said,
    )
    return True


def _tell(tx: HubTransaction, transfer: Losing, said: Refusal | None, *, now: datetime, handshake: Handshake) -> None:
    body = {"waits_for": refusal_to_content(said) if said else None, "since": milliseconds(now)}
    write_letter(tx, LetterKind.NOTE, transfer.transfer_id, body, to=transfer.gaining, handshake=handshake, now=now)
