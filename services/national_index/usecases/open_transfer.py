"""Lock a student for a transfer to the province that asks, or deny it; either way the transfer is known from now on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.keys import IdentityKeys
from kernel.statement import Sign
from national_index.domain.slots import Slot, open_slot, require_own_school, require_same_opening
from national_index.store import IndexTransaction
from national_index.usecases.look_up import NumberHandle
from national_index.usecases.outcomes import tell, with_receipt


@dataclass(frozen=True, slots=True, repr=False)
class OpenTransfer:
    """A hub's request.

    Attributes:
        transfer_id: UUIDv7, stored by the hub before it asked, never used for another transfer.
        number: any number the student has or had. school: the one that asks for the student.
    """

    transfer_id: str
    number: str
    school: str


def open_transfer(
    tx: IndexTransaction,
    command: OpenTransfer,
    *,
    province: str,
    now: datetime,
    keys: IdentityKeys,
    sign: Sign,
) -> Slot:
    """The slot: open, or aborted with the denial. The same transfer again: its slot as it stands.

    Raises:
        SchoolCodeMalformed, OutsideJurisdiction: the school is not one of the province's.
        DigestReused: the transfer is known, and it is about somebody else.
    """
    require_own_school(command.school, province=province)
    number = NumberHandle(command.number).fingerprint(keys)
    # The row stays locked to the end, so two transfers of one student are opened one after the other.
    student = tx.handles(keys).lock_found(number) if number is not None else None
    known = tx.slots.get(command.transfer_id)
    if known is None:
        slot = open_slot(
            command.transfer_id,
            student=student,
            gaining=province,
            school=command.school,
            in_doubt=student is not None and tx.adjudications.is_open_about(student.student_key),
        )
        if slot.is_final:
            slot = with_receipt(tx, slot, now=now, sign=sign)
        if tx.slots.add(slot, now=now):
            if slot.is_final:
                tell(tx, slot, slot.parties, now=now)
            else:
                assert student is not None, "nobody is locked without being found"
                tx.persons.replace(student, replace(student, open_transfer=slot.transfer_id))
            return slot
        known = tx.slots.get_known(command.transfer_id)
    require_same_opening(
        known, student_key=student.student_key if student else None, gaining=province, school=command.school
    )
    return known
