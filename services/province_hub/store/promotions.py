"""Promotion set-based: one UPDATE of records and one INSERT of history entries for a handful of schools.

Nothing of a pupil comes out of the database but the keys of those who stay, so a province of any size takes the memory
of one handful. What the statements decide is what ``kernel.promotion.goes_up`` decides; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.promotion import ARTICLES, PROMOTION, PROMOTION_UNDONE, Blocked, Blocker, ladder
from kernel.stages import SchoolSystem
from province_hub.store import schema
from province_hub.store.set_based import AT, HISTORY_COLUMNS, ON

_runs, _schools, _undone = schema.promotion_runs, schema.promotion_schools, schema.promotion_undone

# Schools with their 学制, and which grade follows on which under it: '' where none does.
_RUNGS = (
    "asked AS (SELECT * FROM unnest(CAST(:schools AS text[]), CAST(:systems AS text[])) AS one(school, system)),"
    " rungs AS (SELECT * FROM unnest(CAST(:rung_systems AS text[]), CAST(:grades AS text[]),"
    " CAST(:followings AS text[])) AS one(system, grade, following))"
)
# The order is that of kernel.promotion.Blocker. A record that another province asks for counts as in an open case.
_BLOCKER = (
    "CASE WHEN s.status <> 'enrolled' THEN 'not_in_school'"
    " WHEN s.custody <> 'held' OR s.open_case IS NOT NULL THEN 'open_case'"
    " WHEN jsonb_exists(s.standing, 'problem') THEN 'problem_record'"
    " WHEN s.standing->>'held_back_in' = :year THEN 'held_back'"
    " WHEN r.following IS NULL THEN 'wrong_system'"
    " WHEN r.following = '' THEN 'not_graduated' ELSE '' END"
)
_OF_THE_ASKED = (
    " FROM students s JOIN asked a ON a.school = s.school"
    " LEFT JOIN rungs r ON r.system = a.system AND r.grade = s.grade"
    " WHERE s.custody <> 'gone'"
    " AND s.status IN ('enrolled', 'suspended', 'abroad', 'dropped_out', 'missing', 'away')"
)
_PROMOTE = text(
    f"WITH {_RUNGS}, moved AS ("  # noqa: S608 - of the constants above, as are the others
    " UPDATE students s SET grade = r.following, version = s.version + 1"
    " FROM asked a JOIN rungs r ON r.system = a.system AND r.following <> ''"
    f" WHERE a.school = s.school AND r.grade = s.grade AND s.custody <> 'gone' AND {_BLOCKER} = ''"
    " RETURNING s.student_key, s.since_epoch, s.version, s.status, s.school, s.grade, s.school_class"
    f"), written AS (INSERT INTO history ({HISTORY_COLUMNS})"
    f" SELECT m.student_key, m.since_epoch, m.version, {AT}, {AT},"
    f" {ON}, CAST(:run_id AS uuid), :procedure, 'promoted', :office, :person, '',"
    " CAST(:articles AS text[]), :rule_pack, CAST('{}' AS text[]), 0,"
    " jsonb_build_object('values', jsonb_build_object('grade', m.grade)), m.status, m.school, m.grade, m.school_class"
    " FROM moved m JOIN history before ON before.student_key = m.student_key"
    " AND before.since_epoch = m.since_epoch AND before.version = m.version - 1"
    ") SELECT school, count(*) FROM moved GROUP BY school"
)
# After the UPDATE, in the same transaction: whom it moved carries this transaction's mark, so whoever does not has
# stayed, also one who arrived, or whose case was opened, between the two statements.
_STAYED = text(
    f"WITH {_RUNGS} SELECT s.school, {_BLOCKER} AS blocker, count(*),"
    f" array_agg(CAST(s.student_key AS text)) FILTER (WHERE s.status = 'enrolled' AND r.following <> '')"
    f"{_OF_THE_ASKED} AND s.xmin <> CAST(pg_current_xact_id() AS xid) GROUP BY 1, 2"
)
_REHEARSED = text(f"WITH {_RUNGS} SELECT {_BLOCKER} AS blocker, count(*){_OF_THE_ASKED} GROUP BY 1")
_BLOCKED_PAGE = text(
    f"WITH {_RUNGS} SELECT * FROM (SELECT CAST(s.student_key AS text) AS student_key, s.number, s.name, s.school,"  # noqa: S608
    f" s.grade, s.school_class, {_BLOCKER} AS blocker{_OF_THE_ASKED}"
    " AND (s.school, s.student_key) > (:after_school, CAST(:after_key AS uuid))) AS judged"
    " WHERE blocker <> '' ORDER BY school, student_key LIMIT :size"
)
_NO_KEY = "00000000-0000-0000-0000-000000000000"

# Each pupil whose newest entry is the promotion: a counter-entry on top of it, and the grade of before.
_UNDO = text(
    "WITH entry AS (SELECT s.student_key, s.since_epoch, s.version, h.at_ms, h.effective_on"  # noqa: S608
    " FROM students s JOIN history h ON h.student_key = s.student_key AND h.since_epoch = s.since_epoch"
    " AND h.version = s.version"
    " WHERE s.school = :school AND s.grade = :grade AND s.school_class = :school_class AND s.status = 'enrolled'"
    " AND s.custody = 'held' AND s.open_case IS NULL"
    " AND h.case_id = CAST(:run_id AS uuid) AND h.procedure = :promotion FOR UPDATE OF s),"
    " moved AS (UPDATE students s SET grade = :earlier, version = s.version + 1 FROM entry e"
    " WHERE s.student_key = e.student_key AND s.version = e.version"
    " RETURNING s.student_key, s.since_epoch, s.version, s.status, s.school, s.grade, s.school_class),"
    f" written AS (INSERT INTO history ({HISTORY_COLUMNS})"
    f" SELECT m.student_key, m.since_epoch, m.version, {AT}, {AT}, before.effective_on,"
    " CAST(:run_id AS uuid), :procedure, 'undone', :office, :person, :reason, CAST(:articles AS text[]), :rule_pack,"
    " CAST('{}' AS text[]), m.version - 1, CAST('{}' AS jsonb), m.status, m.school, m.grade, m.school_class"
    " FROM moved m JOIN entry before ON before.student_key = m.student_key)"
    " SELECT count(*) FROM moved"
)
_STAYED_OF_CLASS = text(
    "SELECT CAST(student_key AS text) FROM students WHERE school = :school AND grade = :grade"
    " AND school_class = :school_class AND status = 'enrolled' AND custody <> 'gone'"
    " AND xmin <> CAST(pg_current_xact_id() AS xid)"
)
# Here before the last night; no entry of it that still stands; and nothing has said the grade since.
_PASSED_OVER = text(
    "WITH night AS (SELECT run_id, begun_ms FROM promotion_runs WHERE finished_ms IS NOT NULL"
    " ORDER BY year DESC LIMIT 1)"
    " SELECT CAST(s.student_key AS text) FROM students s, night n"
    " WHERE s.student_key = ANY(CAST(:keys AS uuid[]))"
    " AND EXISTS (SELECT FROM history h WHERE h.student_key = s.student_key AND h.since_epoch = s.since_epoch"
    " AND h.at_ms < n.begun_ms)"
    " AND NOT EXISTS (SELECT FROM history h WHERE h.student_key = s.student_key AND h.since_epoch = s.since_epoch"
    " AND h.at_ms >= n.begun_ms AND h.counters = 0 AND h.changes -> 'values' ? 'grade'"
    " AND NOT EXISTS (SELECT FROM history c WHERE c.student_key = h.student_key AND c.since_epoch = h.since_epoch"
    " AND c.counters = h.version))"
)


@dataclass(frozen=True)
class Run:
    """A night of promotion and how far it is."""

    run_id: str
    year: int
    effective_on: date
    rule_pack: str
    person: str
    begun_ms: int
    finished_ms: int | None
    schools: int = 0
    schools_done: int = 0
    promoted: int = 0
    stayed: Mapping[Blocker, int] | None = None


@dataclass(frozen=True)
class UndoneClass:
    """A class whose promotion was taken back; ``grade``: into which it had gone up."""

    school: str
    grade: str
    school_class: str
    pupils: int
    at_ms: int


@dataclass(frozen=True)
class SchoolPromoted:
    """What the night made of a school.

    Attributes:
        stayed: pupils by why. keys: of those in school and in a grade that went up who did not.
    """

    school: str
    promoted: int
    stayed: Mapping[Blocker, int]
    keys: tuple[str, ...]


class Promotions:
    """Nights of promotion, as use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def begin(self, run: Run) -> bool:
        """A night begins, if there is none of that year; whether it did."""
        statement = upsert(_runs).values(
            run_id=run.run_id,
            year=run.year,
            effective_on=run.effective_on,
            rule_pack=run.rule_pack,
            person=run.person,
            begun_ms=run.begun_ms,
        )
        begun = statement.on_conflict_do_nothing(index_elements=[_runs.c.year]).returning(_runs.c.run_id)
        return self._connection.scalar(begun) is not None

    def put_schools(self, run_id: str, systems: Mapping[str, str]) -> None:
        """The schools of a night that has just begun, each with its 学制."""
        rows = [{"run_id": run_id, "school": school, "system": system} for school, system in systems.items()]
        if rows:
            self._connection.execute(insert(_schools), rows)

    def schools_with_pupils(self) -> list[str]:
        """Codes of all schools that have records here."""
        students = schema.students
        codes = select(students.c.school).where(students.c.custody != "gone").distinct().order_by(students.c.school)
        return list(self._connection.scalars(codes))

    def of_year(self, year: int) -> Run | None:
        found = [run for run in self.page(before=year + 1, size=1) if run.year == year]
        return found[0] if found else None

    def page(self, *, before: int, size: int) -> list[Run]:
        """Nights of earlier years, the newest first."""
        counted = (
            select(
                _schools.c.run_id,
                func.count().label("schools"),
                func.count(_schools.c.done_ms).label("schools_done"),
                func.coalesce(func.sum(_schools.c.promoted), 0).label("promoted"),
            )
            .group_by(_schools.c.run_id)
            .subquery()
        )
        query = (
            select(_runs, counted.c.schools, counted.c.schools_done, counted.c.promoted)
            .outerjoin(counted, counted.c.run_id == _runs.c.run_id)
            .where(_runs.c.year < before)
            .order_by(_runs.c.year.desc())
            .limit(size)
        )
        return [self._run(row) for row in self._connection.execute(query)]

    def unfinished(self) -> Run | None:
        """A night that is not over."""
        year = self._connection.scalar(select(_runs.c.year).where(_runs.c.finished_ms.is_(None)).limit(1))
        return self.of_year(year) if year is not None else None

    def take_waiting(self, run_id: str, *, most: int) -> dict[str, str]:
        """Schools whose turn it is, by code with their 学制, locked to the end of the transaction."""
        rows = self._connection.execute(
            select(_schools.c.school, _schools.c.system)
            .where(_schools.c.run_id == run_id, _schools.c.done_ms.is_(None))
            .order_by(_schools.c.school)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return {row[0]: row[1] for row in rows}

    def promote(self, run: Run, systems: Mapping[str, str], *, office: str, now_ms: int) -> dict[str, int]:
        """Let the pupils of these schools go up; how many did, by school."""
        rows = self._connection.execute(
            _PROMOTE,
            {
                **_asked(systems, year=run.year),
                "run_id": run.run_id,
                "on": run.effective_on,
                "now_ms": now_ms,
                "procedure": PROMOTION,
                "office": office,
                "person": run.person,
                "articles": list(ARTICLES),
                "rule_pack": run.rule_pack,
            },
        )
        return {row[0]: row[1] for row in rows}

    def stayed(self, run: Run, systems: Mapping[str, str]) -> dict[str, tuple[dict[Blocker, int], tuple[str, ...]]]:
        """After ``promote`` in the same transaction: who stayed, by school; see ``SchoolPromoted``."""
        found: dict[str, tuple[dict[Blocker, int], tuple[str, ...]]] = {}
        for school, blocker, count, keys in self._connection.execute(_STAYED, _asked(systems, year=run.year)):
            counts, known = found.get(school, ({}, ()))
            if blocker:  # who arrived in the moment between is nobody's blocker
                counts[Blocker(blocker)] = count
            found[school] = (counts, known + tuple(keys or ()))
        return found

    def done(self, run_id: str, schools: Sequence[SchoolPromoted], *, now_ms: int) -> None:
        """These schools are through; with the last of them the night is over."""
        self._connection.execute(
            update(_schools)
            .where(_schools.c.run_id == run_id, _schools.c.school == bindparam("of_school"))
            .values(promoted=bindparam("up"), stayed=bindparam("why", type_=JSONB), done_ms=now_ms),
            [
                {"of_school": one.school, "up": one.promoted, "why": {why.value: n for why, n in one.stayed.items()}}
                for one in schools
            ],
        )

    def finish(self, run_id: str, *, now_ms: int) -> bool:
        """The night is over, if no school waits; whether it is."""
        waiting = select(_schools.c.school).where(_schools.c.run_id == run_id, _schools.c.done_ms.is_(None))
        ended = update(_runs).where(_runs.c.run_id == run_id, _runs.c.finished_ms.is_(None), ~waiting.exists())
        return self._connection.execute(ended.values(finished_ms=now_ms)).rowcount == 1

    def rehearsed(self, systems: Mapping[str, str], *, year: int) -> dict[Blocker | None, int]:
        """Pupils by why they would stay; under None those who would go up."""
        rows = self._connection.execute(_REHEARSED, _asked(systems, year=year))
        return {Blocker(blocker) if blocker else None: count for blocker, count in rows}

    def blocked(
        self, systems: Mapping[str, str], *, year: int, after: tuple[str, str] | None, size: int
    ) -> list[tuple[str, Blocked]]:
        """Those who would stay with their keys, by school and then by key; ``after``: the last of the page before."""
        school, key = after or ("", _NO_KEY)
        asked = {**_asked(systems, year=year), "after_school": school, "after_key": key, "size": size}
        rows = self._connection.execute(_BLOCKED_PAGE, asked)
        return [
            (key, Blocked(number, name, school, grade, school_class, Blocker(blocker)))
            for key, number, name, school, grade, school_class, blocker in rows
        ]

    def system_of(self, run_id: str, school: str) -> str | None:
        """学制 by which a school went through a night; None where it has not."""
        found: str | None = self._connection.scalar(
            select(_schools.c.system)
            .where(_schools.c.run_id == run_id, _schools.c.school == school, _schools.c.done_ms.is_not(None))
            .with_for_update()
        )
        return found

    def passed_over(self, keys: Sequence[str]) -> frozenset[str]:
        """Of these pupils, those whom the last night left in the grade that they are in still."""
        return frozenset(self._connection.scalars(_PASSED_OVER, {"keys": list(keys)}))

    def undo(
        self, run: Run, one: UndoneClass, *, earlier: str, office: str, person: str, reason: str
    ) -> tuple[int, tuple[str, ...]]:
        """Take a class back; how many pupils it was, and the keys of those in the class who are left as they are."""
        where = {"school": one.school, "grade": one.grade, "school_class": one.school_class}
        moved: int = self._connection.scalar(
            _UNDO,
            {
                **where,
                "earlier": earlier,
                "run_id": run.run_id,
                "promotion": PROMOTION,
                "procedure": PROMOTION_UNDONE,
                "now_ms": one.at_ms,
                "office": office,
                "person": person,
                "reason": reason,
                "articles": list(ARTICLES),
                "rule_pack": run.rule_pack,
            },
        )
        return moved, tuple(self._connection.scalars(_STAYED_OF_CLASS, where))

    def put_undone(self, run_id: str, one: UndoneClass, *, person: str, reason: str) -> None:
        self._connection.execute(
            insert(_undone).values(
                run_id=run_id,
                school=one.school,
                grade=one.grade,
                school_class=one.school_class,
                pupils=one.pupils,
                person=person,
                reason=reason,
                at_ms=one.at_ms,
            )
        )

    def undone(self, run_id: str) -> list[UndoneClass]:
        """The classes that were taken back, in that order."""
        columns = (_undone.c.school, _undone.c.grade, _undone.c.school_class, _undone.c.pupils, _undone.c.at_ms)
        query = select(*columns).where(_undone.c.run_id == run_id).order_by(_undone.c.at_ms, *columns[:3])
        return [UndoneClass(*row) for row in self._connection.execute(query)]

    def _run(self, row: Row[Any]) -> Run:
        stayed = self._connection.execute(
            text(
                "SELECT why.key, sum(CAST(why.value AS integer)) FROM promotion_schools,"
                " jsonb_each_text(stayed) AS why WHERE run_id = CAST(:run_id AS uuid) GROUP BY why.key"
            ),
            {"run_id": row.run_id},
        )
        return Run(
            run_id=row.run_id,
            year=row.year,
            effective_on=row.effective_on,
            rule_pack=row.rule_pack,
            person=row.person,
            begun_ms=row.begun_ms,
            finished_ms=row.finished_ms,
            schools=row.schools or 0,
            schools_done=row.schools_done or 0,
            promoted=row.promoted or 0,
            stayed={Blocker(why): count for why, count in stayed},
        )


def _asked(systems: Mapping[str, str], *, year: int) -> dict[str, Any]:
    rungs = [
        (system.value, grade, following or "") for system in SchoolSystem for grade, following in ladder(system).items()
    ]
    return {
        "schools": list(systems),
        "systems": list(systems.values()),
        "rung_systems": [system for system, _, _ in rungs],
        "grades": [grade for _, grade, _ in rungs],
        "followings": [following for _, _, following in rungs],
        "year": str(year),
    }
