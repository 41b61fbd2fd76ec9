"""Pupils of this authority's schools, as outcomes told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import delete, func, select, text, update

from chassis.sql import Transaction
from county_node.store import schema
from kernel.promotion import ClassesPromoted

_students = schema.known_students


@dataclass(frozen=True)
class KnownStudent:
    student_key: str
    number: str
    name: str
    school: str
    grade: str
    school_class: str
    status: str


_COLUMNS = tuple(field.name for field in fields(KnownStudent))


class KnownStudents:
    """Read and written set-based: a case of 2,000 is one statement."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def put(self, students: Sequence[KnownStudent]) -> None:
        """Remember pupils; one known already is replaced."""
        if not students:
            return
        rows = [asdict(student) for student in students]
        self._connection.execute(
            text(
                "INSERT INTO known_students (student_key, number, name, school, grade, school_class, status)"
                " SELECT * FROM unnest(CAST(:student_key AS uuid[]), CAST(:number AS text[]), CAST(:name AS text[]),"
                " CAST(:school AS text[]), CAST(:grade AS text[]), CAST(:school_class AS text[]),"
                " CAST(:status AS text[]))"
                " ON CONFLICT (student_key) DO UPDATE SET number = excluded.number, name = excluded.name,"
                " school = excluded.school, grade = excluded.grade, school_class = excluded.school_class,"
                " status = excluded.status"
            ),
            {column: [row[column] for row in rows] for column in _COLUMNS},
        )

    def promote(self, promoted: ClassesPromoted) -> None:
        """A school's pupils go up a grade, or a class of them back, but for those who stayed."""
        self._connection.execute(
            text(
                "UPDATE known_students SET grade = rung.after"
                " FROM unnest(CAST(:before AS text[]), CAST(:after AS text[])) AS rung(before, after)"
                " WHERE school = :school AND grade = rung.before AND status = 'enrolled'"
                " AND (:school_class = '' OR school_class = :school_class)"
                " AND NOT student_key = ANY(CAST(:stayed AS uuid[]))"
            ),
            {
                "before": list(promoted.grades),
                "after": list(promoted.grades.values()),
                "school": promoted.school,
                "school_class": promoted.school_class,
                "stayed": list(promoted.stayed),
            },
        )

    def left(self, number: str, *, school: str, status: str) -> None:
        """A pupil is no longer at that school; a newer placement elsewhere stays untouched."""
        self._connection.execute(
            update(_students).where(_students.c.number == number, _students.c.school == school).values(status=status)
        )

    def went(self, keys: Sequence[str], *, school: str, status: str) -> None:
        """As ``left``, of many at once."""
        gone = update(_students).where(_students.c.student_key.in_(keys), _students.c.school == school)
        self._connection.execute(gone.values(status=status))

    def forget(self, schools: Sequence[str]) -> None:
        """Another authority knows the pupils of these schools now."""
        if schools:
            self._connection.execute(delete(_students).where(_students.c.school.in_(schools)))

    def page(self, *, number: str, name: str, after: str, size: int) -> list[KnownStudent]:
        """Pupils by exact number, exact name, or all, in the order of their keys, after ``after``."""
        query = select(*(_students.c[column] for column in _COLUMNS)).order_by(_students.c.student_key).limit(size)
        if number:
            query = query.where(_students.c.number == number)
        if name:
            query = query.where(_students.c.name == name)
        if after:
            query = query.where(_students.c.student_key > after)
        return [KnownStudent(*row) for row in self._connection.execute(query)]

    def class_sizes(self, school: str, *, status: str) -> dict[tuple[str, str], int]:
        """Pupils of that status by (grade, class) of a school."""
        rows = self._connection.execute(
            select(_students.c.grade, _students.c.school_class, func.count())
            .where(_students.c.school == school, _students.c.status == status)
            .group_by(_students.c.grade, _students.c.school_class)
        )
        return {(grade, school_class): count for grade, school_class, count in rows}
