"""What is told downward when schools change: what the register says now, and which pupils came and which left.

Nothing of a pupil is told to an authority or a school that it does not concern: the one that gives up a record hears
whose it was, and the one that takes it hears the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self

from kernel.organisations.register import Reform
from kernel.organisations.spans import Life, SchoolSpan

LIVES_TOLD_MAX = 100  # schools in one entry; a reform of a whole prefecture is told in several
PUPILS_TOLD_MAX = 100  # records in one entry, so that a page of a feed stays far below what a message may hold


@dataclass(frozen=True)
class RegisterChanged:
    """What an office's register is to say from now on of some schools, whole lives, and of divisions.

    Attributes:
        change_id: of the change that made it so.
    """

    KIND: ClassVar[str] = "register_changed"
    change_id: str
    lives: tuple[Life, ...]
    reforms: tuple[Reform, ...] = ()

    def to_content(self) -> dict[str, Any]:
        return {
            "change_id": self.change_id,
            "lives": [[span.to_content() for span in life] for life in self.lives],
            "reforms": [[reform.on.isoformat(), reform.before, reform.after] for reform in self.reforms],
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["change_id"],
            tuple(tuple(map(SchoolSpan.from_content, life)) for life in content["lives"]),
            tuple(Reform(date.fromisoformat(on), before, after) for on, before, after in content["reforms"]),
        )


@dataclass(frozen=True)
class PlacedPupil:
    """A record as it stands after it came.

    Attributes:
        line_id: UUID of the line that it makes on the roll. values, standing: as ``kernel.student.Student`` has them.
    """

    line_id: str
    student_key: str
    number: str
    status: str
    values: Mapping[str, str] = field(repr=False, default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)

    def to_content(self) -> dict[str, Any]:
        return {
            "line_id": self.line_id,
            "student_key": self.student_key,
            "number": self.number,
            "status": self.status,
            "values": dict(self.values),
            "standing": dict(self.standing),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["line_id"],
            content["student_key"],
            content["number"],
            content["status"],
            content["values"],
            content["standing"],
        )


@dataclass(frozen=True)
class PupilsPlaced:
    """Records that are at a school of the reader from now on, because schools changed and no pupil asked for it.

    Attributes:
        from_school: where they were; the same as ``to_school`` where the school got another authority.
    """

    KIND: ClassVar[str] = "pupils_placed"
    change_id: str
    from_school: str
    to_school: str
    pupils: tuple[PlacedPupil, ...]
    at_ms: int

    def to_content(self) -> dict[str, Any]:
        return {
            "change_id": self.change_id,
            "from": self.from_school,
            "to": self.to_school,
            "pupils": [pupil.to_content() for pupil in self.pupils],
            "at": self.at_ms,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        pupils = tuple(map(PlacedPupil.from_content, content["pupils"]))
        return cls(content["change_id"], content["from"], content["to"], pupils, content["at"])


@dataclass(frozen=True)
class PupilsLeft:
    """Records that are no longer at a school of the reader; what stays is a copy (Art. 9).

    Attributes:
        keys: student keys.
    """

    KIND: ClassVar[str] = "pupils_left"
    change_id: str
    from_school: str
    keys: tuple[str, ...]
    at_ms: int

    def to_content(self) -> dict[str, Any]:
        return {"change_id": self.change_id, "from": self.from_school, "keys": list(self.keys), "at": self.at_ms}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["change_id"], content["from"], tuple(content["keys"]), content["at"])


OrganisationNews = RegisterChanged | PupilsPlaced | PupilsLeft
