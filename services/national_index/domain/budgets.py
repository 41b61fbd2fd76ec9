"""How much a person may look up: enough for the work of a day, and not enough to try numbers out.

A number holds a place, a birth date and three digits, so that whoever may ask without end finds everybody. A question
that finds nobody therefore weighs five times, and a pupil whom many ask for is noticed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

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
