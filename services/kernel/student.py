"""A student's record (学籍) as its province holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from kernel.status import StudentStatus


@dataclass(frozen=True)
class Placement:
    """Where a record puts its pupil: what rolls, worklists and statistics ask for."""

    status: StudentStatus
    school: str
    grade: str
    school_class: str


@dataclass(frozen=True)
class Student:
    """One record, at one version.

    Attributes:
        student_key: opaque UUID that the national index gave; carries nothing of the child.
        number: the student number (学籍号) in force; aliases: earlier ones, which resolve for ever.
        school: code of the school where the record is. grade, school_class: the placement there.
        values: the national form's other items, by ``kernel.form`` key.
        version: grows by one with each entry of the history.
        standing: what the system knows beyond the form, by ``kernel.standing`` key.
    """

    student_key: str
    number: str
    status: StudentStatus
    school: str
    values: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    version: int = 1
    standing: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values.get("name", "")

    @property
    def grade(self) -> str:
        return self.values.get("grade", "")

    @property
    def school_class(self) -> str:
        return self.values.get("school_class", "")

    @property
    def placement(self) -> Placement:
        return Placement(self.status, self.school, self.grade, self.school_class)

    def to_content(self) -> dict[str, Any]:
        """The record as a canonical JSON object, as archives carry it."""
        return {
            "student_key": self.student_key,
            "number": self.number,
            "aliases": list(self.aliases),
            "status": self.status.value,
            "school": self.school,
            "values": dict(self.values),
            "version": self.version,
            "standing": dict(self.standing),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What ``to_content`` wrote, by this version or an earlier one."""
        return cls(
            student_key=content["student_key"],
            number=content["number"],
            aliases=tuple(content["aliases"]),
            status=StudentStatus(content["status"]),
            school=content["school"],
            values=content["values"],
            version=content["version"],
            standing=content.get("standing", {}),
        )
