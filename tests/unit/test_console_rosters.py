"""The demonstration's rosters: the same every time, right where they should be, and wrong exactly where they say."""

from datetime import date
from pathlib import Path

import pytest

from chassis.workbooks.reading import read_rows
from console.demo.rosters import Class, Roster, a_class, with_mistakes
from kernel.identity import CitizenId
from school_node.domain.roster import RowResult, check_roster

ON = date(2026, 11, 24)
PRIMARY = Class(school="2141000001", name="金水区示范小学", place="410105", grade="小学一年级")
SENIOR = Class(school="3441000003", name="郑州市示范完全中学", place="410105", grade="高中一年级", sequence_from=980)
SPECIAL = Class(
    school="5141000004",
    name="金水区示范特殊教育学校",
    place="410105",
    grade="特教一年级",
    sequence_from=960,
    disability="5-智力残疾",
)


def checked(roster: Roster, folder: Path, *, on: date = ON) -> dict[int, RowResult]:
    """What a school's own check says of the workbook, by row."""
    roster.write(folder / "roster.xlsx")
    return {result.row: result for result in check_roster(read_rows(folder / "roster.xlsx"), on=on)}


@pytest.mark.parametrize("on", [ON, date(2027, 3, 1), date(2028, 9, 1)])
@pytest.mark.parametrize(("of", "count"), [(PRIMARY, 20), (SENIOR, 4), (SPECIAL, 4)])
def test_a_roster_without_planted_mistakes_has_none(of: Class, count: int, on: date, tmp_path: Path) -> None:
    results = checked(a_class(of, count, on=on, remarkable=of is PRIMARY), tmp_path, on=on)
    assert len(results) == count
    assert [result.findings for result in results.values()] == [()] * count


def test_every_planted_mistake_is_found_in_its_row_and_nothing_else_is(tmp_path: Path) -> None:
    roster = with_mistakes(a_class(PRIMARY, 59, on=ON, remarkable=True))
    results = checked(roster, tmp_path)
    found = {(row, finding.code) for row, result in results.items() for finding in result.findings}
    assert found == {(planted.row, planted.code) for planted in roster.mistakes}
    assert len(roster.mistakes) >= 8


def test_habits_that_do_no_harm_are_healed(tmp_path: Path) -> None:
    roster = with_mistakes(a_class(PRIMARY, 59, on=ON, remarkable=True))
    results = checked(roster, tmp_path)
    healed = [results[planted.row] for planted in roster.healed]
    assert len(healed) == 5
    assert all(not result.findings for result in healed)
    for result in healed:
        assert CitizenId.parse(result.values["document_number"]).birth_date == date.fromisoformat(
            result.values["birth_date"]
        )


def test_the_same_day_makes_the_same_children() -> None:
    assert a_class(PRIMARY, 20, on=ON) == a_class(PRIMARY, 20, on=ON)


def test_no_two_children_of_the_demonstration_share_a_document() -> None:
    elsewhere = Class(school="2144000001", name="天河区示范小学", place="440106", grade="小学一年级")
    rosters = [
        a_class(PRIMARY, 59, on=ON, remarkable=True),
        a_class(elsewhere, 20, on=ON, remarkable=True),
        a_class(SENIOR, 4, on=ON),
        a_class(SPECIAL, 4, on=ON),
    ]
    numbers = [pupil.document_number for roster in rosters for pupil in roster.pupils]
    assert len(set(numbers)) == len(numbers)


def test_sequences_of_citizen_ids_are_in_the_artificial_range() -> None:
    citizens = [pupil for pupil in a_class(PRIMARY, 20, on=ON).pupils if len(pupil.document_number) == 18]
    assert citizens
    assert all(int(pupil.document_number[14:17]) >= 900 for pupil in citizens)
