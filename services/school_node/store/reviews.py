"""A term's review at a school: the roll of its day, and what was answered for each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.refusals import ReviewClassNotFound
from kernel.review import Difference
from kernel.roll import RollLine
from school_node.store import schema

_rolls, _pupils, _classes = schema.review_rolls, schema.review_pupils, schema.review_classes


class ClassState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        return {ClassState.OPEN: "待核对", ClassState.ANSWERED: "待审核", ClassState.CONFIRMED: "已上报"}[self]


@dataclass(frozen=True)
class ReviewedClass:
    """A class of a review. ``notice_id``: by which its answer left."""

    grade: str
    school_class: str
    pupils: int
    state: ClassState
    teacher: str = field(default="", repr=False)
    registrar: str = ""
    principal: str = ""
    differences: tuple[Difference, ...] = ()
    notice_id: str | None = None


class SchoolReviews:
    """What a school keeps of reviews, in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def without_roll(self) -> str | None:
        """Id of the oldest review whose roll is still to be asked for."""
        taken = select(_rolls.c.review_id)
        return self._connection.scalar(
            select(schema.reviews.c.review_id)
            .where(schema.reviews.c.review_id.not_in(taken))
            .order_by(schema.reviews.c.opened_at_ms)
            .limit(1)
        )

    def take_roll(self, review_id: str, lines: Sequence[RollLine], *, in_school: str) -> bool:
        """Keep the roll, and make its classes; False where it was kept before.

        Args:
            in_school: the status of those who should be in the class.
        """
        added = self._connection.execute(
            upsert(_rolls).values(review_id=review_id).on_conflict_do_nothing().returning(_rolls.c.review_id)
        ).one_or_none()
        if added is None:
            return False
        self._connection.execute(
            text(
                "INSERT INTO review_pupils (review_id, student_key, number, name, grade, school_class, status)"
                " SELECT CAST(:review_id AS uuid), * FROM unnest(CAST(:keys AS uuid[]), CAST(:numbers AS text[]),"
                " CAST(:names AS text[]), CAST(:grades AS text[]), CAST(:classes AS text[]),"
                " CAST(:statuses AS text[]))"
            ),
            {
                "review_id": review_id,
                "keys": [line.student_key for line in lines],
                "numbers": [line.number for line in lines],
                "names": [line.name for line in lines],
                "grades": [line.grade for line in lines],
                "classes": [line.school_class for line in lines],
                "statuses": [line.status for line in lines],
            },
        )
        self._connection.execute(
            text(
                "INSERT INTO review_classes (review_id, grade, school_class, pupils, state, teacher, registrar,"
                " principal, differences)"
                " SELECT review_id, grade, school_class, count(*) FILTER (WHERE status = :in_school), 'open', '', '',"
                " '', '[]' FROM review_pupils WHERE review_id = :review_id GROUP BY review_id, grade, school_class"
            ),
            {"review_id": review_id, "in_school": in_school},
        )
        return True

    def has_roll(self, review_id: str) -> bool:
        return self._connection.scalar(select(_rolls.c.review_id).where(_rolls.c.review_id == review_id)) is not None

    def roll_of(self, review_id: str, grade: str, school_class: str) -> list[RollLine]:
        """Everybody of a class, by number; a class has some dozens."""
        p = _pupils.c
        rows = self._connection.execute(
            select(p.student_key, p.number, p.name, p.grade, p.school_class, p.status)
            .where(p.review_id == review_id, p.grade == grade, p.school_class == school_class)
            .order_by(p.number)
        )
        return [RollLine(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]

    def get_class(self, review_id: str, grade: str, school_class: str, *, lock: bool = False) -> ReviewedClass:
        """Raises ReviewClassNotFound."""
        c = _classes.c
        query = select(_classes).where(c.review_id == review_id, c.grade == grade, c.school_class == school_class)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise ReviewClassNotFound(field="class")
        return _class(row)

    def put_class(self, review_id: str, one: ReviewedClass) -> None:
        c = _classes.c
        self._connection.execute(
            update(_classes)
            .where(c.review_id == review_id, c.grade == one.grade, c.school_class == one.school_class)
            .values(
                state=one.state.value,
                teacher=one.teacher,
                registrar=one.registrar,
                principal=one.principal,
                differences=[difference.to_content() for difference in one.differences],
                notice_id=one.notice_id,
            )
        )

    def page(self, review_id: str, *, after: tuple[str, str] | None, size: int) -> list[ReviewedClass]:
        """Classes in the order of their grades, after one."""
        c = _classes.c
        query = select(_classes).where(c.review_id == review_id).order_by(c.grade, c.school_class).limit(size)
        if after is not None:
            query = query.where(tuple_(c.grade, c.school_class) > after)
        return [_class(row) for row in self._connection.execute(query)]

    def counts(self, review_id: str) -> tuple[int, int]:
        """How many classes there are, and how many are confirmed."""
        c = _classes.c
        total, confirmed = self._connection.execute(
            select(func.count(), func.count().filter(c.state == ClassState.CONFIRMED.value)).where(
                c.review_id == review_id
            )
        ).one()
        return total, confirmed

    def differences(self, review_id: str) -> Mapping[str, int]:
        """How many of each kind all confirmed classes have together."""
        rows = self._connection.execute(
            text(
                "SELECT one->>'finding', count(*) FROM review_classes, jsonb_array_elements(differences) AS one"
                " WHERE review_id = CAST(:review_id AS uuid) AND state = 'confirmed' GROUP BY 1"
            ),
            {"review_id": review_id},
        )
        return {row[0]: row[1] for row in rows}


def _class(row: Row[Any]) -> ReviewedClass:
    return ReviewedClass(
        grade=row.grade,
        school_class=row.school_class,
        pupils=row.pupils,
        state=ClassState(row.state),
        teacher=row.teacher,
        registrar=row.registrar,
        principal=row.principal,
        differences=tuple(Difference.from_content(one) for one in row.differences),
        notice_id=row.notice_id,
    )
