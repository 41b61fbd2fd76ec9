"""The month of Article 15: from the day of the transfer, by the releasing province's pack."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from kernel.calendar import is_working_day
from kernel.clock import SHANGHAI
from kernel.notice import NoticeState
from kernel.paper_archive import Departure, PaperArchiveState, paper_archive_of

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
days = st.dates(date(2025, 9, 1), date(2027, 8, 31))


def a_departure(on: date) -> Departure:
    return Departure(
        case_id="018f0000-0000-7000-8000-000000000001",
        school="2144000001",
        releasing_school="2141000001",
        filed_at_ms=1_789_351_200_000,
        name="张三",
        number="L41999820110307001X",
        grade="103",
        left_at=datetime(on.year, on.month, on.day, 10, tzinfo=SHANGHAI),
    )


@given(days)
def test_the_same_day_of_the_next_month_is_the_last_and_the_day_after_is_late(on: date) -> None:
    """Or the next working day, where that is none (民法典 203)."""
    paper_archive = paper_archive_of(a_departure(on), told=None, packs=PACKS)
    year, month = on.year + on.month // 12, on.month % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    nominal = min(date(year, month, 1) + timedelta(days=on.day - 1), after - timedelta(days=1))
    last = paper_archive.due.last_day
    assert nominal <= last <= nominal + timedelta(days=10)
    assert last == nominal or not is_working_day(nominal)
    assert not paper_archive.overdue(paper_archive.due.at - timedelta(seconds=1))
    assert paper_archive.overdue(paper_archive.due.at)


@given(days, st.sampled_from(list(NoticeState)))
def test_what_was_sent_is_overdue_no_more(on: date, told: NoticeState) -> None:
    paper_archive = paper_archive_of(a_departure(on), told=told, packs=PACKS)
    received = told is NoticeState.CONFIRMED
    assert paper_archive.state is (PaperArchiveState.RECEIVED if received else PaperArchiveState.SENT)
    assert not paper_archive.overdue(paper_archive.due.at + timedelta(days=400))


def test_the_notice_of_a_departure_is_one_wherever_it_is_looked_for() -> None:
    assert a_departure(date(2026, 9, 1)).notice_id == a_departure(date(2026, 9, 3)).notice_id
