"""Counting pupils on a day: set-based, over records as they are and over what the history says that they were.

Who has not changed since the day is counted by the record itself. Who has is put back: the placement of the day from
``placements``, and the items that figures ask for from the entries that were valid by then and not taken back. Both
agree with ``kernel.history.state``, entry for entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Result, RowMapping, text

from chassis.sql import Transaction
from kernel.clock import day_of
from kernel.figures.dimensions import SOURCES, Dimension
from kernel.figures.report import ClassCounts
from kernel.figures.tables import Tallied
from kernel.roll import RollLine
from kernel.status import StudentStatus

_LIVE = sorted(status.value for status in StudentStatus if status.live)
_FORM_KEYS = sorted({key for source in SOURCES.values() for key in source.form})
_STANDING_KEYS = sorted({key for source in SOURCES.values() for key in source.standing})


# Later than any moment at which something was recorded: all that the transaction sees is known.
ALL_KNOWN_MS = 2**62


@dataclass(frozen=True)
class Day:
    """A day as it was known at a moment, or as it is known now.

    Attributes:
        known_ms: the moment; ``ALL_KNOWN_MS`` for now. What is known now is what the transaction sees and no clock says
            it: the clocks of those who record are not that of who asks.
        current: records as they stand are the answer, because the moment is now and the day is not over: nothing is
            valid from a day later than that of its recording.
    """

    on: date
    known_ms: int = ALL_KNOWN_MS
    current: bool = False

    @classmethod
    def known_now(cls, on: date, now_ms: int) -> Day:
        return cls(on, current=on >= day_of(now_ms))


@dataclass(frozen=True)
class SchoolClassSize:
    school: str
    grade: str
    school_class: str
    pupils: int


@dataclass(frozen=True)
class Whose:
    """Whose pupils: those of these schools, or, where ``province`` is set, of all schools of the province."""

    schools: Sequence[str]
    province: str = ""

    def holds(self, column: str) -> str:
        """The condition that a column names a school of these."""
        return f"substr({column}, 3, 2) = :province" if self.province else f"{column} = ANY(:schools)"

    @property
    def parameters(self) -> dict[str, Any]:
        return {"province": self.province} if self.province else {"schools": list(self.schools)}


class Figures:
    """What is counted for figures, in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def allow_seconds(self, seconds: int) -> None:
        """Until the end of the transaction a statement may take this long: a province is counted in a loop."""
        self._connection.execute(
            text("SELECT set_config('statement_timeout', :bound, true)"), {"bound": str(seconds * 1000)}
        )

    def tally(self, whose: Whose, day: Day, *, by_school: bool = False) -> Iterator[Tallied]:
        """Pupils by grade, and by grade and each dimension of the record, in one statement.

        Args:
            by_school: by grade and school as well.
        """
        query = _TALLY.replace("{school}", "school" if by_school else "NULL AS school")
        query = query.replace("{grouping}", ", ".join(_GROUPING + ["(grade, school)"] * by_school))
        for row in self._ask(query, whose, day).mappings():
            yield from _tallied(row)

    def class_counts(self, whose: Whose, day: Day, *, large_from: int, huge_from: int) -> ClassCounts:
        """How many classes have pupils in school, and how many of them too many. Who is in no class yet is in none."""
        row = self._ask(_CLASS_COUNTS, whose, day, large=large_from, huge=huge_from).one()
        return ClassCounts(row.classes, row.large, row.huge)

    def classes(
        self, whose: Whose, day: Day, *, at_least: int, after: SchoolClassSize | None, limit: int
    ) -> list[SchoolClassSize]:
        """Classes of so many pupils in school or more, the largest first, after the one that was seen last."""
        seen: dict[str, Any] = {}
        if after is not None:
            seen = {"a": -after.pupils, "b": after.school, "c": after.grade, "d": after.school_class}
        query = _LIST_CLASSES.replace("{beyond}", _BEYOND if seen else "")
        rows = self._ask(query, whose, day, at_least=at_least, limit=limit, **seen)
        return [SchoolClassSize(row.school, row.grade, row.school_class, row.pupils) for row in rows]

    def by_school_and_grade(self, whose: Whose, day: Day) -> dict[tuple[str, str], int]:
        """Pupils in school by school and grade."""
        rows = self._ask(_BY_SCHOOL_AND_GRADE, whose, day)
        return {(row.school, row.grade): row.pupils for row in rows}

    def roll(self, school: str, day: Day, *, after: str, size: int) -> list[RollLine]:
        """The school's pupils on that day, each with the name and the number of today, in the order of their keys."""
        rows = self._ask(
            _ROLL.replace("{beyond}", "AND placed.student_key > CAST(:after AS uuid)" if after else ""),
            Whose([school]),
            day,
            size=size,
            **({"after": after} if after else {}),
        )
        return [
            RollLine(str(row.student_key), row.number, row.name, row.grade, row.school_class, row.status)
            for row in rows
        ]

    def _ask(self, query: str, whose: Whose, day: Day, **parameters: Any) -> Result[Any]:
        return self._connection.execute(
            text(placed(whose, day) + query),
            {
                "on": day.on,
                "known": day.known_ms,
                "enrolled": StudentStatus.ENROLLED.value,
                "live": _LIVE,
                "form_keys": _FORM_KEYS,
                "standing_keys": _STANDING_KEYS,
                **whose.parameters,
                **parameters,
            },
        )


def _tallied(group: RowMapping) -> Iterator[Tallied]:
    """A group of one grouping set: what it is grouped by is not null, and nothing else is."""
    grade, in_school = group["grade"], group["in_school"]
    if group["status"] is not None:
        yield Tallied(grade, Dimension.STATUS, (group["status"],), group["on_roll"])
        return
    if group["school"] is not None:
        yield Tallied(grade, Dimension.SCHOOL, (group["school"],), in_school)
        return
    grouped = {column for column in _COLUMNS if group[column] is not None}
    if not grouped:
        yield Tallied(grade, None, (), in_school)
        return
    for dimension, columns in _COLUMNS_OF.items():
        if grouped == set(columns):
            yield Tallied(grade, dimension, tuple(group[column] for column in columns), in_school)


# One column for each item that some dimension is read from; several dimensions may be read from one.
_COLUMNS_OF = {
    dimension: tuple(f"form_{key}" for key in source.form) + tuple(f"standing_{key}" for key in source.standing)
    for dimension, source in SOURCES.items()
}
_COLUMNS = [f"form_{key}" for key in _FORM_KEYS] + [f"standing_{key}" for key in _STANDING_KEYS]
_ITEMS = [f"coalesce(values->>'{key}', '') AS form_{key}" for key in _FORM_KEYS] + [
    f"coalesce(standing->>'{key}', '') AS standing_{key}" for key in _STANDING_KEYS
]
_GROUPING = ["(grade)", "(grade, status)"] + [f"(grade, {', '.join(of)})" for of in sorted(set(_COLUMNS_OF.values()))]

_TALLY = """
SELECT grade, status, {school}, {columns}, count(*) AS on_roll, count(*) FILTER (WHERE enrolled) AS in_school
FROM (
  SELECT grade, status, school, status = :enrolled AS enrolled, {items} FROM placed WHERE status = ANY(:live)
) AS pupil
GROUP BY GROUPING SETS ({grouping})
""".replace("{columns}", ", ".join(_COLUMNS)).replace("{items}", ", ".join(_ITEMS))

_BY_SCHOOL_AND_GRADE = """
SELECT school, grade, count(*) AS pupils FROM placed WHERE status = :enrolled GROUP BY school, grade
"""

_CLASS = """
(SELECT school, grade, school_class, count(*) AS pupils FROM placed WHERE status = :enrolled AND school_class <> ''
  GROUP BY school, grade, school_class) AS class
"""
_CLASS_COUNTS = """
SELECT count(*) AS classes, count(*) FILTER (WHERE pupils >= :large) AS large,
  count(*) FILTER (WHERE pupils >= :huge) AS huge FROM {class}
""".replace("{class}", _CLASS)
_LIST_CLASSES = """
SELECT school, grade, school_class, pupils FROM {class} WHERE pupils >= :at_least {beyond}
ORDER BY pupils DESC, school, grade, school_class LIMIT :limit
""".replace("{class}", _CLASS)
_ROLL = """
SELECT placed.student_key, students.number, students.name, placed.grade, placed.school_class, placed.status
FROM placed JOIN students USING (student_key) WHERE placed.status = ANY(:live) {beyond}
ORDER BY placed.student_key LIMIT :size
"""
_BEYOND = """
AND (-pupils, school, grade, school_class) > (:a, CAST(:b AS text), CAST(:c AS text), CAST(:d AS text))
"""


def placed(whose: Whose, day: Day) -> str:
    """The head of a statement, with ``placed``: the pupils of a scope as they were on a day, with their items.

    Columns: student_key, status, school, grade, school_class, values, standing.
    """
    return (_AS_THEY_ARE if day.current else _PUT_BACK).replace("{inside}", whose.holds("school"))


_AS_THEY_ARE = """
WITH placed AS (
  SELECT student_key, status, school, grade, school_class, values, standing FROM students WHERE {inside}
)
"""

# ``changed``: pupils of whom something is valid from a later day, or was recorded later. Their ``void`` entries are
# those at the end of an odd row of counter-entries: one that was itself taken back takes nothing back.
_PUT_BACK = """
WITH RECURSIVE candidate AS MATERIALIZED (
  SELECT student_key FROM students WHERE {inside}
  UNION
  SELECT student_key FROM history WHERE {inside} AND changes ? 'school'
), changed AS MATERIALIZED (
  SELECT DISTINCT history.student_key FROM history JOIN candidate USING (student_key)
  WHERE history.effective_on > :on OR history.known_ms > :known
), at_day AS MATERIALIZED (
  SELECT DISTINCT ON (student_key) student_key, since_epoch, status, school, grade, school_class
  FROM placements JOIN changed USING (student_key)
  WHERE effective_on <= :on AND at_ms <= :known
  ORDER BY student_key, since_epoch DESC, effective_on DESC, version DESC
), taking_back AS (
  SELECT student_key, since_epoch, counters AS target, version AS by, 1 AS depth
  FROM history JOIN at_day USING (student_key, since_epoch) WHERE counters > 0 AND known_ms <= :known
  UNION ALL
  SELECT one.student_key, one.since_epoch, one.target, history.version, one.depth + 1
  FROM taking_back AS one JOIN history USING (student_key, since_epoch)
  WHERE history.counters > 0 AND history.counters = one.by AND history.known_ms <= :known
), void AS MATERIALIZED (
  SELECT student_key, since_epoch, target AS version FROM taking_back
  GROUP BY student_key, since_epoch, target HAVING max(depth) % 2 = 1
), told AS (
  SELECT history.student_key,
    jsonb_object_agg(item.key, item.value ORDER BY history.effective_on, history.version)
      FILTER (WHERE item.of_form) AS values,
    jsonb_object_agg(item.key, item.value ORDER BY history.effective_on, history.version)
      FILTER (WHERE NOT item.of_form) AS standing
  FROM at_day JOIN history USING (student_key, since_epoch)
  CROSS JOIN LATERAL (
    SELECT true AS of_form, key, value FROM jsonb_each(history.changes->'values') WHERE key = ANY(:form_keys)
    UNION ALL
    SELECT false, key, value FROM jsonb_each(history.changes->'standing') WHERE key = ANY(:standing_keys)
  ) AS item
  WHERE history.effective_on <= :on AND history.known_ms <= :known
    AND NOT EXISTS (
      SELECT FROM void WHERE void.student_key = history.student_key AND void.since_epoch = history.since_epoch
        AND void.version = history.version
    )
  GROUP BY history.student_key
), placed AS (
  SELECT student_key, status, school, grade, school_class, values, standing FROM students
  WHERE {inside} AND NOT EXISTS (SELECT FROM changed WHERE changed.student_key = students.student_key)
  UNION ALL
  SELECT student_key, status, school, grade, school_class,
    coalesce(told.values, '{}'), coalesce(told.standing, '{}')
  FROM at_day LEFT JOIN told USING (student_key) WHERE {inside}
)
"""
