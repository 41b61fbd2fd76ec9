"""Who attends a school that has not their record (Articles 6 and 17), and what is told to schools outside their cases.

A record is at one school, and its pupil may be at another: at an ordinary school from a special one or the other way
round, taught at home, or at a reform school by agreement. The record is counted where it is. The other school must know
who attends, and something of each child, but not all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Self

from kernel.school import SchoolCategory
from kernel.student import Student

ATTENDS = "attends"
VEILED = "veiled"  # the procedure of an entry that is not told

# What a school must know of a child whom it teaches and whose papers are elsewhere: who it is, how it is, whom to call.
SEEN_WHERE_ATTENDING = (
    "name",
    "sex",
    "birth_date",
    "grade",
    "school_class",
    "health",
    "inclusive_class",
    "disability",
    "phone",
    "guardian1_name",
    "guardian1_relation",
    "guardian1_phone",
)
_STANDING_WHERE_ATTENDING = ("attends", "attends_since", "attendance_mode")


@dataclass(frozen=True)
class RecordTold:
    """A record as it stands, for a school that no case told.

    Attributes:
        school: code of the school that is told. attends: the pupil is there; otherwise the record is.
        record, standing: where the pupil attends, only what that school must know.
        until: ISO date from which the pupil attends no more; empty while it goes on.
    """

    KIND: ClassVar[str] = "record_told"
    school: str
    attends: bool
    student_key: str
    number: str
    record_school: str
    status: str
    at_ms: int
    record: Mapping[str, str] = field(default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)
    until: str = ""

    def to_content(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(**content)


def told_where_held(student: Student, *, at_ms: int) -> RecordTold:
    """For the school that has the record."""
    return RecordTold(
        school=student.school,
        attends=False,
        student_key=student.student_key,
        number=student.number,
        record_school=student.school,
        status=student.status.value,
        record=dict(student.values),
        standing=dict(student.standing),
        at_ms=at_ms,
    )


def told_where_attending(student: Student, *, at_ms: int, until: str = "") -> RecordTold:
    """For the school where the pupil attends, or did until a day."""
    return RecordTold(
        school=student.standing[ATTENDS],
        attends=True,
        student_key=student.student_key,
        number=student.number,
        record_school=student.school,
        status=student.status.value,
        record={key: student.values[key] for key in SEEN_WHERE_ATTENDING if key in student.values},
        standing={key: student.standing[key] for key in _STANDING_WHERE_ATTENDING if key in student.standing},
        until=until,
        at_ms=at_ms,
    )


def attended(student: Student) -> str:
    """Code of the other school that the pupil attends; empty where there is none, or the record is closed."""
    return student.standing.get(ATTENDS, "") if student.status.live else ""


def is_sealed(school: str) -> bool:
    """Whether it is told to few that a child is at this school: a reform school (工读学校、专门学校) marks for life."""
    return school[:2] == SchoolCategory.REFORM
