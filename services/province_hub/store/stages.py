"""The end of a stage and the entrance to the next (Art. 13, 14): numbers that a province makes up, places to be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.custody import Custody
from kernel.status import StudentStatus
from province_hub.store import schema

_series, _plans, _students = schema.number_series, schema.admission_plans, schema.students


@dataclass(frozen=True)
class Certificate:
    """A certificate that is given; ``stem``: the number without its sequence."""

    number: str
    stem: str
    sequence: int
    student_key: str
    case_id: str
    at_ms: int


@dataclass(frozen=True)
class Plan:
    """Places of a school for a stage in a year; ``stage``: first digit of its grades' codes."""

    school: str
    year: int
    stage: str
    places: int


class Stages:
    """As use cases see it."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def count_on(self, stem: str, *, by: int = 1) -> int:
        """The last of the ``by`` next sequences, which begin at 1: this transaction's, and given back with it."""
        counted = upsert(_series).values(stem=stem, last=by)
        last: int = self._connection.scalar(
            counted.on_conflict_do_update(
                index_elements=[_series.c.stem], set_={"last": _series.c.last + by}
            ).returning(_series.c.last)
        )
        return last

    def give(self, certificates: Sequence[Certificate]) -> None:
        if certificates:
            self._connection.execute(insert(schema.certificates), [vars(one) for one in certificates])

    def put_plan(self, plan: Plan, *, person: str, at_ms: int) -> None:
        """The places of a school; said again, the newer word stands."""
        row = {**vars(plan), "person": person, "at_ms": at_ms}
        told = upsert(_plans).values(row)
        keys = [_plans.c.year, _plans.c.school, _plans.c.stage]
        changed = {name: told.excluded[name] for name in ("places", "person", "at_ms")}
        self._connection.execute(told.on_conflict_do_update(index_elements=keys, set_=changed))

    def plan(self, school: str, year: int, stage: str) -> int | None:
        """Places; None where there is no plan. Locked, so that two admissions do not take one place."""
        places: int | None = self._connection.scalar(
            select(_plans.c.places)
            .where(_plans.c.school == school, _plans.c.year == year, _plans.c.stage == stage)
            .with_for_update()
        )
        return places

    def plans(self, year: int, *, after: tuple[str, str], size: int) -> list[tuple[Plan, int]]:
        """Plans of a year with how many have entered, by school and stage, after one school and stage."""
        query = (
            select(_plans.c.school, _plans.c.year, _plans.c.stage, _plans.c.places)
            .where(_plans.c.year == year, tuple_(_plans.c.school, _plans.c.stage) > after)
            .order_by(_plans.c.school, _plans.c.stage)
            .limit(size)
        )
        found = [Plan(*row) for row in self._connection.execute(query)]
        return [(plan, self.entered(plan.school, plan.year, plan.stage)) for plan in found]

    def entered(self, school: str, year: int, stage: str) -> int:
        """Pupils who entered the stage at the school in that year and still have their record there."""
        entry_month = _students.c["values"]["entry_month"].astext
        counted = self._connection.scalar(
            select(func.count()).where(
                _students.c.school == school,
                _students.c.grade.startswith(stage),
                func.left(entry_month, 4) == str(year),
                _students.c.custody != Custody.GONE.value,
                _students.c.status.in_([status.value for status in StudentStatus if status.live]),
            )
        )
        return counted or 0
