"""Carry out a transfer inside the province: every endorsement is there, so the record goes on at the new school."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case
from kernel.clock import milliseconds
from kernel.effects import arrive
from kernel.endorsement import Endorsed, Register, authority_of
from kernel.feed import ItemOutcome, StudentLeft
from kernel.history import Approval, event_of
from kernel.office import Office
from kernel.refusals import Refusal
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, settle
from province_hub.usecases.lock_record import lock_record


def apply_transfer(
    tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], *, now: datetime, here: Office, register: Register
) -> list[Told]:
    """Articles 14 to 16: one record, one new version, both sides told.

    A transfer that one authority endorsed whole is seen here for the first time; what forbids it is told to both sides.
    """
    (item,) = case.items
    receiving = authority_of(case.school, register=register)
    releasing = authority_of(case.releasing_school, register=register)
    try:
        student = lock_record(tx, case)
    except Refusal as said:
        refused = settle(tx, case, (ItemOutcome(item.item_id, refused=said),), here=here, now=now)
        return [(office, refused) for office in {receiving, releasing}]
    arrived = arrive(case, item, student)
    step = case.procedure.chain[-1].value
    by = Approval.of(chain[-1])
    arrived = tx.students.write(arrived, event_of(case, student, arrived, by=by, step=step, at_ms=milliseconds(now)))
    tx.students.close_case(student.student_key, case.case_id)
    done = ItemOutcome(
        item.item_id, number=arrived.number, student_key=arrived.student_key, record=dict(arrived.values)
    )
    left = StudentLeft(case.case_id, arrived.number, case.school, milliseconds(now))
    return [(receiving, settle(tx, case, (done,), here=here, now=now)), (releasing, left)]
