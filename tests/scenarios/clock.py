"""The one clock of the stage."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from kernel.calendar import is_working_day
from kernel.clock import SHANGHAI

OFFICE_HOURS_BEGIN = time_of_day(9)


class StageClock:
    """A clock that ticks as clocks do, and can be put forward by days and months within a story.

    It ticks because the nodes wait by it: a letter that was not acknowledged is due again some seconds later, and on a
    clock that stands those seconds would never pass. Each story opens on a day of its own choice, also an earlier one
    than the story before: their children are different, so neither sees the other's time.
    """

    def __init__(self, opens: date) -> None:
        self._shown = UTC_EPOCH
        self._shown_at = time.monotonic()
        self.open_on(opens)

    def now(self) -> datetime:
        return self._shown + timedelta(seconds=time.monotonic() - self._shown_at)

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return self.now().astimezone(SHANGHAI).date()

    def open_on(self, day: date) -> None:
        """A story begins: nine in the morning of this day, Beijing time."""
        self._show(datetime.combine(day, OFFICE_HOURS_BEGIN, SHANGHAI))

    def advance(self, by: timedelta) -> None:
        assert by >= timedelta(0), "within a story the clock does not go back"
        self._show(self.now() + by)

    def to(self, day: date) -> None:
        """Nine in the morning of a later day."""
        assert day > self.today, "within a story the clock does not go back"
        self._show(datetime.combine(day, OFFICE_HOURS_BEGIN, SHANGHAI))

    def working_days(self, days: int) -> None:
        """So many working days (工作日) later, nine in the morning."""
        day = self.today
        while days:
            day += timedelta(days=1)
            days -= is_working_day(day)
        self.to(day)

    def _show(self, moment: datetime) -> None:
        self._shown, self._shown_at = moment.astimezone(UTC), time.monotonic()


UTC_EPOCH = datetime.fromtimestamp(0, UTC)
