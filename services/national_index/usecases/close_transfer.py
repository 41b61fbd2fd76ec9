"""End a transfer with nobody moved: withdrawal, rejection, objection or expiry (R3). It races the commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.statement import Sign
from national_index.domain.slots import Slot, close_reason, close_slot, require_party
from national_index.store import IndexTransaction
from national_index.usecases.outcomes import known_or_buried, tell, with_receipt


@dataclass(frozen=True, slots=True)
class CloseTransfer:
    """Either hub's request. ``reason`` is a code of ``kernel.custody.CloseReason``."""

    transfer_id: str
    reason: str


def close_transfer(tx: IndexTransaction, command: CloseTransfer, *, province: str, now: datetime, sign: Sign) -> Slot:
    """The slot with its receipt: aborted, or what it came to before, whatever was asked (I9).

    Raises:
        ReasonNotListed: the reason is none of the closed list (R15).
        OutsideJurisdiction: the province is no party of the transfer.
    """
    reason = close_reason(command.reason)
    slot = known_or_buried(tx, command.transfer_id, asked_by=province, now=now, sign=sign)
    require_party(slot, province)
    if slot.is_final:
        return slot
    assert slot.student_key is not None, "an open slot has a student"
    student = tx.persons.lock(slot.student_key)
    slot = tx.slots.get_known(command.transfer_id)  # whoever raced us has decided by now
    if slot.is_final:
        return slot
    closed, freed = close_slot(slot, student, reason=reason)
    tx.persons.replace(student, freed)
    closed = with_receipt(tx, closed, now=now, sign=sign)
    tx.slots.settle(closed, now=now)
    tell(tx, closed, closed.parties, now=now)
    return closed
