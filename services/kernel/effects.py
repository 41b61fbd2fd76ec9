"""What each procedure does to a student: pure, ``(student, item) -> student``.

The hub runs these inside the transaction that writes the history event, and nowhere else is a record changed.
"""

from __future__ import annotations

from dataclasses import replace

from kernel.case import Case, Item
from kernel.refusals import IdentityMismatch, StatusForbids
from kernel.status import StudentStatus
from kernel.student import Student

# Filled in by whoever files a transfer, beside the number that names the record.
PLACEMENT_KEYS = ("grade", "school_class")


def enrol(case: Case, item: Item, *, student_key: str, number: str) -> Student:
    """Articles 4 to 7: the record begins, at the school that filed."""
    return Student(
        student_key=student_key, number=number, status=StudentStatus.ENROLLED, school=case.school, values=item.values
    )


def require_transferable(case: Case, item: Item, student: Student) -> None:
    """Article 14: may this record begin to move?

    Raises:
        IdentityMismatch: the request names another name or another releasing school than the record has.
        StatusForbids: the record's status is not one that the procedure may start from.
    """
    if item.values.get("name") != student.name:
        raise IdentityMismatch(field="name")
    if case.releasing_school != student.school:
        raise IdentityMismatch(field="releasing_school")
    if student.status not in case.procedure.may_start_from:
        raise StatusForbids(status=student.status.label, procedure=case.procedure.title)


def arrive(case: Case, item: Item, student: Student) -> Student:
    """Articles 14 and 16: the record goes on at the receiving school, on the basis of what was received."""
    placement = {key: item.values[key] for key in PLACEMENT_KEYS if item.values.get(key)}
    return replace(
        student,
        school=case.school,
        values={**student.values, **placement},
        version=student.version + 1,
    )


def depart(student: Student) -> Student:
    """Article 9: what the releasing province keeps is a backup, read only."""
    return replace(student, status=StudentStatus.TRANSFERRED_OUT, version=student.version + 1)
