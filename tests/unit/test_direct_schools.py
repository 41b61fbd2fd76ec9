"""Each term's notice of directly run schools (Article 18): which term, and of which days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from kernel.clock import beginning_of
from kernel.notice.direct_schools import MOVES, county_of, term_notice_id, term_to_tell
from kernel.office import Office, Tier
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
days = st.dates(date(2014, 1, 1), date(2040, 12, 31))


def a_school(**about: str) -> School:
    told = {"code": "3441000003", "name": "某中学", "place": "410105", "authority": "410100"} | about
    return School(
        code=SchoolCode.parse(told["code"]),
        name=told["name"],
        place=told["place"],
        authority=told["authority"],
        school_system=SchoolSystem.SIX_THREE,
    )


@pytest.mark.clause("18.1")
@pytest.mark.parametrize(
    ("day", "label", "since", "until"),
    [
        (date(2027, 1, 20), "2026—2027学年秋季学期", date(2026, 7, 10), date(2027, 1, 20)),
        (date(2027, 7, 9), "2026—2027学年秋季学期", date(2026, 7, 10), date(2027, 1, 20)),
        (date(2027, 7, 10), "2026—2027学年春季学期", date(2027, 1, 20), date(2027, 7, 10)),
    ],
)
def test_a_term_is_told_from_its_last_day_on(day: date, label: str, since: date, until: date) -> None:
    told = term_to_tell(PACKS.in_force("41", day), day)
    assert (told.term.label, told.since, told.until) == (label, beginning_of(since), beginning_of(until))


@given(days)
def test_every_day_is_told_of_once(day: date) -> None:
    """What was settled on a day is in the notice of exactly one term."""
    pack = PACKS.in_force("41", date(2026, 9, 1))
    told = {
        one.term.label
        for later in range(400)
        for one in [term_to_tell(pack, day + timedelta(days=later))]
        if one.since <= beginning_of(day) < one.until
    }
    assert len(told) == 1


def test_the_notice_of_a_term_is_the_same_from_any_day_and_another_for_another_part() -> None:
    first, later = (term_to_tell(PACKS.in_force("41", day), day) for day in (date(2027, 1, 20), date(2027, 5, 4)))
    school = a_school()
    assert term_notice_id(school, first, 1) == term_notice_id(school, later, 1)
    assert term_notice_id(school, first, 1) != term_notice_id(school, first, 2)
    assert term_notice_id(school, first, 1) != term_notice_id(a_school(code="3441000009"), first, 1)


def test_who_is_told_is_the_county_where_the_school_stands_not_who_runs_it() -> None:
    assert county_of(a_school()) == Office(Tier.AUTHORITY, "410105")


def test_an_entrance_to_the_next_stage_is_no_move_between_schools() -> None:
    assert set(MOVES) >= {"transfer_within_authority", "transfer_within_province", "transfer_between_provinces"}
    assert not [name for name in MOVES if "admission" in name]
