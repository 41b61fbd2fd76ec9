from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import SHANGHAI, Clock, ManualClock, SystemClock


def test_a_manual_clock_stands_until_it_is_moved() -> None:
    clock = ManualClock(datetime(2026, 9, 1, 8, tzinfo=SHANGHAI))
    assert clock.now() == clock.now() == datetime(2026, 9, 1, tzinfo=UTC)
    assert clock.advance(timedelta(days=1)) == clock.now() == datetime(2026, 9, 2, tzinfo=UTC)


def test_a_manual_clock_never_goes_back() -> None:
    clock = ManualClock(datetime(2026, 9, 1, tzinfo=UTC))
    with pytest.raises(AssertionError):
        clock.advance(timedelta(seconds=-1))


@pytest.mark.parametrize("clock", [SystemClock(), ManualClock(datetime(2026, 9, 1, tzinfo=SHANGHAI))])
def test_every_clock_speaks_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC
