"""The locks of the records that a case is about, taken and given back: one open case for a pupil."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.attending import ATTENDS
from kernel.case import Case, Item
from kernel.endorsement import Register
from kernel.refusals import AdmittedElsewhere, IdentityMismatch, PupilTwiceInCase, Refusal, StudentNotFound
from kernel.regulation.stages import ADMISSION
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction


def lock_records(
    tx: HubTransaction, case: Case, items: Sequence[Item], *, register: Register
) -> dict[str, Student | Refusal]:
    """Each item's record, locked for this case to its end, or why not; asking again for the same case is nothing.

    Refusals: StudentNotFound, RecordFrozen, NotCustodian: no record that this province may write. IdentityMismatch: it
    is not the one that was meant. StudentHasOpenCase: another case is open. SchoolNoLongerInForce: the record went on
    with the others of its school before the case came here; the school where it is now files anew (Art. 9).
    """
    held = tx.students.lock_by_numbers([item.values.get("number", "") for item in items])
    answers: dict[str, Student | Refusal] = {}
    for item in items:
        try:
            answers[item.item_id] = _meant(case, item, held.get(item.values.get("number", "")), register=register)
        except Refusal as said:
            answers[item.item_id] = said
    keys: set[str] = set()
    for item_id, one in answers.items():
        if isinstance(one, Student):
            if one.student_key in keys:
                answers[item_id] = PupilTwiceInCase(field="number")
            keys.add(one.student_key)
    refused = tx.students.open_cases(sorted(keys), case.case_id)
    return {
        item_id: refused.get(one.student_key, one) if isinstance(one, Student) else one
        for item_id, one in answers.items()
    }


def give_back_locks(tx: HubTransaction, case: Case, items: Sequence[Item]) -> None:
    """The records of these items are free for other cases again, if this case holds them."""
    held = tx.students.lock_by_numbers([item.values.get("number", "") for item in items])
    tx.students.close_cases([one.student.student_key for one in held.values()], case.case_id)


def _meant(case: Case, item: Item, held: Held | None, *, register: Register) -> Student:
    """The record, if it is the one that the item means."""
    if held is None:
        raise StudentNotFound(field="number")
    held.require_writable()
    student = held.student
    if item.values.get("name") != student.name:
        raise IdentityMismatch(field="name")
    holder = case.releasing_school if case.procedure.two_sided else case.school
    admitted = case.procedure.family == ADMISSION and student.status is StudentStatus.ENROLLED
    if admitted and student.standing.get("graduated_from") == holder:
        raise AdmittedElsewhere(field="number", school=student.school)  # 重复招生: two schools, one child
    files_where_attending = case.procedure.attending_may_file and holder == student.standing.get(ATTENDS)
    if holder != student.school and not files_where_attending:
        if register.in_force_for(case, holder) and register(holder) is None:
            raise register.unknown(holder)
        raise IdentityMismatch(field="releasing_school" if case.procedure.two_sided else "school")
    return student
