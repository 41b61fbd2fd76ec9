"""Terms (期限), school terms (学期), windows and templates: the values that rule packs are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import national_calendar
from kernel.clock import SHANGHAI
from kernel.packs import (
    ClosedTerm,
    Freeze,
    Frozen,
    Half,
    MonthDay,
    SchoolTerms,
    Template,
    Term,
    TermUnit,
    Vacation,
    YearlySpan,
    frozen_until,
)
from kernel.packs.kinds import WINDOWS
from kernel.stages import Grade, SchoolSystem

CALENDAR = national_calendar()
TERMS = SchoolTerms(
    autumn=YearlySpan(MonthDay(9, 1), MonthDay(1, 20)), spring=YearlySpan(MonthDay(2, 20), MonthDay(7, 10))
)
days = st.dates(date(2014, 1, 1), date(2025, 12, 31))
terms = st.builds(Term, st.integers(0, 400), st.sampled_from(TermUnit))


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


@given(terms)
def test_a_term_is_read_as_it_is_written(term: Term) -> None:
    assert Term.parse(term.text) == term


def test_a_year_is_twelve_months() -> None:
    assert Term.parse("1 year") == Term.parse("12 months")
    assert Term.parse("2 years").label == "2年"
    assert Term.parse("18 months").label == "18个月"


@pytest.mark.parametrize("text", ["", "ten days", "10", "10 weeks", "-1 days", "10  days", "1.5 months"])
def test_what_is_no_term_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="10 working days"):
        Term.parse(text)


def test_ten_working_days_are_counted_by_the_calendar() -> None:
    received = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
    assert Term.parse("10 working days").due(received).last_day == date(2026, 10, 16)
    assert Term.parse("1 month").due(received).last_day == date(2026, 10, 28)


def test_days_that_end_on_a_day_of_rest_move_on() -> None:
    """民法典 203."""
    assert Term.parse("5 days").due(at_noon(date(2026, 9, 28))).last_day == date(2026, 10, 8)


def test_at_once_is_the_day_itself_even_if_it_is_a_sunday() -> None:
    sunday = date(2026, 11, 22)
    assert Term.parse("0 days").due(at_noon(sunday)).last_day == sunday


@given(terms, terms, days)
def test_what_is_called_no_longer_never_ends_later(one: Term, other: Term, day: date) -> None:
    """So a province that says days where the nation says months, or the other way, is refused rather than believed."""
    if one.no_longer_than(other):
        assert one.due(at_noon(day)).at <= other.due(at_noon(day)).at


def test_ten_working_days_are_less_than_a_month_and_thirty_days_are_not() -> None:
    month = Term.parse("1 month")
    assert Term.parse("10 working days").no_longer_than(month)
    assert Term.parse("28 days").no_longer_than(month)
    assert not Term.parse("30 days").no_longer_than(month)  # of February
    assert not month.no_longer_than(Term.parse("30 days"))


def test_a_length_ends_on_the_day_of_the_same_number() -> None:
    year = Term.parse("1 year")
    assert year.covers(date(2025, 9, 1), date(2026, 9, 1))
    assert not year.covers(date(2025, 9, 1), date(2026, 9, 2))
    assert Term.parse("1 month").covers(date(2026, 1, 31), date(2026, 2, 28))


def test_the_school_year_is_known_by_its_terms() -> None:
    autumn = TERMS.at(date(2027, 1, 5))
    assert autumn is not None
    assert (autumn.half, autumn.school_year, autumn.first) == (Half.AUTUMN, 2026, date(2026, 9, 1))
    spring = TERMS.at(date(2027, 2, 20))
    assert spring is not None
    assert (spring.half, spring.school_year) == (Half.SPRING, 2026)
    assert TERMS.vacation(date(2027, 2, 1)) is Vacation.WINTER
    assert TERMS.vacation(date(2026, 8, 1)) is Vacation.SUMMER


@given(days)
def test_every_day_is_in_a_term_or_in_a_vacation_and_lies_between_two_terms(day: date) -> None:
    assert (TERMS.at(day) is None) == (TERMS.vacation(day) is not None)
    begun, coming = TERMS.begun(day), TERMS.coming(day)
    assert begun.first <= day < coming.first
    assert (coming.first - begun.first) < timedelta(days=366)


def test_terms_that_touch_are_no_terms() -> None:
    with pytest.raises(ValueError, match="follow each other"):
        SchoolTerms(
            autumn=YearlySpan(MonthDay(9, 1), MonthDay(3, 1)), spring=YearlySpan(MonthDay(2, 20), MonthDay(7, 10))
        )


@pytest.mark.parametrize(
    ("window", "opens", "shut"),
    [
        ({"from": "08-15", "to": "12-14"}, "2026-08-15 2026-12-14", "2026-08-14 2026-12-15"),
        ({"from": "12-15", "to": "02-15"}, "2026-12-15 2026-02-15 2026-01-01", "2026-02-16 2026-12-14"),
        # 2026-09-01 is a Tuesday; 20 September was made work
        ({"first_working_days": 10}, "2026-09-01 2026-09-14", "2026-08-31 2026-09-15"),
        ({"last_working_days": 10}, "2026-06-29 2026-07-10", "2026-06-26 2026-07-11"),
        ({"vacation": "winter"}, "2026-01-21 2026-02-19", "2026-01-20 2026-02-20 2026-07-20"),
        ({"vacation": "any"}, "2026-01-21 2026-07-11", "2026-09-01"),
        ({"months_from_term_start": 2}, "2026-09-01 2026-11-01 2026-04-20", "2026-11-02 2026-08-31 2026-04-21"),
    ],
)
def test_a_window_is_open_when_it_says(window: dict[str, object], opens: str, shut: str) -> None:
    windows = WINDOWS.parse([window])
    assert WINDOWS.plain(windows) == [window]
    for day in opens.split():
        assert windows.open_on(date.fromisoformat(day), TERMS, CALENDAR), day
    for day in shut.split():
        assert not windows.open_on(date.fromisoformat(day), TERMS, CALENDAR), day


def test_without_a_window_it_is_always_open_and_with_one_the_next_day_is_told() -> None:
    assert WINDOWS.parse([]).open_on(date(2026, 7, 20), TERMS, CALENDAR)
    edges = WINDOWS.parse([{"last_working_days": 10}, {"first_working_days": 10}])
    assert edges.next_open(date(2026, 9, 20), TERMS, CALENDAR) == date(2027, 1, 7)
    assert edges.next_open(date(2026, 9, 2), TERMS, CALENDAR) == date(2026, 9, 2)


@pytest.mark.parametrize(
    ("closed", "grade", "day", "covered"),
    [
        (ClosedTerm.FIRST_TERM_OF_FIRST_GRADE, "101", "2026-10-12", True),
        (ClosedTerm.FIRST_TERM_OF_FIRST_GRADE, "201", "2026-10-12", True),
        (ClosedTerm.FIRST_TERM_OF_FIRST_GRADE, "102", "2026-10-12", False),
        (ClosedTerm.FIRST_TERM_OF_FIRST_GRADE, "101", "2027-03-01", False),
        (ClosedTerm.FIRST_TERM_OF_FIRST_GRADE, "101", "2027-02-01", False),
        (ClosedTerm.LAST_TERM_OF_LAST_GRADE, "106", "2027-03-01", True),
        (ClosedTerm.LAST_TERM_OF_LAST_GRADE, "105", "2027-03-01", False),
        (ClosedTerm.LAST_TERM_OF_LAST_GRADE, "303", "2026-10-12", False),
        (ClosedTerm.LAST_GRADE, "303", "2026-10-12", True),
        (ClosedTerm.LAST_GRADE, "303", "2027-02-01", True),
        (ClosedTerm.LAST_GRADE, "302", "2026-10-12", False),
        (ClosedTerm.MID_TERM, "103", "2026-10-12", True),
        (ClosedTerm.MID_TERM, "103", "2026-09-03", False),
        (ClosedTerm.MID_TERM, "103", "2027-02-01", False),
    ],
)
def test_a_closed_term_closes_the_grades_that_it_names(closed: ClosedTerm, grade: str, day: str, covered: bool) -> None:
    found = closed.covers(
        Grade.of_code(grade),
        system=SchoolSystem.SIX_THREE,
        on=date.fromisoformat(day),
        terms=TERMS,
        calendar=CALENDAR,
    )
    assert found is covered


def test_a_freeze_tells_its_last_day() -> None:
    freezes = [Freeze(Frozen.NEW_TRANSFERS, YearlySpan(MonthDay(7, 15), MonthDay(8, 14)))]
    assert frozen_until(freezes, Frozen.NEW_TRANSFERS, date(2026, 8, 1)) == date(2026, 8, 14)
    assert frozen_until(freezes, Frozen.NEW_TRANSFERS, date(2026, 8, 15)) is None
    assert frozen_until(freezes, Frozen.GRADUATING_CASES, date(2026, 8, 1)) is None


def test_a_template_makes_numbers() -> None:
    """学籍辅号 of a primary school: stage, year, county, township, school, sequence: thirteen digits."""
    template = Template.parse("{stage}{year:2}{county:2}{township:2}{school:2}{sequence:4}")
    values = {"stage": "1", "year": "2026", "county": "350102", "township": "07", "school": "2135000012"}
    assert template.fill({**values, "sequence": "31"}) == "1260207120031"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{year}", "sequence"),
        ("{sequence}{sequence}", "sequence"),
        ("{name}{sequence}", "no field name"),
        ("{sequence:4", "sequence"),
        ("x{y}{sequence}", "no field y"),
        ("{{sequence}", "braces"),
        ("字" * 37 + "{sequence:4}", "40 characters"),
    ],
)
def test_a_template_that_makes_no_numbers_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Template.parse(text)
