"""The alarms of a step's time (Art. 14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.alarms import Alarm, alarm, long_overdue_since, moments, next_ring
from kernel.calendar import Urgency, urgency, working_days_after
from kernel.clock import SHANGHAI
from kernel.packs import Term

FIVE = Term.parse("5 working days")

received = st.datetimes(datetime(2013, 1, 1), datetime(2026, 6, 30)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.clause("14.2")
def test_alarms_ring_on_the_seventh_ninth_tenth_eleventh_and_sixteenth_day() -> None:
    rings = moments(working_days_after(at("2026-03-02 09:00"), 10), long_overdue=FIVE)  # a Monday
    assert rings == {
        Alarm.NEAR: at("2026-03-11 00:00"),
        Alarm.PRESSING: at("2026-03-13 00:00"),
        Alarm.LAST_DAY: at("2026-03-16 00:00"),
        Alarm.OVERDUE: at("2026-03-17 00:00"),
        Alarm.LONG_OVERDUE: at("2026-03-24 00:00"),
    }


@given(received, st.integers(1, 30), st.integers(0, 60))
def test_what_rings_is_what_the_worklist_shows(moment: datetime, days: int, later: int) -> None:
    due, now = working_days_after(moment, days), moment + timedelta(days=later, hours=3)
    rung = alarm(moments(due, long_overdue=FIVE), now)
    assert min(rung, Alarm.OVERDUE) == urgency(due, now).value
    assert [one.label for one in list(Alarm)[:5]] == [one.label for one in Urgency]


@given(received, st.integers(0, 30), st.integers(0, 60))
def test_after_each_look_the_next_ring_is_a_later_alarm_or_none(moment: datetime, days: int, later: int) -> None:
    rings = moments(Term.parse(f"{days} working days").due(moment), long_overdue=FIVE)
    now = moment + timedelta(days=later)
    again = next_ring(rings, now)
    if again is None:
        assert alarm(rings, now) is Alarm.LONG_OVERDUE
    else:
        assert alarm(rings, again) > alarm(rings, now)


@given(received, st.integers(1, 20), st.integers(0, 40), st.sampled_from(["5 working days", "1 month", "3 days"]))
def test_the_list_of_the_long_overdue_is_that_of_the_alarms(moment: datetime, days: int, later: int, term: str) -> None:
    long_overdue, due = Term.parse(term), working_days_after(moment, days)
    now = due.at + timedelta(days=later)
    rings = moments(due, long_overdue=long_overdue)
    listed = due.at <= long_overdue_since(now, long_overdue=long_overdue)
    assert listed == (alarm(rings, now) is Alarm.LONG_OVERDUE)
