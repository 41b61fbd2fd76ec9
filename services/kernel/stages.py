"""Stages (学段), school systems (学制) and grades (年级).

A child is in compulsory education (义务教育) for nine years, whichever way the nine are cut: six and three (六三), or
five and four (五四). So 六年级 is the last year of one school here and the first of another there, and a grade can be
read only by one who knows the system.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from kernel.refusals import GradeAmbiguous, GradeUnknown
from kernel.writing import code_as_typed

COMPULSORY_YEARS = 9
SCHOOL_YEAR_BEGINS = 9  # the month
SENIOR_YEARS = 3


class SchoolSystem(StrEnum):
    """How the nine compulsory years are cut (学制)."""

    SIX_THREE = "63"  # 六三
    FIVE_FOUR = "54"  # 五四

    @property
    def label(self) -> str:
        return "六三" if self is SchoolSystem.SIX_THREE else "五四"

    @property
    def primary_years(self) -> int:
        return 6 if self is SchoolSystem.SIX_THREE else 5


class Stage(StrEnum):
    """学段; the value is the first digit of a grade's code."""

    PRIMARY = "1"  # 小学
    JUNIOR = "2"  # 初中
    SENIOR = "3"  # 普通高中
    SPECIAL = "4"  # 特殊教育: nine compulsory years, and three of senior high where a school offers them

    @property
    def label(self) -> str:
        return _STAGE_LABELS[self]

    def years(self, system: SchoolSystem) -> int:
        """How many years the stage lasts."""
        match self:
            case Stage.PRIMARY:
                return system.primary_years
            case Stage.JUNIOR:
                return COMPULSORY_YEARS - system.primary_years
            case Stage.SENIOR:
                return SENIOR_YEARS
            case Stage.SPECIAL:
                return COMPULSORY_YEARS + SENIOR_YEARS


_STAGE_LABELS = {Stage.PRIMARY: "小学", Stage.JUNIOR: "初中", Stage.SENIOR: "普通高中", Stage.SPECIAL: "特殊教育"}
_GRADE_PREFIXES = {Stage.PRIMARY: "小学", Stage.JUNIOR: "初中", Stage.SENIOR: "高中", Stage.SPECIAL: "特教"}
_YEARS_MOST = {Stage.PRIMARY: 6, Stage.JUNIOR: 4, Stage.SENIOR: 3, Stage.SPECIAL: 12}

_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_ORDINALS = {numeral: n for n, numeral in enumerate(_NUMERALS) if n} | {str(n): n for n in range(1, 13)}
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_STAGE_WORDS = {
    "小学": Stage.PRIMARY,
    "初中": Stage.JUNIOR,
    "普通高中": Stage.SENIOR,
    "高中": Stage.SENIOR,
    "特殊教育": Stage.SPECIAL,
    "特教": Stage.SPECIAL,
}
_BARE_FORM = re.compile(rf"({_ORDINAL})年级")
_WITH_STAGE_FORM = re.compile(rf"({'|'.join(_STAGE_WORDS)})({_ORDINAL})年级")
_SHORT_FORM = re.compile(rf"([小初高])({_ORDINAL})(?:年级)?")
_SHORT_STAGES = {"小": Stage.PRIMARY, "初": Stage.JUNIOR, "高": Stage.SENIOR}
_PREPARATORY = frozenset({"预初", "初预", "预备班", "预备年级", "初中预备年级"})  # 五四: the year before 七年级


@dataclass(frozen=True, slots=True, order=True)
class Grade:
    """A year within a stage, counted from 1.

    小学六年级 under 六三 and 初中一年级 under 五四 are different grades at one level: see ``level``.
    """

    stage: Stage
    year: int

    def __post_init__(self) -> None:
        assert 1 <= self.year <= _YEARS_MOST[self.stage], "a grade is a year of its stage"

    @classmethod
    def of_code(cls, code: str) -> Self:
        """The grade of a three-digit code, e.g. ``201`` for 初中一年级.

        Raises:
            GradeUnknown: no such code.
        """
        found = _BY_CODE.get(code)
        if found is None:
            raise GradeUnknown(grade=code[:20])
        return cls(*found)

    @classmethod
    def parse(cls, text: str, *, system: SchoolSystem, stage: Stage | None = None) -> Self:
        """Read a grade as schools write it: 一年级, 小学一年级, 小一, 七年级, 初一, 初中一年级, 高一, 特教三年级.

        Bare 三年级 is counted from the start of primary school (七年级 is a junior year, 十年级 a senior one), unless
        ``stage`` is given and has such a year.

        Args:
            text: the writing.
            system: the school's 学制.
            stage: the one stage that the school teaches, if it teaches one.

        Raises:
            GradeUnknown: no such grade under the system.
            GradeAmbiguous: 初一 to 初三 under 五四: the sixth to eighth year in Shandong, the seventh to ninth in
                Shanghai.
        """
        typed = code_as_typed(text)
        if system is SchoolSystem.FIVE_FOUR and typed in _PREPARATORY:
            return cls(Stage.JUNIOR, 1)
        if match := _BARE_FORM.fullmatch(typed):
            return cls._of_bare(_ORDINALS[match.group(1)], typed, system=system, stage=stage)
        if match := _WITH_STAGE_FORM.fullmatch(typed):
            return cls._within(_STAGE_WORDS[match.group(1)], _ORDINALS[match.group(2)], typed, system=system)
        if match := _SHORT_FORM.fullmatch(typed):
            of_short, year = _SHORT_STAGES[match.group(1)], _ORDINALS[match.group(2)]
            if of_short is Stage.JUNIOR and system is SchoolSystem.FIVE_FOUR and year <= 3:
                raise GradeAmbiguous(grade=typed)
            return cls._within(of_short, year, typed, system=system)
        raise GradeUnknown(grade=typed[:20])

    @classmethod
    def _within(cls, stage: Stage, year: int, typed: str, *, system: SchoolSystem) -> Self:
        if stage is Stage.JUNIOR and system.primary_years < year <= COMPULSORY_YEARS:
            year -= system.primary_years  # 初中七年级 is written too
        if not 1 <= year <= stage.years(system):
            raise GradeUnknown(grade=typed[:20])
        return cls(stage, year)

    @classmethod
    def _of_bare(cls, year: int, typed: str, *, system: SchoolSystem, stage: Stage | None) -> Self:
        if stage is not None and year <= stage.years(system):
            return cls(stage, year)
        if year <= system.primary_years:
            return cls(Stage.PRIMARY, year)
        if year <= COMPULSORY_YEARS:
            return cls(Stage.JUNIOR, year - system.primary_years)
        return cls._within(Stage.SENIOR, year - COMPULSORY_YEARS, typed, system=system)

    @property
    def code(self) -> str:
        """The digit of the stage and two of the year: ``101`` is 小学一年级."""
        return f"{self.stage}{self.year:02d}"

    @property
    def label(self) -> str:
        return f"{_GRADE_PREFIXES[self.stage]}{_NUMERALS[self.year]}年级"

    @property
    def compulsory(self) -> bool:
        """Whether the child is in compulsory education, where the record is kept whatever happens (Art. 22)."""
        if self.stage is Stage.SPECIAL:
            return self.year <= COMPULSORY_YEARS
        return self.stage is not Stage.SENIOR

    def level(self, system: SchoolSystem) -> int:
        """Years since the start of primary school, from 1: what must agree in a transfer, which moves no child up."""
        match self.stage:
            case Stage.PRIMARY | Stage.SPECIAL:
                return self.year
            case Stage.JUNIOR:
                return system.primary_years + self.year
            case Stage.SENIOR:
                return COMPULSORY_YEARS + self.year

    def next(self, system: SchoolSystem) -> Grade | None:
        """The grade after the yearly roll-over (升级, Art. 12); None for the last of the stage, who graduate.

        In special education the ninth year graduates from compulsory education: its senior years are entered anew.
        """
        graduates = self.year >= self.stage.years(system)
        if self.stage is Stage.SPECIAL:
            graduates = graduates or self.year == COMPULSORY_YEARS
        return None if graduates else Grade(self.stage, self.year + 1)


def compulsory_until(grade: Grade, *, system: SchoolSystem, on: date) -> date:
    """The last day of the child's compulsory years, through which its record is kept whatever happens (Art. 22).

    Args:
        grade: in which the child was on the day; system: 学制 of its school.

    Returns:
        31 August of the school year in which its cohort has had nine.
    """
    begun = on.year if on.month >= SCHOOL_YEAR_BEGINS else on.year - 1
    return date(begun + 1 + max(0, COMPULSORY_YEARS - grade.level(system)), SCHOOL_YEAR_BEGINS - 1, 31)


_BY_CODE = {f"{stage}{year:02d}": (stage, year) for stage, most in _YEARS_MOST.items() for year in range(1, most + 1)}
