"""Pupils of this authority's schools."""

from __future__ import annotations

import uuid

from chassis.desk.commands import StudentPage, StudentQuery, StudentRow
from county_node.store.transaction import CountyTransaction
from kernel.refusals import RequestMalformed
from kernel.status import StudentStatus
from kernel.writing import code_as_typed


def list_students(tx: CountyTransaction, query: StudentQuery, /) -> StudentPage:
    """By exact number, exact name, or all; pages in the order of their keys.

    Raises:
        RequestMalformed: the page token is none of ours; or a document is asked for, and authorities keep none.
    """
    if query.document:
        raise RequestMalformed(field="document", why="主管部门不保存证件号，请按学籍号或姓名查找")
    found = tx.students.page(
        number=code_as_typed(query.number).upper(),
        name=query.name.strip(),
        after=_after(query.token),
        size=query.size + 1,
    )
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


def _after(token: str) -> str:
    try:
        return str(uuid.UUID(token)) if token else ""
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed
