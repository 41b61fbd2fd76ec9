"""A term (期限): how long something may take, as an amount and its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from kernel.calendar import Due, WorkingCalendar, national_calendar, same_day_after


class TermUnit(StrEnum):
    WORKING_DAYS = "working_days"  # 工作日
    DAYS = "days"  # 日
    MONTHS = "months"  # 月


_FORM = re.compile(r"([0-9]{1,3}) (working days?|days?|months?|years?)")
_UNITS = {"working day": TermUnit.WORKING_DAYS, "day": TermUnit.DAYS, "month": TermUnit.MONTHS}
_MONTHS_OF_A_YEAR = 12
# n working days never take more calendar days than this: a weekend for each five begun, one more, and the longest rest
# that the State Council has given in one piece. Held by a test over every year whose notice is known.
_LONGEST_REST_DAYS = 9
_WORKING_DAYS_BETWEEN_RESTS = 60  # between the long ones: a term that is longer may meet another
_SHORTEST_MONTH_DAYS = 28
_LONGEST_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True)
class Term:
    """``amount`` of ``unit``; 0 is at once, on the very day."""

    amount: int
    unit: TermUnit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``10 working days``, ``30 days``, ``1 month`` or ``1 year``.

        Raises:
            ValueError: the text is no term.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError("should be such as “10 working days”, “30 days”, “2 months” or “1 year”")
        amount, unit = int(match.group(1)), match.group(2).removesuffix("s")
        if unit == "year":
            return cls(amount * _MONTHS_OF_A_YEAR, TermUnit.MONTHS)
        return cls(amount, _UNITS[unit])

    @property
    def text(self) -> str:
        """As ``parse`` reads it."""
        unit = self.unit.value.replace("_", " ")
        return f"{self.amount} {unit.removesuffix('s') if self.amount == 1 else unit}"

    @property
    def label(self) -> str:
        if not self.amount:
            return "当日"
        match self.unit:
            case TermUnit.WORKING_DAYS:
                return f"{self.amount}个工作日"
            case TermUnit.DAYS:
                return f"{self.amount}日"
            case TermUnit.MONTHS:
                years, rest = divmod(self.amount, _MONTHS_OF_A_YEAR)
                return f"{self.amount}个月" if rest else f"{years}年"

    def due(self, received_at: datetime, calendar: WorkingCalendar | None = None) -> Due:
        """When it ends, counted from a receipt whose own day does not count (民法典 201).

        Args:
            received_at: aware. calendar: the national one where none is given.
        """
        days = calendar or national_calendar()
        if not self.amount:
            return days.days_after(received_at, 0)
        match self.unit:
            case TermUnit.WORKING_DAYS:
                return days.working_days_after(received_at, self.amount)
            case TermUnit.DAYS:
                return days.days_after(received_at, self.amount)
            case TermUnit.MONTHS:
                return days.months_after(received_at, self.amount)

    def covers(self, first: date, last: date, calendar: WorkingCalendar | None = None) -> bool:
        """Whether a stretch that begins on ``first`` and is over on ``last`` is no longer than this; of lengths, where
        no last day moves on."""
        match self.unit:
            case TermUnit.WORKING_DAYS:
                return (calendar or national_calendar()).count(first, last) <= self.amount
            case TermUnit.DAYS:
                return (last - first).days <= self.amount
            case TermUnit.MONTHS:
                return last <= same_day_after(first, self.amount)

    def fits(self, first: date, last: date, calendar: WorkingCalendar | None = None) -> bool:
        """Whether at least this much lies between ``first`` and ``last``: what must be told that long before."""
        match self.unit:
            case TermUnit.WORKING_DAYS:
                return (calendar or national_calendar()).count(first, last) >= self.amount
            case TermUnit.DAYS:
                return (last - first).days >= self.amount
            case TermUnit.MONTHS:
                return last >= same_day_after(first, self.amount)

    def no_longer_than(self, other: Term) -> bool:
        """Whether this ends no later than ``other`` from whatever day both are counted; in doubt it does not."""
        if self.unit is other.unit:
            return self.amount <= other.amount
        if not self.amount:
            return True
        return self._days_most <= other._days_least

    @property
    def _days_least(self) -> int:
        # Twelve months are a year, and a year is no twelve shortest months; for what is compared the bound will do.
        return self.amount * _SHORTEST_MONTH_DAYS if self.unit is TermUnit.MONTHS else self.amount

    @property
    def _days_most(self) -> int:
        match self.unit:
            case TermUnit.WORKING_DAYS:
                rests = self.amount // _WORKING_DAYS_BETWEEN_RESTS + 1
                return self.amount + 2 * (self.amount // 5 + 1) + rests * _LONGEST_REST_DAYS
            case TermUnit.DAYS:
                return self.amount
            case TermUnit.MONTHS:
                return self.amount * _LONGEST_MONTH_DAYS
