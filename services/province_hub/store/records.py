"""A record as its row tells it: what this hub holds of a student, and in what custody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Text, func, select

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
