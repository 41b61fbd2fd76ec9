"""Promotion (升级, Article 12): one night in which every pupil of a province goes up a grade, or is told why not.

It is no case: nobody files it for a pupil, and nobody decides it of one. Which grade follows on which, and who stays
where, is here; the hub does it set-based (``province_hub.store.promotions``), and whoever follows it below does the
same with what ``ClassesPromoted`` tells: which grade became which, and which pupils stayed.

Those who graduate do not go up: their graduation is a case of its own (Article 13), and until it is done they stay in
their last grade and are named. A pupil who is not in school (休学, 出境, 辍学) keeps the grade; the return chooses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self

from kernel.facts import grade_of
from kernel.stages import Grade, SchoolSystem, Stage
from kernel.status import StudentStatus

PROMOTION = "promotion"  # as the history names it
PROMOTION_UNDONE = "promotion_undone"
PROMOTION_TITLES = {PROMOTION: "升级", PROMOTION_UNDONE: "退回升级"}
ARTICLES = ("12.1",)

_SCHOOL_YEAR_BEGINS_MONTH = 9


class Blocker(StrEnum):
    """Why a pupil stays in the grade on the night of promotion, in the order in which it is told."""

    NOT_IN_SCHOOL = "not_in_school"
    OPEN_CASE = "open_case"
    PROBLEM_RECORD = "problem_record"
    HELD_BACK = "held_back"
    WRONG_SYSTEM = "wrong_system"
    NOT_GRADUATED = "not_graduated"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def in_the_way(self) -> bool:
        """Whether somebody has to do something about it before the night."""
        return self not in (Blocker.NOT_IN_SCHOOL, Blocker.HELD_BACK)


_LABELS = {
    Blocker.NOT_IN_SCHOOL: "不在校（休学、出境、辍学等），保留原年级",
    Blocker.OPEN_CASE: "有未办结的业务",
    Blocker.PROBLEM_RECORD: "问题学籍未解决",
    Blocker.HELD_BACK: "本学年已办理留级",
    Blocker.WRONG_SYSTEM: "年级不属于学校的学制",
    Blocker.NOT_GRADUATED: "毕业年级尚未办理毕业",
}


@dataclass(frozen=True)
class Standing:
    """What decides whether a pupil goes up.

    Attributes:
        grade: code. has_open_case: a case holds the pupil's lock, or another province asks for the record.
        held_back_in: ``kernel.standing`` item of that name; empty where there is none.
    """

    status: StudentStatus
    grade: str
    has_open_case: bool = False
    problem: bool = False
    held_back_in: str = ""


def goes_up(pupil: Standing, *, system: SchoolSystem, year: int) -> Grade | Blocker:
    """The pupil's next grade, or why there is none.

    Args:
        system: 学制 of the school. year: in which the night of promotion lies.
    """
    if not pupil.status.in_school:
        return Blocker.NOT_IN_SCHOOL
    if pupil.has_open_case:
        return Blocker.OPEN_CASE
    if pupil.problem:
        return Blocker.PROBLEM_RECORD
    if pupil.held_back_in == str(year):
        return Blocker.HELD_BACK
    rungs = ladder(system)
    if pupil.grade not in rungs:
        return Blocker.WRONG_SYSTEM
    following = grade_of(rungs[pupil.grade] or "")
    return following or Blocker.NOT_GRADUATED


@dataclass(frozen=True)
class Blocked:
    """A pupil who stays, or would, as people are shown it; ``grade`` is a code."""

    number: str
    name: str
    school: str
    grade: str
    school_class: str
    blocker: Blocker


def ladder(system: SchoolSystem) -> Mapping[str, str | None]:
    """Each grade's code with that of the next; None for the last of a stage, who graduate."""
    grades = (Grade(stage, year) for stage in Stage for year in range(1, stage.years(system) + 1))
    return {grade.code: (after.code if (after := grade.next(system)) else None) for grade in grades}


def held_back_year(on: date) -> int:
    """The year whose night of promotion passes over a pupil who repeats a grade from ``on`` on."""
    return on.year if on.month < _SCHOOL_YEAR_BEGINS_MONTH else on.year + 1


@dataclass(frozen=True)
class ClassesPromoted:
    """Told downward of one school: its pupils in school went up a grade, or a class of them went back (退回).

    Attributes:
        run_id: UUID of the night; the history's entries have it as their case.
        grades: code of each grade with the code that its pupils have now; all at once.
        school_class: of this class alone; empty for all.
        stayed: student keys of pupils in those grades for whom nothing has changed.
        at_ms: milliseconds since 1970-01-01 UTC.
    """

    KIND: ClassVar[str] = "classes_promoted"
    run_id: str
    school: str
    grades: Mapping[str, str]
    stayed: tuple[str, ...]
    at_ms: int
    school_class: str = ""

    def to_content(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "school": self.school,
            "grades": dict(self.grades),
            "stayed": list(self.stayed),
            "at": self.at_ms,
            "school_class": self.school_class,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["run_id"],
            content["school"],
            content["grades"],
            tuple(content["stayed"]),
            content["at"],
            content.get("school_class", ""),
        )
