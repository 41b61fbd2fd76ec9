"""The year of a school (学年): its two terms (学期), what lies between them, and rules that depend on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from kernel.calendar import WorkingCalendar
from kernel.packs.words import Word
from kernel.stages import Grade, SchoolSystem

_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_A_COMMON_YEAR = 2023
_EDGE_WORKING_DAYS = 10  # 学期初、学期末, as the provinces that count them do


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of every year."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``08-31``. Raises ValueError where a common year has no such day."""
        match = _MONTH_DAY.fullmatch(text)
        if match is None:
            raise ValueError("should be a day of the year such as “08-31”")
        month, day = int(match.group(1)), int(match.group(2))
        date(_A_COMMON_YEAR, month, day)
        return cls(month, day)

    @property
    def text(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    @property
    def label(self) -> str:
        return f"{self.month}月{self.day}日"

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)

    def next_from(self, day: date) -> date:
        """The first such day on or after ``day``."""
        this_year = self.in_year(day.year)
        return this_year if this_year >= day else self.in_year(day.year + 1)


@dataclass(frozen=True, slots=True, order=True)
class YearlySpan:
    """From one day of the year to another, both included; over New Year where the last comes before the first."""

    first: MonthDay
    last: MonthDay

    def beginning_in(self, year: int) -> tuple[date, date]:
        """First and last day of the span that begins in ``year``."""
        return self.first.in_year(year), self.last.in_year(year + (self.last < self.first))

    def around(self, day: date) -> tuple[date, date] | None:
        """First and last day of the span that ``day`` is in; None where it is in none."""
        for year in (day.year - 1, day.year):
            first, last = self.beginning_in(year)
            if first <= day <= last:
                return first, last
        return None

    @property
    def label(self) -> str:
        return f"{self.first.label}至{'次年' if self.last < self.first else ''}{self.last.label}"


class Half(Word):
    AUTUMN = "autumn", "秋季学期"
    SPRING = "spring", "春季学期"


class Vacation(Word):
    WINTER = "winter", "寒假"
    SUMMER = "summer", "暑假"
    ANY = "any", "寒暑假"


@dataclass(frozen=True, slots=True)
class SchoolTerm:
    """One term of one year; first and last day are days of school."""

    half: Half
    first: date
    last: date

    @property
    def school_year(self) -> int:
        """The year in which its school year (学年) began: 2026 for both terms of 2026—2027."""
        return self.first.year if self.half is Half.AUTUMN else self.first.year - 1

    @property
    def label(self) -> str:
        return f"{self.school_year}—{self.school_year + 1}学年{self.half.label}"


@dataclass(frozen=True, slots=True)
class SchoolTerms:
    """When the terms are, in every year; two terms never touch.

    Raises:
        ValueError: they would.
    """

    autumn: YearlySpan
    spring: YearlySpan

    def __post_init__(self) -> None:
        year = _A_COMMON_YEAR
        (autumn_first, autumn_last), (spring_first, spring_last) = (
            self.autumn.beginning_in(year - 1),
            self.spring.beginning_in(year),
        )
        if not autumn_first < autumn_last < spring_first < spring_last < self.autumn.first.in_year(year):
            raise ValueError("the terms of a school year should follow each other, autumn first")

    def at(self, day: date) -> SchoolTerm | None:
        """The term that ``day`` is in; None in a vacation."""
        return next((term for term in self._near(day) if term.first <= day <= term.last), None)

    def begun(self, day: date) -> SchoolTerm:
        """The term that began last, on ``day`` or before."""
        return [term for term in self._near(day) if term.first <= day][-1]

    def ended(self, day: date) -> SchoolTerm:
        """The term whose last day came last, on ``day`` or before."""
        return [term for term in self._near(day) if term.last <= day][-1]

    def coming(self, day: date) -> SchoolTerm:
        """The first term that begins after ``day``."""
        return next(term for term in self._near(day) if term.first > day)

    def vacation(self, day: date) -> Vacation | None:
        """Which vacation ``day`` is in; None within a term."""
        if self.at(day) is not None:
            return None
        return Vacation.WINTER if self.begun(day).half is Half.AUTUMN else Vacation.SUMMER

    def at_edge(self, day: date, calendar: WorkingCalendar) -> bool:
        """Whether ``day`` is among the first or last ten working days of a term."""
        return in_first_days(self, day, _EDGE_WORKING_DAYS, calendar) or in_last_days(
            self, day, _EDGE_WORKING_DAYS, calendar
        )

    def _near(self, day: date) -> Iterator[SchoolTerm]:
        for year in range(day.year - 2, day.year + 2):
            yield SchoolTerm(Half.SPRING, *self.spring.beginning_in(year))
            yield SchoolTerm(Half.AUTUMN, *self.autumn.beginning_in(year))

    @property
    def label(self) -> str:
        return f"秋季学期{self.autumn.label}，春季学期{self.spring.label}"


def in_first_days(terms: SchoolTerms, day: date, working_days: int, calendar: WorkingCalendar) -> bool:
    """Whether ``day`` is in a term and no later than its first ``working_days``."""
    term = terms.at(day)
    return term is not None and calendar.count(_day_before(term.first), day) <= working_days


def in_last_days(terms: SchoolTerms, day: date, working_days: int, calendar: WorkingCalendar) -> bool:
    """Whether ``day`` is in a term and no earlier than its last ``working_days``."""
    term = terms.at(day)
    return term is not None and calendar.count(_day_before(day), term.last) <= working_days


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


class ClosedTerm(Word):
    """Terms in which something is not done, by the grade that a pupil is in. In vacations only whole grades are."""

    FIRST_TERM_OF_FIRST_GRADE = "first_term_of_first_grade", "起始年级第一学期"
    LAST_TERM_OF_LAST_GRADE = "last_term_of_last_grade", "毕业年级最后一学期"
    LAST_GRADE = "last_grade", "毕业年级"
    MID_TERM = "mid_term", "学期中途"

    def covers(
        self, grade: Grade, *, system: SchoolSystem, on: date, terms: SchoolTerms, calendar: WorkingCalendar
    ) -> bool:
        """Whether a pupil of ``grade`` falls under it on that day."""
        term = terms.at(on)
        last_grade = grade.next(system) is None
        match self:
            case ClosedTerm.FIRST_TERM_OF_FIRST_GRADE:
                return grade.year == 1 and term is not None and term.half is Half.AUTUMN
            case ClosedTerm.LAST_TERM_OF_LAST_GRADE:
                return last_grade and term is not None and term.half is Half.SPRING
            case ClosedTerm.LAST_GRADE:
                return last_grade
            case ClosedTerm.MID_TERM:
                return term is not None and not terms.at_edge(on, calendar)
