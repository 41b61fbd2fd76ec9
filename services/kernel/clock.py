"""Time as an argument: rules get the moment handed in, and only a clock knows where it came from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol

# The whole country keeps one time, with no summer time since 1991. A fixed offset, because zoneinfo's Asia/Shanghai
# needs a tz database that slim images and Windows do not have.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that goes as the system's does, a constant time before or after it: for demonstrations alone.

    What the Measures allow depends on the day (windows, terms, freezes), and a demonstration is given on any.
    """

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by


class ManualClock:
    """A clock that stands until it is moved, and never goes back."""

    def __init__(self, start: datetime) -> None:
        assert start.tzinfo is not None, "a moment without an offset means nothing"
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and return the new moment."""
        assert by >= timedelta(0), "a clock does not go back"
        self._now += by
        return self._now


def milliseconds(moment: datetime) -> int:
    """An aware moment as messages and statements carry it: milliseconds since 1970-01-01 UTC."""
    return int(moment.timestamp() * 1000)


def beginning_of(day: date) -> datetime:
    """00:00 of a day in China."""
    return datetime.combine(day, time(), SHANGHAI)


def moment_of(at_ms: int) -> datetime:
    """What ``milliseconds`` was told, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def day_of(at_ms: int) -> date:
    """The day that the calendar on an office's wall showed then."""
    return moment_of(at_ms).astimezone(SHANGHAI).date()
