"""What an officer is told before deciding: each finding once, with its article, about the right pupil."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from county_node.domain.pre_checks import Surroundings, check_items, check_transfer, document_digest
from kernel.case import Case, Item
from kernel.form_items import ITEMS
from kernel.pre_check import Severity

PACK = load_packs(Path(__file__).parents[2] / "deploy" / "policies").named("2013.1")
PLAIN = {
    "name": "张三",
    "birth_date": "20200315",
    "document_kind": "1",
    "document_number": "419997202003150014",
    "household_place": "410105001001",
    "grade": "101",
    "school_class": "1班",
    "guardian1_name": "张父",
    "inclusive_class": "0",
    "disability": "0",
}


def a_pupil(**values: str) -> Item:
    return Item(str(uuid.uuid4()), PLAIN | values)


def around(**fields: Any) -> Surroundings:
    plain: dict[str, Any] = {
        "filed_on": date(2026, 9, 10),
        "pack": PACK,
        "division": "410105",
        "class_sizes": {},
        "documents_elsewhere": frozenset(),
    }
    return Surroundings(**plain | fields)


def codes(item: Item, **fields: Any) -> list[str]:
    (checks,) = check_items([item], around(**fields))
    return [check.code for check in checks]


def test_a_plain_pupil_has_no_findings() -> None:
    assert codes(a_pupil()) == []


@pytest.mark.parametrize(
    ("born", "filed_on", "found"),
    [
        ("20200831", date(2026, 9, 10), False),  # six on the last day
        ("20200901", date(2026, 9, 10), True),  # six a day too late
        ("20200901", date(2026, 7, 1), True),  # entered in summer, for the autumn
        ("20200901", date(2027, 5, 20), True),  # entered late: of last autumn's intake all the same
        ("20190901", date(2026, 6, 30), True),
        ("20190831", date(2026, 6, 30), False),
        ("20200230", date(2026, 9, 10), False),  # no day at all
        ("", date(2026, 9, 10), False),
    ],
)
def test_a_first_year_has_reached_six_by_the_end_of_august(born: str, filed_on: date, found: bool) -> None:
    assert ("ENTRY_AGE_BELOW" in codes(a_pupil(birth_date=born), filed_on=filed_on)) is found


def test_age_is_asked_of_first_years_alone() -> None:
    assert codes(a_pupil(birth_date="20230101", grade="102")) == []


def test_the_sentence_names_the_day_and_the_law() -> None:
    ((check,),) = check_items([a_pupil(birth_date="20201001")], around())
    assert check.sentence == "至2026年8月31日未满6周岁（《义务教育法》第十一条）"
    assert (check.severity, check.field) == (Severity.WARNING, "birth_date")


@pytest.mark.parametrize(
    ("grade", "there", "found"),
    [
        ("101", 44, []),
        ("101", 45, ["CLASS_ABOVE_STANDARD"]),
        ("101", 54, ["CLASS_ABOVE_STANDARD"]),
        ("101", 55, ["CLASS_TOO_LARGE"]),
        ("201", 49, []),
        ("201", 50, ["CLASS_ABOVE_STANDARD"]),
        ("301", 55, ["CLASS_TOO_LARGE"]),
        ("401", 55, []),  # special education has other classes
    ],
)
def test_a_class_is_counted_with_those_who_are_there(grade: str, there: int, found: list[str]) -> None:
    assert codes(a_pupil(grade=grade), class_sizes={(grade, "1班"): there, (grade, "2班"): 99}) == found


def test_a_class_is_counted_with_those_who_come_along() -> None:
    items = [a_pupil() for _ in range(56)] + [a_pupil(school_class="2班")]
    found = check_items(items, around())
    assert {tuple(check.code for check in checks) for checks in found[:56]} == {("CLASS_TOO_LARGE",)}
    assert found[56] == []


@pytest.mark.parametrize(
    ("division", "place", "found"),
    [
        ("410105", "410105001001", False),
        ("410105", "410102001001", True),
        ("410100", "410102001001", False),  # a prefecture that runs the school: its whole area
        ("410100", "410202001001", True),
        ("410000", "410202001001", False),  # and so a province
        ("410000", "440106000000", True),
        ("410105", "", False),
    ],
)
def test_a_household_elsewhere_is_pointed_out(division: str, place: str, found: bool) -> None:
    assert ("HOUSEHOLD_ELSEWHERE" in codes(a_pupil(household_place=place), division=division)) is found


def test_a_document_in_another_case_is_pointed_out_by_its_digest() -> None:
    elsewhere = frozenset({document_digest(PLAIN), document_digest({"document_kind": "Z", "document_number": ""})})
    assert codes(a_pupil(), documents_elsewhere=elsewhere) == ["DOCUMENT_IN_ANOTHER_CASE"]
    assert codes(a_pupil(document_kind="A"), documents_elsewhere=elsewhere) == []
    assert PLAIN["document_number"] not in document_digest(PLAIN)
    without = a_pupil(document_kind="Z", document_number="")
    assert codes(without, documents_elsewhere=elsewhere) == ["WITHOUT_DOCUMENT"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"guardian1_name": ""}, "GUARDIAN_MISSING"),
        ({"inclusive_class": "1", "disability": "1"}, "INCLUSIVE_CLASS"),
        ({"disability": "5"}, "DISABILITY"),
        ({"document_kind": "Z", "document_number": ""}, "WITHOUT_DOCUMENT"),
    ],
)
def test_special_pupils_are_looked_at_one_by_one(values: dict[str, str], found: str) -> None:
    ((check,),) = check_items([a_pupil(**values)], around())
    assert (check.code, check.severity) == (found, Severity.NOTICE)
    assert "逐人核对" in check.sentence


def test_the_second_guardian_will_do() -> None:
    assert codes(a_pupil(guardian1_name="", guardian2_name="张母")) == []


@given(st.dictionaries(st.sampled_from([item.key for item in ITEMS]), st.text(max_size=20)))
def test_whatever_is_in_the_form_the_checks_do_not_fail_and_show_no_number(values: dict[str, str]) -> None:
    values["document_number"] = "419997202003150014"
    (checks,) = check_items([Item(str(uuid.uuid4()), values)], around())
    assert all(check.sentence and values["document_number"] not in check.sentence for check in checks)


@pytest.mark.parametrize(
    ("province", "reason", "told"), [("37", "guardian_work", 1), ("37", "other", 0), ("", "other", 0)]
)
def test_an_officer_is_told_for_which_reasons_nobody_is_turned_away(province: str, reason: str, told: int) -> None:
    """山东 must take in whose guardian works there; the nation leaves it to the school."""
    pack = load_packs(Path(__file__).parents[2] / "deploy" / "policies").in_force(province, date(2026, 9, 1))
    item = Item(str(uuid.uuid4()), {"grade": "103", "transfer_reason": reason})
    case = Case("case", "transfer_within_province", "2137000001", "2137000002", pack.id, 1, (item,))
    (found,) = check_transfer(case, pack)
    assert [check.code for check in found] == ["TRANSFER_MUST_BE_ACCEPTED"] * told
