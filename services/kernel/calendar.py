"""Working days (工作日) and deadlines, by the calendar that the State Council publishes each year.

Terms run by 民法典 201 to 203: the day of receipt does not count, a term of months ends on the day of the same number
(or the last of a shorter month), a last day that is a day of rest moves to the next working day, and the last day ends
at 24:00, Beijing time. A year whose notice is not out follows the week, and every deadline that touches it says that
it is provisional: a missing table must never stop a school's work.
"""

from __future__ import annotations

import csv
import hashlib
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from functools import cache
from importlib import resources

from kernel.clock import SHANGHAI

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
TERM_DAYS_MAX = 1_000
TERM_MONTHS_MAX = 1_200


@dataclass(frozen=True, slots=True)
class Due:
    """When something must be done.

    Attributes:
        at: the end of the last day, which is 00:00 of the day after it, at +08:00.
        provisional: whether a year without a notice was counted, so that the date may still move.
        calendar_version: which calendar counted; an open item is counted again when another is loaded.
        counted_from: the receipt that it was counted from; None where an office above told the date alone.
    """

    at: datetime
    provisional: bool
    calendar_version: str
    counted_from: datetime | None = field(default=None, compare=False)

    @property
    def last_day(self) -> date:
        """The last day on which it can be done in time."""
        return self.at.astimezone(SHANGHAI).date() - _ONE_DAY

    def passed(self, now: datetime) -> bool:
        return now >= self.at


class Urgency(IntEnum):
    """How near a deadline is. Of ten working days (Art. 14) the steps come when 7, 9 and 10 are used."""

    CALM = 0  # 正常
    NEAR = 1  # 临近: 3 or 2 working days left
    PRESSING = 2  # 紧迫: 1 left
    LAST_DAY = 3  # 今日到期
    OVERDUE = 4  # 逾期

    @property
    def label(self) -> str:
        return ("正常", "临近", "紧迫", "今日到期", "逾期")[self]

    @property
    def word(self) -> str:
        """As it is told to other programs: ``near``; stable."""
        return self.name.lower()


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which the notices and the week disagree.

    Attributes:
        rest_days: days made rest.
        work_days: days of a weekend made work (调休).
        years: the years whose notice is in.
        version: names the content: first and last year, and a digest.
    """

    rest_days: frozenset[date]
    work_days: frozenset[date]
    years: frozenset[int]
    version: str

    @classmethod
    def read(cls, tables: Iterable[str]) -> WorkingCalendar:
        """Build a calendar of CSV texts with the columns ``date,kind,for_holiday``.

        Asserts that the tables hold what they should and agree: a wrong calendar must not count one deadline.
        """
        kinds: dict[date, str] = {}
        for table in tables:
            for row in csv.DictReader(table.splitlines()):
                day, kind = date.fromisoformat(row["date"]), row["kind"]
                assert kind in ("rest", "work"), f"{day}: no kind {kind}"
                assert kinds.setdefault(day, kind) == kind, f"two notices disagree about {day}"
        # A notice may give a day of a neighbour year (2022-12-31); New Year's Day it gives of its own year alone.
        years = frozenset(day.year for day in kinds if (day.month, day.day) == (1, 1))
        assert years, "a calendar has years"
        content = "".join(f"{day} {kind}\n" for day, kind in sorted(kinds.items()))
        fingerprint = hashlib.sha256(content.encode("ascii")).hexdigest()[:12]
        return cls(
            rest_days=frozenset(day for day, kind in kinds.items() if kind == "rest"),
            work_days=frozenset(day for day, kind in kinds.items() if kind == "work"),
            years=years,
            version=f"{min(years)}-{max(years)}-{fingerprint}",
        )

    def is_working_day(self, day: date) -> bool:
        """Whether offices work; in a year without a notice, by the week alone."""
        if day in self.rest_days:
            return False
        return day in self.work_days or day.weekday() < _SATURDAY

    def working_days_after(self, received_at: datetime, days: int) -> Due:
        """The deadline of ``days`` working days after a receipt.

        Args:
            received_at: aware; its day in Shanghai does not count (民法典 201).
            days: 1 to 1,000.
        """
        assert 1 <= days <= TERM_DAYS_MAX, "a term has a length"
        first = _day_of(received_at)
        last = first
        left = days
        while left:
            last += _ONE_DAY
            left -= self.is_working_day(last)
        return self._due(first, last, received_at)

    def months_after(self, received_at: datetime, months: int) -> Due:
        """The deadline of ``months`` months after a receipt, 1 to 1,200 (民法典 202, 203)."""
        assert 1 <= months <= TERM_MONTHS_MAX, "a term has a length"
        return self._due_from(same_day_after(_day_of(received_at), months), received_at)

    def days_after(self, received_at: datetime, days: int) -> Due:
        """The deadline of ``days`` calendar days after a receipt, 0 to 1,000; 0 is the day of receipt itself."""
        assert 0 <= days <= TERM_DAYS_MAX, "a term has a length"
        received = _day_of(received_at)
        if not days:
            return self._due(received, received, received_at)
        return self._due_from(received + timedelta(days=days), received_at)

    def count(self, after: date, through: date) -> int:
        """Working days in (after, through]; 0 where there is no such day."""
        span = range(after.toordinal() + 1, through.toordinal() + 1)
        return sum(self.is_working_day(date.fromordinal(n)) for n in span)

    def working_days_left(self, due: Due, now: datetime) -> int:
        """Working days after today up to the last day: 0 on the last day, negative, at least -1, when overdue."""
        today = _day_of(now)
        if due.passed(now):
            return -max(1, self.count(due.last_day, today))
        return self.count(today, due.last_day)

    def urgency(self, due: Due, now: datetime) -> Urgency:
        if due.passed(now):
            return Urgency.OVERDUE
        left = self.working_days_left(due, now)
        if left == 0:
            return Urgency.LAST_DAY
        if left == 1:
            return Urgency.PRESSING
        return Urgency.NEAR if left <= 3 else Urgency.CALM

    def working_day_before(self, day: date, days: int) -> date:
        """The working day from which on no more than ``days`` working days are left up to ``day``."""
        while days:
            day -= _ONE_DAY
            days -= self.is_working_day(day)
        return day

    def last_working_day(self, moment: datetime) -> date:
        """The day in Shanghai where it is a working day; else the last one before it."""
        day = _day_of(moment)
        return day if self.is_working_day(day) else self.working_day_before(day, 1)

    def _due_from(self, counted: date, received_at: datetime) -> Due:
        """A term that was counted to its end: a last day of rest moves it on (民法典 203)."""
        last = counted
        while not self.is_working_day(last):
            last += _ONE_DAY
        # The count itself needed no notice; only where the term ends does.
        return self._due(counted, last, received_at)

    def _due(self, first: date, last: date, received_at: datetime) -> Due:
        return Due(
            at=datetime.combine(last + _ONE_DAY, time(), SHANGHAI),
            provisional=any(year not in self.years for year in range(first.year, last.year + 1)),
            calendar_version=self.version,
            counted_from=received_at,
        )


def same_day_after(day: date, months: int) -> date:
    """The day of the same number ``months`` later, or the last of a shorter month (民法典 202)."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day_of(moment: datetime) -> date:
    assert moment.tzinfo is not None, "a moment without an offset is no day anywhere"
    return moment.astimezone(SHANGHAI).date()


_announced: dict[str, str] = {}  # tables of years whose notice came out after this program, by their digest


def announce(tables: Iterable[str]) -> bool:
    """Take in the notices of further years while the program runs; whether the calendar is another than before.

    Raises:
        ValueError: a table is none, or disagrees with another about a day: then nothing is taken in.
    """
    new = {hashlib.sha256(table.encode()).hexdigest(): table for table in tables}
    if new.keys() <= _announced.keys():
        return False
    before = national_calendar()
    try:
        for table in new.values():
            WorkingCalendar.read([table])  # with its own New Year's Day
        WorkingCalendar.read([*_shipped(), *_announced.values(), *new.values()])
    except (AssertionError, KeyError, TypeError) as wrong:
        raise ValueError(f"no calendar, or one that disagrees with another: {wrong}") from wrong
    _announced.update(new)
    national_calendar.cache_clear()
    return national_calendar().version != before.version


@cache
def national_calendar() -> WorkingCalendar:
    """The calendar of every ``working_days*.csv`` that is shipped, and of those that were announced since."""
    return WorkingCalendar.read([*_shipped(), *_announced.values()])


@cache
def _shipped() -> tuple[str, ...]:
    folder = resources.files("kernel") / "data"
    names = sorted(f.name for f in folder.iterdir() if f.name.startswith("working_days") and f.name.endswith(".csv"))
    return tuple((folder / name).read_text(encoding="utf-8") for name in names)


def years_known() -> frozenset[int]:
    """The years whose notice is in the national calendar."""
    return national_calendar().years


def is_working_day(day: date) -> bool:
    """See ``WorkingCalendar.is_working_day``; certain only for ``years_known``."""
    return national_calendar().is_working_day(day)


def working_days_after(received_at: datetime, days: int) -> Due:
    """See ``WorkingCalendar.working_days_after``."""
    return national_calendar().working_days_after(received_at, days)


def months_after(received_at: datetime, months: int) -> Due:
    """See ``WorkingCalendar.months_after``."""
    return national_calendar().months_after(received_at, months)


def working_days_left(due: Due, now: datetime) -> int:
    """See ``WorkingCalendar.working_days_left``."""
    return national_calendar().working_days_left(due, now)


def urgency(due: Due, now: datetime) -> Urgency:
    """How near ``due`` is, by the national calendar."""
    return national_calendar().urgency(due, now)
