"""The alarms of a step's time (Art. 14): whom it warns when most of it is used, and whom it calls when it is over.

Of ten working days the office that owes the step is reminded when seven, nine and ten are used. On the eleventh the
office above it is told, as the rule pack says (``step.on_expiry``), and later the province (``step.long_overdue``).
Nothing here decides a case: silence never approves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from kernel.calendar import Due, Urgency, WorkingCalendar, national_calendar
from kernel.clock import beginning_of, day_of, milliseconds
from kernel.packs.term import Term

_ONE_DAY = timedelta(days=1)
_LOOKED_BACK_DAYS_MAX = 400
_LEFT = {Urgency.NEAR: 3, Urgency.PRESSING: 1, Urgency.LAST_DAY: 0}  # working days


class Alarm(IntEnum):
    """How far the time of a step has run; the first five are those of ``Urgency``, in the same order."""

    NONE = 0
    NEAR = 1  # 临近
    PRESSING = 2  # 紧迫
    LAST_DAY = 3  # 今日到期
    OVERDUE = 4  # 逾期: the office above is told
    LONG_OVERDUE = 5  # 长期逾期: the province is told

    @property
    def label(self) -> str:
        return "长期逾期" if self is Alarm.LONG_OVERDUE else Urgency(self.value).label


def moments(due: Due, *, long_overdue: Term, calendar: WorkingCalendar | None = None) -> dict[Alarm, datetime]:
    """When each alarm of a deadline rings; never earlier than the one before it.

    Args:
        long_overdue: counted from the last day of the deadline.
    """
    days = calendar or national_calendar()
    rings = {
        Alarm(urgency.value): beginning_of(days.working_day_before(due.last_day, left))
        for urgency, left in _LEFT.items()
    }
    rings[Alarm.OVERDUE] = due.at
    rings[Alarm.LONG_OVERDUE] = max(due.at, long_overdue.due(beginning_of(due.last_day), days).at)
    return rings


def alarm(rings: dict[Alarm, datetime], now: datetime) -> Alarm:
    """The last alarm that has rung. A node that was down for a week finds one, and not all that it missed."""
    return max((one for one, at in rings.items() if at <= now), default=Alarm.NONE)


def next_ring(rings: dict[Alarm, datetime], now: datetime) -> datetime | None:
    """When there is something to look for again; None when all have rung."""
    return min((at for at in rings.values() if at > now), default=None)


def long_overdue_since(now: datetime, *, long_overdue: Term, calendar: WorkingCalendar | None = None) -> datetime:
    """What fell due at this moment or before is long overdue; ``long_overdue`` is of some days or months, not years."""
    days = calendar or national_calendar()
    last_day = day_of(milliseconds(now))
    for _ in range(_LOOKED_BACK_DAYS_MAX):
        if max(beginning_of(last_day + _ONE_DAY), long_overdue.due(beginning_of(last_day), days).at) <= now:
            break
        last_day -= _ONE_DAY
    return beginning_of(last_day + _ONE_DAY)
