"""Pupils of this authority's schools."""

from __future__ import annotations

from chassis.desk.commands import StudentPage, StudentQuery, StudentRow
from county_node.store.transaction import CountyTransaction
from kernel.status import StudentStatus


def list_students(tx: CountyTransaction, query: StudentQuery, /) -> StudentPage:
    """By exact number, exact name, or all; pages in the order of their keys."""
    found = tx.students.page(number=query.number, name=query.name, after=query.token, size=query.size + 1)
    rows = tuple(
        StudentRow(
            student_key=student.student_key,
            number=student.number,
            name=student.name,
            school=student.school,
            grade=student.grade,
            school_class=student.school_class,
            status=student.status,
            status_label=StudentStatus(student.status).label,
        )
        for student in found[: query.size]
    )
    return StudentPage(rows, rows[-1].student_key if len(found) > query.size else "")
