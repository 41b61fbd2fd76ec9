"""The life of a school code: what it stood for, from when to when, and how it ended.

A life is a row of spans in the order of time. Renamed, or handed to another authority, a school has another span under
the same code; merged, closed, split up or given another category, its code ends, and what ended it says where pupils
and archives went (Art. 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self

from kernel.school import School

# The first day of a school of which nobody wrote down when it opened.
TIME_OUT_OF_MIND = date.min


class Ending(StrEnum):
    """How a school code ends."""

    MERGED = "merged"  # 合并: into another school
    SPLIT = "split"  # 分立: into several
    CLOSED = "closed"  # 撤销
    RECLASSIFIED = "reclassified"  # 变更类别: the same school goes on under another code

    @property
    def label(self) -> str:
        return _ENDING_LABELS[self]


_ENDING_LABELS = {
    Ending.MERGED: "合并",
    Ending.SPLIT: "分立",
    Ending.CLOSED: "撤销",
    Ending.RECLASSIFIED: "变更类别",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where pupils go on whose school ends, or gives up some of its classes.

    Attributes:
        from_school, to_school: codes.
        grade: code of a grade (``kernel.stages``); empty for every grade.
        school_class: name of a class of that grade; empty for every class.
        becomes: name of the class there; empty for the same name.
    """

    from_school: str
    to_school: str
    grade: str = ""
    school_class: str = ""
    becomes: str = ""

    def covers(self, grade: str, school_class: str) -> bool:
        return self.grade in ("", grade) and self.school_class in ("", school_class)

    def to_content(self) -> dict[str, str]:
        return {
            "from": self.from_school,
            "to": self.to_school,
            "grade": self.grade,
            "class": self.school_class,
            "becomes": self.becomes,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, str]) -> Self:
        return cls(
            from_school=content["from"],
            to_school=content["to"],
            grade=content["grade"],
            school_class=content["class"],
            becomes=content["becomes"],
        )


def placing_of(placings: tuple[Placing, ...], *, grade: str, school_class: str) -> Placing | None:
    """The one that speaks of this class: the class by name before its grade, its grade before the whole school."""
    covering = [placing for placing in placings if placing.covers(grade, school_class)]
    return max(covering, key=lambda placing: (placing.school_class != "", placing.grade != ""), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What ended a code.

    Attributes:
        change_id: the change that did it.
        placings: where its pupils went on.
        archives_to: code of the school that keeps its archives (Art. 9.2); empty where a unit does.
        archive_unit: the unit that the county named for them (Art. 9.3); empty where a school does.
    """

    change_id: str
    kind: Ending
    placings: tuple[Placing, ...] = ()
    archives_to: str = ""
    archive_unit: str = ""

    @property
    def heir(self) -> str:
        """The one school where all of it went on; empty where its pupils went to several, or to none."""
        heirs = {placing.to_school for placing in self.placings}
        return heirs.pop() if len(heirs) == 1 else ""

    def to_content(self) -> dict[str, Any]:
        return {
            "change_id": self.change_id,
            "kind": self.kind.value,
            "placings": [placing.to_content() for placing in self.placings],
            "archives_to": self.archives_to,
            "archive_unit": self.archive_unit,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            change_id=content["change_id"],
            kind=Ending(content["kind"]),
            placings=tuple(map(Placing.from_content, content["placings"])),
            archives_to=content["archives_to"],
            archive_unit=content["archive_unit"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSpan:
    """What a code stood for, over some days.

    Attributes:
        valid_from: the first day. valid_to: the first day after it; None while it goes on.
        end: what ended the code on ``valid_to``; None where the next span follows, or it goes on.
    """

    school: School
    valid_from: date = TIME_OUT_OF_MIND
    valid_to: date | None = None
    end: End | None = None

    def __post_init__(self) -> None:
        assert self.valid_to is None or self.valid_from < self.valid_to, "a span has at least one day"
        assert self.end is None or self.valid_to is not None, "what has ended has a last day"

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def to_content(self) -> dict[str, Any]:
        return {
            "school": self.school.to_content(),
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "end": self.end.to_content() if self.end else None,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            school=School.from_content(content["school"]),
            valid_from=date.fromisoformat(content["valid_from"]),
            valid_to=date.fromisoformat(content["valid_to"]) if content["valid_to"] else None,
            end=End.from_content(content["end"]) if content["end"] else None,
        )


# The spans of one code, in the order of time, none on two days at once.
Life = tuple[SchoolSpan, ...]


def require_life(life: Life) -> None:
    """A bug where it does not hold: spans in order, without overlap, without a hole unless the code had ended."""
    assert life, "a life has a span"
    assert life[-1].valid_to is None or life[-1].end is not None, "what does not go on has ended"
    for before, after in pairwise(life):
        assert before.valid_to is not None, "one span at a time goes on"
        assert before.valid_to <= after.valid_from, "spans do not overlap"
        assert before.end is not None or before.valid_to == after.valid_from, "no hole in a life"
