"""A record as its row tells it: what this hub holds of a student, and in what custody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Row, Select, Text, any_, func, literal, select, text

from kernel.custody import Custody
from kernel.refusals import NotCustodian, RecordFrozen
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store import schema

_OWN_COLUMNS = ("grade", "school_class")


@dataclass(frozen=True)
class Held:
    """A record and what this hub may do with it.

    Attributes:
        epoch: of custody, as the index counts it. frozen_by: the transfer it is frozen for; else empty.
        open_case: the case that holds the pupil's lock; else empty.
    """

    student: Student
    custody: Custody
    epoch: int
    frozen_by: str = ""
    open_case: str = ""

    def require_writable(self) -> None:
        """Raises RecordFrozen or NotCustodian unless this hub is the record's one writer."""
        if self.custody is Custody.FROZEN:
            raise RecordFrozen
        if self.custody is not Custody.HELD:
            raise NotCustodian


def has_number(number: str) -> ColumnElement[bool]:
    """The record that has this number, or had it earlier."""
    return schema.students.c.student_key == (
        select(schema.student_numbers.c.student_key).where(schema.student_numbers.c.number == number).scalar_subquery()
    )


def among(column: Column[str], values: Sequence[str]) -> ColumnElement[bool]:
    """The column is one of the values: one array as a parameter, however many there are."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def selected() -> Select[Any]:
    """Records with their earlier numbers beside them, oldest first."""
    numbers = schema.student_numbers
    aliases = (
        select(numbers.c.number)
        .where(
            numbers.c.student_key == schema.students.c.student_key,
            numbers.c.number != schema.students.c.number,
        )
        .order_by(numbers.c.position)
        .correlate(schema.students)
        .scalar_subquery()
    )
    return select(schema.students, func.array(aliases, type_=ARRAY(Text)).label("aliases"))


def columns(student: Student) -> dict[str, Any]:
    """A record's own columns; custody is written apart."""
    return {
        "number": student.number,
        "status": student.status.value,
        "school": student.school,
        "grade": student.grade,
        "school_class": student.school_class,
        "name": student.name,
        "values": stored_values(student),
        "standing": dict(student.standing),
        "version": student.version,
    }


def stored_values(student: Student) -> dict[str, str]:
    """The items of the form that have no column of their own."""
    return {key: value for key, value in student.values.items() if key not in _OWN_COLUMNS}


_INSERT = """
INSERT INTO students (student_key, number, status, school, grade, school_class, name, values, standing, version,
                      custody, epoch, since_epoch)
SELECT student_key, number, status, school, grade, school_class, name, CAST(content AS jsonb), CAST(standing AS jsonb),
       version, 'held', :epoch, :epoch
FROM unnest(CAST(:keys AS uuid[]), CAST(:numbers AS text[]), CAST(:statuses AS text[]), CAST(:schools AS text[]),
            CAST(:grades AS text[]), CAST(:classes AS text[]), CAST(:names AS text[]), CAST(:contents AS text[]),
            CAST(:standings AS text[]), CAST(:versions AS integer[]))
     AS given(student_key, number, status, school, grade, school_class, name, content, standing, version)
ON CONFLICT (student_key) DO NOTHING RETURNING CAST(student_key AS text)
"""
_UPDATE = """
UPDATE students
SET number = given.number, status = given.status, school = given.school, grade = given.grade,
    school_class = given.school_class, name = given.name, values = CAST(given.content AS jsonb),
    standing = CAST(given.standing AS jsonb), version = given.version
FROM unnest(CAST(:keys AS uuid[]), CAST(:numbers AS text[]), CAST(:statuses AS text[]), CAST(:schools AS text[]),
            CAST(:grades AS text[]), CAST(:classes AS text[]), CAST(:names AS text[]), CAST(:contents AS text[]),
            CAST(:standings AS text[]), CAST(:versions AS integer[]))
     AS given(student_key, number, status, school, grade, school_class, name, content, standing, version)
WHERE students.student_key = given.student_key
"""


def insert_new(connection: Connection, students: Sequence[Student], *, epoch: int) -> set[str]:
    """Insert records, held by this hub; one that is here already is left as it is. The keys of those inserted."""
    return set(connection.scalars(text(_INSERT), {"epoch": epoch, **_given(students)}))


def update_all(connection: Connection, students: Sequence[Student]) -> None:
    """Write what records are now, in one statement."""
    if students:
        connection.execute(text(_UPDATE), _given(students))


def _given(students: Sequence[Student]) -> dict[str, Any]:
    """The columns of ``given``."""
    return {
        "keys": [student.student_key for student in students],
        "numbers": [student.number for student in students],
        "statuses": [student.status.value for student in students],
        "schools": [student.school for student in students],
        "grades": [student.grade for student in students],
        "classes": [student.school_class for student in students],
        "names": [student.name for student in students],
        "contents": [json.dumps(stored_values(student), ensure_ascii=False) for student in students],
        "standings": [json.dumps(dict(student.standing), ensure_ascii=False) for student in students],
        "versions": [student.version for student in students],
    }


def held(row: Row[Any]) -> Held:
    """A row of ``selected`` as what this hub holds."""
    told = row._mapping  # a row's own ``values`` and ``count`` would hide the columns of that name
    return Held(
        student=Student(
            student_key=told["student_key"],
            number=told["number"],
            status=StudentStatus(told["status"]),
            school=told["school"],
            values={**told["values"], **{key: told[key] for key in _OWN_COLUMNS if told[key]}},
            aliases=tuple(told["aliases"]),
            version=told["version"],
            standing=told["standing"],
        ),
        custody=Custody(told["custody"]),
        epoch=told["epoch"],
        frozen_by=told["frozen_by"] or "",
        open_case=told["open_case"] or "",
    )
