"""Take the lock of the record that a transfer inside the province is about (Article 14)."""

from __future__ import annotations

from kernel.case import Case
from kernel.effects import require_transferable
from kernel.refusals import StudentNotFound
from kernel.student import Student
from province_hub.store.transaction import HubTransaction


def lock_record(tx: HubTransaction, case: Case) -> Student:
    """The record, locked for this case to its end; asking again for the same case is nothing.

    Raises:
        StudentNotFound, RecordFrozen, NotCustodian: no record that this province may write.
        IdentityMismatch, StatusForbids: the record is not the one that was meant, or may not move.
        StudentHasOpenCase: another case is open.
    """
    (item,) = case.items
    held = tx.students.by_number(item.values.get("number", ""), lock=True)
    if held is None:
        raise StudentNotFound(field="number")
    held.require_writable()
    require_transferable(case, item, held.student)
    tx.students.open_case(held.student.student_key, case.case_id)
    return held.student
