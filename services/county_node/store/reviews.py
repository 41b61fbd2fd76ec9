"""A term's review at an authority: what its schools answered, and what it saw itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from county_node.store import schema
from kernel.refusals import ReviewClassNotFound
from kernel.review import Difference, SampledClass

_answers = schema.review_answers


@dataclass(frozen=True)
class AnsweredClass:
    """A class as its school answered. ``digest``: of the signed answer. ``seen_by``: who looked there, or empty."""

    name: SampledClass
    pupils: int
    teacher: str = field(repr=False)
    registrar: str
    principal: str
    differences: tuple[Difference, ...]
    digest: str
    sampled: bool = False
    agreed: bool | None = None
    note: str = field(default="", repr=False)
    seen_by: str = ""


class CountyReviews:
    """The answers inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(self, review_id: str, answer: AnsweredClass) -> bool:
        """Keep an answer; False when it is here already."""
        added = self._connection.execute(
            upsert(_answers)
            .values(
                review_id=review_id,
                school=answer.name.school,
                grade=answer.name.grade,
                school_class=answer.name.school_class,
                pupils=answer.pupils,
                teacher=answer.teacher,
                registrar=answer.registrar,
                principal=answer.principal,
                differences=[one.to_content() for one in answer.differences],
                digest=answer.digest,
                sampled=False,
                note="",
                seen_by="",
            )
            .on_conflict_do_nothing()
            .returning(_answers.c.digest)
        ).one_or_none()
        return added is not None

    def get(self, review_id: str, name: SampledClass) -> AnsweredClass:
        """Raises ReviewClassNotFound."""
        row = self._connection.execute(select(_answers).where(*_is(review_id, name))).one_or_none()
        if row is None:
            raise ReviewClassNotFound(field="class")
        return _answer(row)

    def all(self, review_id: str) -> list[AnsweredClass]:
        """Every answer, in the order of schools and classes: an authority has some thousands of classes."""
        c = _answers.c
        rows = self._connection.execute(
            select(_answers).where(c.review_id == review_id).order_by(c.school, c.grade, c.school_class)
        )
        return [_answer(row) for row in rows]

    def sample(self, review_id: str, names: Sequence[SampledClass]) -> None:
        """The lot fell on these."""
        c = _answers.c
        keys = [(name.school, name.grade, name.school_class) for name in names]
        self._connection.execute(
            update(_answers)
            .where(c.review_id == review_id, tuple_(c.school, c.grade, c.school_class).in_(keys))
            .values(sampled=True)
        )

    def saw(self, review_id: str, name: SampledClass, *, agreed: bool, note: str, person: str) -> None:
        """What somebody of the authority saw there."""
        self._connection.execute(
            update(_answers).where(*_is(review_id, name)).values(agreed=agreed, note=note, seen_by=person)
        )

    def unseen(self, review_id: str) -> int:
        """How many classes of the sample nobody has looked at."""
        c = _answers.c
        count = select(func.count()).where(c.review_id == review_id, c.sampled, c.agreed.is_(None))
        return int(self._connection.scalar(count) or 0)

    def page(
        self, review_id: str, *, school: str, sampled: bool, after: tuple[str, str, str] | None, size: int
    ) -> list[AnsweredClass]:
        """Answers in the order of schools and classes, after one."""
        c = _answers.c
        place = (c.school, c.grade, c.school_class)
        query = select(_answers).where(c.review_id == review_id).order_by(*place).limit(size)
        if school:
            query = query.where(c.school == school)
        if sampled:
            query = query.where(c.sampled)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        return [_answer(row) for row in self._connection.execute(query)]


def _is(review_id: str, name: SampledClass) -> tuple[Any, ...]:
    c = _answers.c
    return (
        c.review_id == review_id,
        c.school == name.school,
        c.grade == name.grade,
        c.school_class == name.school_class,
    )


def _answer(row: Row[Any]) -> AnsweredClass:
    return AnsweredClass(
        name=SampledClass(row.school, row.grade, row.school_class),
        pupils=row.pupils,
        teacher=row.teacher,
        registrar=row.registrar,
        principal=row.principal,
        differences=tuple(Difference.from_content(one) for one in row.differences),
        digest=row.digest,
        sampled=row.sampled,
        agreed=row.agreed,
        note=row.note,
        seen_by=row.seen_by,
    )
