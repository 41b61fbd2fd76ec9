"""Looking at the roll: drafts, and pupils with a number."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from chassis.desk.commands import StudentPage, StudentQuery, StudentRow, StudentWhole
from kernel.refusals import DraftNotFound, RequestMalformed, StudentNotFound
from kernel.status import StudentStatus
from school_node.domain.pupil import REGISTERED, PupilState
from school_node.store.pupils import Pupil
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice

# What is on the registrar's desk: not sent yet, or back with a reason.
_LINES_MAX = 20  # of one child at one school: each is a time that it came
ON_THE_DESK = (PupilState.DRAFT, PupilState.RETURNED, PupilState.REFUSED)


@dataclass(frozen=True)
class DraftPage:
    """Drafts and what came back, in the order entered; the token of the next page; all that could be sent up now."""

    lines: tuple[Pupil, ...]
    token: str
    drafts_total: int


def list_drafts(tx: SchoolTransaction, /, *, size: int, token: str) -> DraftPage:
    """A page of what is on the registrar's desk.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    found = tx.pupils.page(ON_THE_DESK, after=_after(token), size=size + 1)
    following = found[size - 1].pupil_id if len(found) > size else ""
    return DraftPage(tuple(found[:size]), following, tx.pupils.count_drafts())


def get_draft(tx: SchoolTransaction, item_id: str, /) -> Pupil:
    """One line of the registrar's desk.

    Raises:
        DraftNotFound: there is none, or it has been sent up.
    """
    line = tx.pupils.line(item_id)
    if line is None or line.state not in ON_THE_DESK:
        raise DraftNotFound
    return line


def list_students(tx: SchoolTransaction, query: StudentQuery, /, *, office: SchoolOffice) -> StudentPage:
    """Pupils with a number, those who left included; by exact number, name or document, or all.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    after = _after(query.token)
    found = tx.pupils.page(
        REGISTERED, number=query.number, name=query.name, document=query.document, after=after, size=query.size + 1
    )
    rows = tuple(_row(pupil, office=office) for pupil in found[: query.size])
    return StudentPage(rows, found[query.size - 1].pupil_id if len(found) > query.size else "")


def get_student(tx: SchoolTransaction, number: str, student_key: str, /, *, office: SchoolOffice) -> StudentWhole:
    """The pupil of a number in force, or of a record's key; those who left included. One who came back has several
    lines, and is told as the pupil of today.

    Raises:
        StudentNotFound: this school has, and had, nobody of that number.
    """
    found = tx.pupils.page(REGISTERED, number=number, student_key=student_key, size=_LINES_MAX)
    if not (found and (number or student_key)):
        raise StudentNotFound(field="number")
    pupil = next((line for line in found if line.state is PupilState.NUMBERED), found[-1])
    status = pupil.status if pupil.state is PupilState.NUMBERED else ""
    return StudentWhole(_row(pupil, office=office), status, pupil.values, pupil.standing)


def _row(pupil: Pupil, *, office: SchoolOffice) -> StudentRow:
    return StudentRow(
        student_key=pupil.student_key,
        number=pupil.number,
        name=pupil.values.get("name", ""),
        school=office.here.code,
        grade=pupil.values.get("grade", ""),
        school_class=pupil.values.get("school_class", ""),
        status=pupil.state.value,
        status_label=_status_label(pupil),
    )


def _status_label(pupil: Pupil) -> str:
    """What the province last told of a registered pupil; of others, where they are on the way."""
    told = pupil.state is PupilState.NUMBERED and pupil.status
    return StudentStatus(told).label if told else pupil.state.label


def _after(token: str) -> str:
    try:
        return str(uuid.UUID(token)) if token else ""
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed
