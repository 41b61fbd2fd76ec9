"""Promotion (Art. 12): which grade follows on which, who goes up and who stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.desk.blockers import LOOKED_AT_MAX, Line, sweep, year_ahead
from chassis.packs import load_packs
from kernel.facts import grade_of
from kernel.promotion import Blocker, ClassesPromoted, Standing, goes_up, held_back_year, ladder
from kernel.stages import COMPULSORY_YEARS, Grade, SchoolSystem, Stage
from kernel.status import StudentStatus

PACK = load_packs(Path(__file__).parents[2] / "deploy" / "policies").in_force("41", date(2027, 7, 1))

CODES = sorted({code for system in SchoolSystem for code in ladder(system)} | {"", "999"})
PUPILS = st.builds(
    Standing,
    status=st.sampled_from(StudentStatus),
    grade=st.sampled_from(CODES),
    has_open_case=st.booleans(),
    problem=st.booleans(),
    held_back_in=st.sampled_from(["", "2026", "2027"]),
)


@given(pupil=PUPILS, system=st.sampled_from(SchoolSystem))
def test_who_goes_up_is_in_school_and_has_a_year_more_of_the_same_stage(pupil: Standing, system: SchoolSystem) -> None:
    answer = goes_up(pupil, system=system, year=2027)
    if isinstance(answer, Grade):
        before = grade_of(pupil.grade)
        assert before is not None
        assert (answer.stage, answer.year) == (before.stage, before.year + 1)
        assert answer.level(system) == before.level(system) + 1
        assert pupil.status.in_school
        assert not pupil.has_open_case
        assert not pupil.problem
        assert pupil.held_back_in != "2027"


@pytest.mark.parametrize("system", SchoolSystem)
def test_no_two_grades_become_one_so_that_a_class_can_be_taken_back(system: SchoolSystem) -> None:
    followings = [after for after in ladder(system).values() if after]
    assert len(followings) == len(set(followings))


@pytest.mark.parametrize("system", SchoolSystem)
def test_the_nine_compulsory_years_are_nine_whichever_way_they_are_cut(system: SchoolSystem) -> None:
    grade, years = Grade(Stage.PRIMARY, 1), 1
    while (following := goes_up(Standing(StudentStatus.ENROLLED, grade.code), system=system, year=2027)) is not None:
        if following is Blocker.NOT_GRADUATED:
            if grade.stage is Stage.JUNIOR:
                break
            following = Grade(Stage.JUNIOR, 1)  # 毕业, then 升学
        assert isinstance(following, Grade)
        grade, years = following, years + 1
    assert years == COMPULSORY_YEARS


def test_the_sixth_year_is_the_last_under_one_system_and_none_under_the_other() -> None:
    sixth = Standing(StudentStatus.ENROLLED, "106")
    assert goes_up(sixth, system=SchoolSystem.SIX_THREE, year=2027) is Blocker.NOT_GRADUATED
    assert goes_up(sixth, system=SchoolSystem.FIVE_FOUR, year=2027) is Blocker.WRONG_SYSTEM
    fifth = replace(sixth, grade="105")
    assert goes_up(fifth, system=SchoolSystem.SIX_THREE, year=2027) == Grade(Stage.PRIMARY, 6)
    assert goes_up(fifth, system=SchoolSystem.FIVE_FOUR, year=2027) is Blocker.NOT_GRADUATED


def test_a_year_that_is_repeated_is_passed_over_once() -> None:
    assert held_back_year(date(2027, 6, 20)) == 2027
    repeats = Standing(StudentStatus.ENROLLED, "201", held_back_in="2027")
    assert goes_up(repeats, system=SchoolSystem.SIX_THREE, year=2027) is Blocker.HELD_BACK
    assert goes_up(repeats, system=SchoolSystem.SIX_THREE, year=2028) == Grade(Stage.JUNIOR, 2)


def test_what_is_told_below_is_read_as_it_was_written() -> None:
    told = ClassesPromoted("run", "2141000001", {"101": "102"}, ("key",), 7, school_class="1班")
    assert ClassesPromoted.from_content(told.to_content()) == told


def test_the_days_of_the_summer_are_the_coming_ones() -> None:
    before = year_ahead(PACK, datetime(2027, 3, 1, tzinfo=UTC))
    assert (before.promotion_on, before.cleared_on) == (date(2027, 8, 10), date(2027, 7, 15))
    assert [(first, last) for _, first, last in before.freezes] == [
        (date(2027, 7, 1), date(2027, 8, 14)),
        (date(2027, 7, 15), date(2027, 8, 14)),
    ]
    after = year_ahead(PACK, datetime(2027, 8, 12, tzinfo=UTC))
    assert after.promotion_on == date(2028, 8, 10)
    assert after.freezes[0][1] == date(2027, 7, 1), "one that is on is shown until it is over"


def test_a_sweep_finds_every_blocker_once_however_its_pages_fall() -> None:
    """Of a roll that is longer than one question looks at; a page may be short and still not be the last."""
    count = LOOKED_AT_MAX + 700
    roll = [
        Line(f"{n:05}", f"N{n}", "", "s", "101" if n % 7 else "106", "1班", Standing(StudentStatus.ENROLLED, "101"))
        for n in range(count)
    ]
    roll = [replace(line, standing=replace(line.standing, grade=line.grade)) for line in roll]
    busy = {f"N{n}" for n in range(0, count, 11)}

    def look(after: str, most: int) -> list[Line]:
        return [line for line in roll if line.key > after][:most]

    found: list[str] = []
    token = ""
    while True:
        page = sweep(
            look,
            lambda numbers: busy & set(numbers),
            system_of=lambda _: SchoolSystem.SIX_THREE,
            ahead=year_ahead(PACK, datetime(2027, 3, 1, tzinfo=UTC) + timedelta(0)),
            size=300,
            token=token,
        )
        found += [one.number for one in page.blocked]
        token = page.next_token
        if not token:
            break
    assert found == [f"N{n}" for n in range(count) if n % 7 == 0 or n % 11 == 0]
