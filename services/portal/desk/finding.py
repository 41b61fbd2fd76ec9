"""Pupils as people ask for them: by whatever is in their hand, in one field."""

from __future__ import annotations

from kernel.number import StudentNumber
from kernel.refusals import Refusal
from kernel.writing import code_as_typed
from portal.desk.person import Desk
from xueji.desk.v1 import desk_pb2


def find_pupils(desk: Desk, wanted: str, *, size: int, token: str = "") -> desk_pb2.ListStudentsResponse:
    """A page of the office's pupils: of a student number, a document's number or a whole name, or all of them."""
    asked = desk_pb2.ListStudentsRequest(page_size=size, page_token=token, **as_asked(wanted.strip()))
    return desk.ask(desk.cases.ListStudents, asked)


def as_asked(wanted: str) -> dict[str, str]:
    """What is looked for, by the field of the question that it belongs in."""
    if not wanted:
        return {}
    code = code_as_typed(wanted)
    if code.isascii() and any(character.isdigit() for character in code):
        return {"number" if _is_student_number(code) else "document": code.upper()}
    return {"name": wanted}


def _is_student_number(code: str) -> bool:
    try:
        StudentNumber.parse(code)
    except Refusal:
        return False
    return True
