"""Graduation, repeats and the summer (Art. 11 to 13): what the rules read of the pack, and what the effects leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chassis.packs import load_packs
from kernel.case import Case, Item
from kernel.effects import Change, carry_out
from kernel.facts import Facts
from kernel.filing import approved_row
from kernel.ids import new_uuid7
from kernel.judging import judge
from kernel.packs import Template
from kernel.regulation import Procedure, procedure
from kernel.regulation.placement import CLASS_CHANGE, GRADE_REPEAT, GRADE_SKIP
from kernel.regulation.stages import GRADUATION, GRADUATION_APPROVED, GRADUATION_UNDO
from kernel.status import StudentStatus
from kernel.student import Student

PACK = load_packs(Path(__file__).parents[2] / "deploy" / "policies").named("2013.1")
SCHOOL = "3141000002"


def told(row: Procedure, facts: Facts) -> list[str]:
    return [no.code for no in judge(row, replace(facts, procedure=row.name), PACK).refusals]


def a_pupil(grade: str, **standing: str) -> Student:
    return Student(
        student_key=str(new_uuid7()),
        number="L4101052015010100141",
        status=StudentStatus.ENROLLED,
        school=SCHOOL,
        values={"name": "张三", "grade": grade, "school_class": "1班"},
        standing=standing,
    )


def change(row: Procedure, on: date, *, certificate: str = "", **values: str) -> Change:
    item = Item(str(new_uuid7()), values)
    case = Case(str(new_uuid7()), row.name, SCHOOL, "", "2013.1", 0, (item,))
    return Change(case, item, on, number_of_certificate=certificate)


def test_the_pack_says_of_each_stage_whose_word_is_the_graduation() -> None:
    assert approved_row(GRADUATION, ["203", "203"], pack=PACK) is GRADUATION
    assert approved_row(GRADUATION, ["303"], pack=PACK) is GRADUATION_APPROVED
    assert approved_row(GRADUATION, ["203", "303"], pack=PACK) is GRADUATION_APPROVED, "one that asks for more will do"
    assert approved_row(CLASS_CHANGE, ["303"], pack=PACK) is CLASS_CHANGE
    senior = Facts(procedure="", filed_on="2027-06-10", status="enrolled", grade="303", values={"outcome": "graduated"})
    assert told(GRADUATION, senior) == ["GRADUATION_NOT_ALLOWED"]
    assert told(GRADUATION_APPROVED, senior) == []


def test_a_graduation_after_the_deadline_is_made_and_remembered_as_late() -> None:
    facts = Facts(
        procedure="graduation",
        filed_on="2027-08-03",
        status="enrolled",
        grade="203",
        values={"outcome": "graduated"},
    )
    said = judge(GRADUATION, facts, PACK)
    assert said.approved
    assert [(breach.code, breach.days_late) for breach in said.breaches] == [("GRADUATION_LATE", 4)]
    assert judge(GRADUATION, replace(facts, filed_on="2027-07-30"), PACK).breaches == ()


@pytest.mark.parametrize(
    ("filed_on", "grade", "frozen"),
    [
        ("2027-06-30", "203", False),
        ("2027-07-01", "203", True),
        ("2027-08-14", "203", True),
        ("2027-08-15", "203", False),
        ("2027-07-10", "202", False),
    ],
)
def test_the_summer_stops_new_cases_of_graduating_grades_alone(filed_on: str, grade: str, frozen: bool) -> None:
    facts = Facts(procedure="", filed_on=filed_on, status="enrolled", grade=grade, values={"school_class": "2班"})
    assert ("PROCEDURE_FROZEN" in told(CLASS_CHANGE, facts)) is frozen
    assert "PROCEDURE_FROZEN" not in told(GRADUATION, facts), "what the summer is for goes on"


def test_who_repeats_the_present_grade_is_passed_over_once_and_who_goes_back_one_is_not() -> None:
    pupil = a_pupil("301")
    stays = carry_out(pupil, change(GRADE_REPEAT, date(2027, 6, 20), grade="301", school_class="5班"))
    assert (stays.grade, stays.school_class) == ("301", "5班")
    assert (stays.standing["held_back_in"], stays.standing["repeats"]) == ("2027", "1")
    back = carry_out(a_pupil("302", repeats="1"), change(GRADE_REPEAT, date(2027, 9, 3), grade="301"))
    assert (back.grade, back.standing["repeats"], back.standing["repeated_in"]) == ("301", "2", "2028")
    assert "held_back_in" not in back.standing
    skips = carry_out(stays, change(GRADE_SKIP, date(2027, 6, 25), grade="302"))
    assert "held_back_in" not in skips.standing


def test_a_graduation_that_is_taken_back_leaves_no_certificate() -> None:
    pupil = a_pupil("203")
    done = carry_out(pupil, change(GRADUATION, date(2027, 6, 20), certificate="C1", outcome="graduated"))
    assert (done.standing["certificate_number"], done.standing["certificate_kind"]) == ("C1", "graduation")
    undone = carry_out(done, change(GRADUATION_UNDO, date(2027, 6, 22), reason="误"))
    assert undone.values == pupil.values
    assert not {"certificate_number", "certificate_kind", "graduated_from"} & undone.standing.keys()


def test_what_is_counted_together_is_what_the_numbers_have_in_common() -> None:
    template = Template.parse("{school}{year}{kind}{sequence:5}")
    values = {"school": "3141000002", "year": "2027", "kind": "1"}
    assert template.stem(values) == "314100000220271"
    assert template.fill({**values, "sequence": "7"}) == template.stem(values) + "00007"
    assert (template.sequence_most, Template.parse("").sequence_most) == (99_999, 0)


def test_both_rows_of_a_graduation_carry_out_the_same_clauses() -> None:
    assert procedure("graduation_approved").clauses == procedure("graduation").clauses
