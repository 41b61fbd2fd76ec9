"""End a transfer inside the province that the releasing side refused."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case
from kernel.custody import releasing_side_reason
from kernel.endorsement import Endorsement, Register, authority_of
from kernel.feed import ItemOutcome
from kernel.office import Office
from kernel.refusals import NotApproved
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, settle


def refuse_transfer(
    tx: HubTransaction, case: Case, refusing: Endorsement, *, now: datetime, here: Office, register: Register
) -> list[Told]:
    """The record stays where it is, its lock is given back, and both sides hear the reason (R15)."""
    (item,) = case.items
    held = tx.students.by_number(item.values.get("number", ""), lock=True)
    if held is not None:
        tx.students.close_case(held.student.student_key, case.case_id)
    reason = releasing_side_reason(refusing.reason_code)
    said = NotApproved(reason=f"{reason.label}：{refusing.reason}", reason_code=reason.value)
    outcome = settle(tx, case, (ItemOutcome(item.item_id, refused=said),), here=here, now=now)
    sides = {authority_of(code, register=register) for code in (case.school, case.releasing_school)}
    return [(office, outcome) for office in sides]
