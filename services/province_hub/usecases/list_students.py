"""Show the province's administrators which records it holds, and in what custody."""

from __future__ import annotations

import uuid

from chassis.desk.commands import StudentPage, StudentQuery, StudentRow
from kernel.refusals import RequestMalformed
from kernel.writing import code_as_typed
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction


def list_students(tx: HubTransaction, query: StudentQuery) -> StudentPage:
    """Records of this number (any they ever had), of exactly this name, of this document, or all, in pages.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    found = tx.students.page(
        number=code_as_typed(query.number).upper(),
        name=query.name.strip(),
        document=query.document,
        after=_after(query.token),
        size=query.size + 1,
    )
    shown = found[: query.size]
    next_token = shown[-1].student.student_key if len(found) > query.size else ""
    return StudentPage(tuple(_row(held) for held in shown), next_token)


def _after(token: str) -> str:
    try:
        return str(uuid.UUID(token)) if token else ""
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed


def _row(held: Held) -> StudentRow:
    student = held.student
    return StudentRow(
        student_key=student.student_key,
        number=student.number,
        name=student.name,
        school=student.school,
        grade=student.grade,
        school_class=student.school_class,
        status=student.status.value,
        status_label=student.status.label,
        custody=held.custody.value,
        epoch=held.epoch,
    )
