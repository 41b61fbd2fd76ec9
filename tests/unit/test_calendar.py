from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendars import load_calendars
from kernel import calendar
from kernel.calendar import (
    Due,
    Urgency,
    WorkingCalendar,
    is_working_day,
    months_after,
    national_calendar,
    urgency,
    working_days_after,
    working_days_left,
    years_known,
)
from kernel.clock import SHANGHAI


def at(text: str) -> datetime:
    """A moment in Shanghai, ``2026-09-28 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


moments = st.datetimes(datetime(2013, 1, 1), datetime(2026, 6, 30)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001


def test_weekends_made_work_and_weekdays_made_rest_are_known() -> None:
    assert is_working_day(date(2026, 10, 10))  # a Saturday given for the National Day
    assert not is_working_day(date(2026, 10, 5))
    assert is_working_day(date(2026, 10, 9))
    assert not is_working_day(date(2026, 10, 11))
    assert years_known() == frozenset(range(2013, 2027))


def test_ten_working_days_over_the_national_day_of_2026() -> None:
    due = working_days_after(at("2026-09-28 10:00"), 10)
    # 29, 30 September; 8, 9, 10 (made work), 12, 13, 14, 15, 16 October
    assert due.last_day == date(2026, 10, 16)
    assert due.at == at("2026-10-17 00:00")
    assert not due.provisional


def test_the_day_of_receipt_is_the_day_in_shanghai() -> None:
    evening = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 00:30 on the 3rd in Shanghai
    assert working_days_after(evening, 1).last_day == date(2026, 3, 4)
    assert working_days_after(evening - timedelta(hours=1), 1).last_day == date(2026, 3, 3)


def test_a_year_without_a_notice_follows_the_week_and_says_so() -> None:
    due = working_days_after(at("2026-12-28 09:00"), 10)
    assert due.provisional
    assert due.last_day == date(2027, 1, 11)
    assert not working_days_after(at("2026-12-28 09:00"), 3).provisional


@given(moments, st.integers(1, 60))
def test_exactly_so_many_working_days_lie_between_receipt_and_last_day(received: datetime, days: int) -> None:
    due = working_days_after(received, days)
    assert is_working_day(due.last_day)
    assert working_days_left(due, received) == days


@given(moments, st.integers(1, 30))
def test_the_days_left_never_grow_and_turn_negative_when_the_term_is_over(received: datetime, days: int) -> None:
    due = working_days_after(received, days)
    left = [working_days_left(due, received + timedelta(hours=8 * step)) for step in range(3 * 60)]
    assert all(later <= earlier for earlier, later in pairwise(left))
    assert working_days_left(due, due.at - timedelta(microseconds=1)) == 0
    assert working_days_left(due, due.at) == -1


def test_a_month_ends_on_the_day_of_the_same_number_or_the_last() -> None:
    assert months_after(at("2026-03-10 10:00"), 1).last_day == date(2026, 4, 10)
    assert months_after(at("2025-12-31 10:00"), 2).last_day == date(2026, 2, 28)  # a Saturday, made work
    assert months_after(at("2026-01-15 10:00"), 12).last_day == date(2027, 1, 15)


def test_a_month_that_ends_on_a_day_of_rest_ends_on_the_next_working_day() -> None:
    assert months_after(at("2026-09-01 10:00"), 1).last_day == date(2026, 10, 8)


def test_months_are_provisional_only_where_their_end_is() -> None:
    assert months_after(at("2026-12-10 10:00"), 1).provisional
    assert not months_after(at("2012-12-20 10:00"), 1).provisional


def test_urgency_rises_when_seven_nine_and_ten_of_ten_days_are_used() -> None:
    due = working_days_after(at("2026-03-02 09:00"), 10)  # a Monday; last day Monday the 16th
    seen = [urgency(due, at(f"2026-03-{day:02d} 12:00")) for day in (2, 10, 11, 12, 13, 16, 17)]
    assert seen == [
        Urgency.CALM,
        Urgency.CALM,
        Urgency.NEAR,
        Urgency.NEAR,
        Urgency.PRESSING,
        Urgency.LAST_DAY,
        Urgency.OVERDUE,
    ]
    assert [step.label for step in Urgency] == ["正常", "临近", "紧迫", "今日到期", "逾期"]


def test_the_weekend_after_a_last_friday_is_overdue_already() -> None:
    due = working_days_after(at("2026-03-12 09:00"), 1)
    assert working_days_left(due, at("2026-03-14 09:00")) == -1
    assert working_days_left(due, at("2026-03-16 09:00")) == -1
    assert working_days_left(due, at("2026-03-17 09:00")) == -2


def test_another_file_adds_a_year_and_changes_the_version() -> None:
    first = "date,kind,for_holiday\n2026-01-01,rest,元旦\n"
    second = "date,kind,for_holiday\n2026-12-31,work,元旦\n2027-01-01,rest,元旦\n2027-01-02,work,元旦\n"
    one, two = WorkingCalendar.read([first]), WorkingCalendar.read([first, second])
    assert (one.years, two.years) == (frozenset({2026}), frozenset({2026, 2027}))
    assert one.version != two.version
    assert two.version == WorkingCalendar.read([second, first]).version
    received = at("2026-12-31 10:00")
    assert one.working_days_after(received, 1).last_day == date(2027, 1, 1)
    assert two.working_days_after(received, 1) == Due(at("2027-01-03 00:00"), False, two.version)


NEXT_YEAR = "date,kind,for_holiday\n2027-01-01,rest,元旦\n2027-01-02,work,元旦\n"


@pytest.fixture
def announced(tmp_path: Path) -> Iterator[Path]:
    """A folder of notices that came out after the program; what was taken in is forgotten afterwards."""
    yield tmp_path
    calendar._announced.clear()
    national_calendar.cache_clear()


def test_a_notice_that_comes_out_while_the_program_runs_ends_what_is_provisional(announced: Path) -> None:
    received = at("2026-12-28 09:00")
    assert working_days_after(received, 4).provisional
    (announced / "working_days_2027.csv").write_text(NEXT_YEAR, encoding="utf-8")
    load_calendars(announced)
    load_calendars(announced)
    due = working_days_after(received, 4)
    assert (due.last_day, due.provisional) == (date(2027, 1, 2), False)
    assert years_known() == frozenset(range(2013, 2028))
    assert due.calendar_version == national_calendar().version


@pytest.mark.parametrize("table", ["", "day,kind\n", "date,kind,for_holiday\n2026-10-05,work,国庆节\n"])
def test_a_file_that_is_no_notice_or_disagrees_with_one_changes_nothing(announced: Path, table: str) -> None:
    before = national_calendar().version
    (announced / "working_days_2026.csv").write_text(table, encoding="utf-8")
    with pytest.raises(ValueError, match="no calendar"):
        load_calendars(announced)
    assert national_calendar().version == before


def test_notices_that_disagree_stop_the_program() -> None:
    with pytest.raises(AssertionError, match="disagree"):
        WorkingCalendar.read(
            ["date,kind,for_holiday\n2027-01-01,rest,元旦\n", "date,kind,for_holiday\n2027-01-01,work,元旦\n"]
        )


def test_a_deadline_names_the_calendar_that_counted_it() -> None:
    assert working_days_after(at("2026-03-02 09:00"), 1).calendar_version == national_calendar().version
    assert national_calendar().version.startswith("2013-2026-")


def test_a_moment_without_an_offset_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        working_days_after(datetime(2026, 3, 2), 1)  # noqa: DTZ001
