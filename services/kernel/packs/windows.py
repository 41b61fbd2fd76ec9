"""Windows (受理时间): the times of the year at which something is accepted, and freezes, at which it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.calendar import WorkingCalendar, same_day_after
from kernel.packs.school_terms import SchoolTerms, Vacation, YearlySpan, in_first_days, in_last_days
from kernel.packs.words import Frozen

_LOOK_AHEAD_DAYS = 400  # every window opens once in a year


@dataclass(frozen=True, slots=True)
class FixedDates:
    """Between two days of every year."""

    span: YearlySpan

    def open_on(self, day: date, _terms: SchoolTerms, _calendar: WorkingCalendar) -> bool:
        return self.span.around(day) is not None

    @property
    def label(self) -> str:
        return self.span.label


@dataclass(frozen=True, slots=True)
class FirstDays:
    """The first working days of a term."""

    working_days: int

    def open_on(self, day: date, terms: SchoolTerms, calendar: WorkingCalendar) -> bool:
        return in_first_days(terms, day, self.working_days, calendar)

    @property
    def label(self) -> str:
        return f"学期开始后{self.working_days}个工作日内"


@dataclass(frozen=True, slots=True)
class LastDays:
    """The last working days of a term."""

    working_days: int

    def open_on(self, day: date, terms: SchoolTerms, calendar: WorkingCalendar) -> bool:
        return in_last_days(terms, day, self.working_days, calendar)

    @property
    def label(self) -> str:
        return f"学期结束前{self.working_days}个工作日内"


@dataclass(frozen=True, slots=True)
class InVacation:
    """Between two terms."""

    vacation: Vacation

    def open_on(self, day: date, terms: SchoolTerms, _calendar: WorkingCalendar) -> bool:
        now = terms.vacation(day)
        return now is not None and self.vacation in (now, Vacation.ANY)

    @property
    def label(self) -> str:
        return self.vacation.label


@dataclass(frozen=True, slots=True)
class MonthsFromStart:
    """The first months after a term has begun."""

    months: int

    def open_on(self, day: date, terms: SchoolTerms, _calendar: WorkingCalendar) -> bool:
        return day <= same_day_after(terms.begun(day).first, self.months)

    @property
    def label(self) -> str:
        return f"开学后{self.months}个月内"


Window = FixedDates | FirstDays | LastDays | InVacation | MonthsFromStart


@dataclass(frozen=True, slots=True)
class Windows:
    """Any of several windows; none of them named is the whole year."""

    any_of: tuple[Window, ...] = ()

    def open_on(self, day: date, terms: SchoolTerms, calendar: WorkingCalendar) -> bool:
        return not self.any_of or any(window.open_on(day, terms, calendar) for window in self.any_of)

    def next_open(self, day: date, terms: SchoolTerms, calendar: WorkingCalendar) -> date | None:
        """The first day from ``day`` on at which one is open; None where none opens within a year."""
        ahead = (day + timedelta(days=n) for n in range(_LOOK_AHEAD_DAYS))
        return next((one for one in ahead if self.open_on(one, terms, calendar)), None)

    @property
    def label(self) -> str:
        return "；".join(window.label for window in self.any_of) or "全年"


@dataclass(frozen=True, slots=True, order=True)
class Freeze:
    """A stretch of every year in which something is not accepted."""

    what: Frozen
    span: YearlySpan

    @property
    def label(self) -> str:
        return f"{self.span.label}暂停{self.what.label}"


def frozen_until(freezes: Iterable[Freeze], what: Frozen, day: date) -> date | None:
    """The last day of the freeze of ``what`` that ``day`` is in; None where it goes on."""
    found = [span[1] for one in freezes if one.what is what and (span := one.span.around(day))]
    return max(found, default=None)
