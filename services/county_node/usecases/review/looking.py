"""What an authority sees of a review: classes as they were answered, and how far each school has come."""

from __future__ import annotations

from datetime import datetime

from chassis.reviews import (
    ClassKey,
    ClassPage,
    ClassQuery,
    ClassRow,
    ClassShown,
    ProgressPage,
    ProgressQuery,
    progress_page,
)
from county_node.store.reviews import AnsweredClass
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.endorsement import require_school
from kernel.office import Identity
from kernel.refusals import RequestMalformed
from kernel.review import SampledClass, counted

_SEPARATOR = "|"


def list_answers(tx: CountyTransaction, query: ClassQuery, /, *, by: Identity, now: datetime) -> ClassPage:
    """A page in the order of schools and classes. Raises ReviewNotFound; RequestMalformed: the page token."""
    del by, now
    tx.reviews.get(query.review_id)
    found = tx.answers.page(
        query.review_id,
        school=query.school,
        sampled=query.sampled,
        after=_after(query.token),
        size=query.size + 1,
    )
    page = found[: query.size]
    last = page[-1].name if len(found) > len(page) else None
    token = _SEPARATOR.join((last.school, last.grade, last.school_class)) if last else ""
    return ClassPage(tuple(row_of(one) for one in page), token)


def show_answer(tx: CountyTransaction, review_id: str, key: ClassKey, /, *, by: Identity, now: datetime) -> ClassShown:
    """A class with what differs. Raises ReviewNotFound, ReviewClassNotFound."""
    del by, now
    tx.reviews.get(review_id)
    one = tx.answers.get(review_id, name_of(key))
    return ClassShown(row_of(one), one.differences)


def list_progress(
    tx: CountyTransaction, query: ProgressQuery, /, *, by: Identity, now: datetime, bench: Bench
) -> ProgressPage:
    """Every school of this authority: heard of or not. Raises ReviewNotFound."""
    del by, now
    tx.reviews.get(query.review_id)
    schools = [(str(one), require_school(one.code, register=bench.register).name) for one in bench.below()]
    return progress_page(tx.review_progress, query, schools)


def row_of(one: AnsweredClass) -> ClassRow:
    return ClassRow(
        key=ClassKey(one.name.grade, one.name.school_class, one.name.school),
        pupils=one.pupils,
        state="confirmed",
        state_label="已上报",
        teacher=one.teacher,
        registrar=one.registrar,
        principal=one.principal,
        counts=counted(one.differences),
        sampled=one.sampled,
        agreed=one.agreed,
        note=one.note,
    )


def name_of(key: ClassKey) -> SampledClass:
    return SampledClass(key.school, key.grade, key.school_class)


def _after(token: str) -> tuple[str, str, str] | None:
    if not token:
        return None
    match token.split(_SEPARATOR, 2):
        case [school, grade, school_class]:
            return school, grade, school_class
        case _:
            raise RequestMalformed(field="page_token", why="页码无效")
