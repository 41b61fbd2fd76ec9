"""How much a person may look up: enough for the work of a day, and not enough to try numbers out.

A number holds a place, a birth date and three digits, so that whoever may ask without end finds everybody. A question
that finds nobody therefore weighs five times, and a pupil whom many ask for is noticed.

A hub's questions are its work, by the thousand, and are never refused; but whoever has got hold of one tries numbers
out like anybody else, and then most of them find nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

HUB_MISSES_PER_HOUR = 1_000  # of one hub, at one process: a September's typing errors are fewer
USER_PER_HOUR = 30
MISS_WEIGHT = 5
PUPIL_PER_DAY = 20  # by all persons together

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def weight_of(*, asked: int, found: int) -> int:
    """What a question costs: one for each that was found, five for each that was not."""
    assert 0 <= found <= asked, "nobody is found who was not asked for"
    return found + MISS_WEIGHT * (asked - found)


def window(now: datetime, length: timedelta) -> datetime:
    """When the window that ``now`` is in began: the hour or the day, UTC."""
    seconds = length.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=now.tzinfo)


@dataclass
class MissWatch:
    """Questions of hubs that found nobody, by the hour: as much of it as one process has seen."""

    _since: datetime | None = None
    _misses: dict[str, int] = field(default_factory=dict)

    def note(self, caller: str, misses: int, *, now: datetime) -> bool:
        """Whether this caller has just come to be noticed: once an hour at most."""
        hour = window(now, HOUR)
        if hour != self._since:
            self._since, self._misses = hour, {}
        before = self._misses.get(caller, 0)
        self._misses[caller] = before + misses
        return before < HUB_MISSES_PER_HOUR <= before + misses
