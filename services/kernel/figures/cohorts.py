"""巩固率: how many of a cohort are there at its end, of those who entered.

九年义务教育巩固率: pupils of the last compulsory year over those who were in the first year of primary school when they
entered (教育部《全国教育事业发展统计公报》: 初中毕业班学生数占该年级入小学一年级时学生数的百分比). Who moved in counts,
and who moved away does not: it is a rate of places, and above 100 % where families come. The same is told for 初中,
where counties watch it year by year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kernel.stages import COMPULSORY_YEARS, Grade, SchoolSystem, Stage


class Cohort(StrEnum):
    COMPULSORY = "compulsory"  # 九年义务教育
    JUNIOR = "junior"  # 初中

    @property
    def label(self) -> str:
        return "九年义务教育巩固率" if self is Cohort.COMPULSORY else "初中巩固率"


@dataclass(frozen=True)
class Span:
    """The two grades of a cohort under one school system, and the years between them."""

    last: Grade
    first: Grade
    years: int


def span_of(cohort: Cohort, system: SchoolSystem) -> Span:
    last = Grade(Stage.JUNIOR, Stage.JUNIOR.years(system))
    if cohort is Cohort.COMPULSORY:
        return Span(last, Grade(Stage.PRIMARY, 1), COMPULSORY_YEARS - 1)
    return Span(last, Grade(Stage.JUNIOR, 1), Stage.JUNIOR.years(system) - 1)


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True)
class Retention:
    """A cohort at its end.

    Attributes:
        remaining: pupils in school in the last year on the day asked for.
        entrants: pupils in school in the first year on ``entered_on``. None: withheld, each.
        entered_on: the day of entry; two where 六三 and 五四 schools entered their cohorts in different years.
    """

    cohort: Cohort
    remaining: int | None
    entrants: int | None
    entered_on: tuple[date, ...]

    @property
    def percent(self) -> float | None:
        """None where a count is withheld, or the records do not reach back so far."""
        if self.remaining is None or not self.entrants:
            return None
        return round(100 * self.remaining / self.entrants, 2)
