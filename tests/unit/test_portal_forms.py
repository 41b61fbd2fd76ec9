"""The forms that pages draw: all 72 items in their order, every procedure of a school, and what was written."""

from __future__ import annotations

import pytest

from kernel.form import ITEMS
from kernel.refusals import AlreadyEnteredHere, CodeUnknown, ProcedureUnknown, StudentHasOpenCase, ValueMissing
from kernel.regulation import PROCEDURES, Filer
from kernel.regulation.transfers import TRANSFER
from kernel.school import SchoolCategory
from portal.showing.form_drawing import DrawnForm, draw_form, places_of
from portal.showing.procedures import chapters, offered


def a_form(**values: str) -> DrawnForm:
    return draw_form(values, [], category=SchoolCategory.PRIMARY)


def test_the_form_has_its_72_items_in_order_in_seven_groups() -> None:
    form = a_form()
    assert [one.number for section in form.sections for one in section.fields] == list(range(1, 73))
    assert {section.name[0] for section in form.sections} == set("ABCDEFG")
    assert [section.title for section in form.sections][-1] == "家庭成员或监护人信息（成员二）"


def test_what_is_wrong_stands_beside_its_item_and_what_is_of_no_item_in_the_summary() -> None:
    findings = [
        CodeUnknown(field="ethnicity", table="民族", given="华夏族"),
        ValueMissing(field="ethnicity", label="民族"),
        AlreadyEnteredHere(field="document_number"),
        StudentHasOpenCase(),
    ]
    form = draw_form({"ethnicity": "华夏族"}, findings, category=SchoolCategory.PRIMARY)
    fields = {one.key: one for section in form.sections for one in section.fields}
    assert len(fields["ethnicity"].wrong) == 2
    assert fields["ethnicity"].strange == "华夏族", "what was written is shown, so that it can be put right"
    assert [mistake.key for mistake in form.mistakes] == ["ethnicity", "ethnicity", "document_number", ""]
    assert form.sections[0].wrong == 2


@pytest.mark.parametrize(
    ("category", "first", "last", "count"),
    [
        (SchoolCategory.PRIMARY, "小学一年级", "小学六年级", 6),
        (SchoolCategory.SPECIAL, "特教一年级", "特教十二年级", 12),
        (SchoolCategory.SENIOR, "小学一年级", "高中三年级", 13),
        (SchoolCategory.REFORM, "小学一年级", "特教十二年级", 25),
    ],
)
def test_a_school_is_offered_the_grades_that_it_may_teach(
    category: SchoolCategory, first: str, last: str, count: int
) -> None:
    form = draw_form({}, [], category=category)
    (grade,) = [one for section in form.sections for one in section.fields if one.key == "grade"]
    labels = [label for _, label in grade.choices]
    assert (labels[0], labels[-1], len(labels)) == (first, last, count)


def test_china_is_offered_before_the_other_countries_and_every_code_is_there() -> None:
    fields = {one.key: one for section in a_form().sections for one in section.fields}
    assert fields["nationality"].choices[0] == ("CHN", "中国")
    for one in ITEMS:
        if one.code_table is not None:
            assert dict(fields[one.key].choices) == dict(one.code_table.labels), one.key


def test_places_are_the_counties_of_today_under_twelve_digits() -> None:
    places = dict(places_of("41"))
    assert places["410105000000"] == "河南省金水区"
    assert all(len(code) == 12 for code in places)
    assert places_of("66") == (), "the corps has no divisions of its own"


def test_every_procedure_that_a_school_begins_is_offered_once_but_for_transfers_and_registration() -> None:
    names = [what.name for _, offers in chapters() for what in offers]
    rows = [row for row in PROCEDURES.values() if row.filer is Filer.SCHOOL and not row.begins_record]
    assert len(names) == len(set(names))
    assert set(names) == {row.family or row.name for row in rows} - {TRANSFER}
    for name in names:
        assert offered(name).chains


@pytest.mark.parametrize("name", ["enrolment", "transfer", "problem_mark", "key_data_correction/..", "nothing"])
def test_what_no_school_begins_here_has_no_form(name: str) -> None:
    with pytest.raises(ProcedureUnknown):
        offered(name)
