"""The classes of a review, as the school's two people see them."""

from __future__ import annotations

from datetime import datetime

from chassis.reviews import ClassKey, ClassPage, ClassQuery, ClassRow, ClassShown, RollPupil
from kernel.office import Identity
from kernel.refusals import RequestMalformed, ReviewRollNotHere
from kernel.review import counted
from kernel.status import StudentStatus
from school_node.store.reviews import ReviewedClass
from school_node.store.transaction import SchoolTransaction

_SEPARATOR = "|"


def list_classes(tx: SchoolTransaction, query: ClassQuery, /, *, by: Identity, now: datetime) -> ClassPage:
    """A page in the order of the grades.

    Raises:
        ReviewNotFound; ReviewRollNotHere: the hub has not told the roll yet. RequestMalformed: the page token.
    """
    del by, now
    require_roll(tx, query.review_id)
    found = tx.reviewed.page(query.review_id, after=_after(query.token), size=query.size + 1)
    page = found[: query.size]
    rows = tuple(row_of(one) for one in page)
    last = page[-1] if len(found) > len(page) else None
    return ClassPage(rows, f"{last.grade}{_SEPARATOR}{last.school_class}" if last else "")


def show_class(tx: SchoolTransaction, review_id: str, key: ClassKey, /, *, by: Identity, now: datetime) -> ClassShown:
    """A class, with its roll of the day. Raises as ``list_classes``, and ReviewClassNotFound."""
    del by, now
    require_roll(tx, review_id)
    one = tx.reviewed.get_class(review_id, key.grade, key.school_class)
    pupils = tuple(
        RollPupil(line.number, line.name, line.status, StudentStatus(line.status).label)
        for line in tx.reviewed.roll_of(review_id, key.grade, key.school_class)
    )
    return ClassShown(row_of(one), one.differences, pupils)


def require_roll(tx: SchoolTransaction, review_id: str) -> None:
    """Raises ReviewNotFound, ReviewRollNotHere."""
    tx.reviews.get(review_id)
    if not tx.reviewed.has_roll(review_id):
        raise ReviewRollNotHere(field="review_id")


def row_of(one: ReviewedClass) -> ClassRow:
    return ClassRow(
        key=ClassKey(one.grade, one.school_class),
        pupils=one.pupils,
        state=one.state.value,
        state_label=one.state.label,
        teacher=one.teacher,
        registrar=one.registrar,
        principal=one.principal,
        counts=counted(one.differences),
    )


def _after(token: str) -> tuple[str, str] | None:
    if not token:
        return None
    grade, separator, school_class = token.partition(_SEPARATOR)
    if not separator:
        raise RequestMalformed(field="page_token", why="页码无效")
    return grade, school_class
