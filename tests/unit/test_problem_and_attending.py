"""Problem records (Art. 6), and what is told of a pupil who attends elsewhere (Art. 17): rules and values alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from console.parts import deploy_directory
from kernel.attending import SEEN_WHERE_ATTENDING, RecordTold, attended, told_where_attending, told_where_held
from kernel.facts import Facts
from kernel.feed import entry_from_content
from kernel.form import KEY_FIELDS
from kernel.judging import judge
from kernel.refusals import ProblemRecordOpen
from kernel.regulation import PROCEDURES, Procedure
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.usecases.attending import attendance_told

PACKS = load_packs(deploy_directory() / "policies")
NOW = datetime(2026, 9, 14, 4, tzinfo=UTC)
SCHOOL, OTHER, THIRD = "5141000004", "2141000001", "2141000002"
GOES_ON = {  # 问题学籍: what corrects it, ends it, or reports a fact about the child
    "key_data_correction",
    "document_kind_correction",
    "other_data_correction",
    "counter_entry",
    "record_deletion",
    "problem_mark",
    "problem_cleared",
    "death",
    "dropout",
    "missing",
    "archive_addition",
    "information_protection",
    "adjudication_opened",
    "adjudication_settled",
    "record_merged",
    "record_split",
    "formal_number",
    "identity_doubted",
}


def blocked(row: Procedure, problem: str) -> bool:
    standing = {"problem": problem} if problem else {}
    facts = Facts(procedure=row.name, filed_on="2026-09-14", standing=standing)
    said = judge(row, facts, PACKS.named("2025.1")).refusals
    return any(isinstance(one, ProblemRecordOpen) for one in said)


@pytest.mark.parametrize("row", [row for row in PROCEDURES.values() if not row.begins_record], ids=lambda row: row.name)
def test_a_problem_record_changes_by_nothing_but_what_settles_it(row: Procedure) -> None:
    assert blocked(row, "duplicate") is (row.name not in GOES_ON)
    assert not blocked(row, "")


def a_student(attends: str = "", *, status: StudentStatus = StudentStatus.ENROLLED) -> Student:
    standing = {"attends": attends, "attends_since": "2026-09-01", "attendance_mode": "inclusive"} if attends else {}
    values = {"name": "萧安", "document_number": "1", "address": "某处", "phone": "19900000000", "grade": "402"}
    return Student("019b0000-0000-7000-8000-000000000001", "L" + "4" * 18, status, SCHOOL, values, standing=standing)


@given(st.dictionaries(st.sampled_from([*SEEN_WHERE_ATTENDING, *KEY_FIELDS, "address", "email"]), st.text(min_size=1)))
def test_where_a_pupil_attends_nothing_is_told_but_what_a_school_must_know(values: dict[str, str]) -> None:
    student = Student("k", "L" + "4" * 18, StudentStatus.ENROLLED, SCHOOL, values, standing={"attends": OTHER})
    told = told_where_attending(student, at_ms=1)
    assert set(told.record) == set(values) & set(SEEN_WHERE_ATTENDING)
    assert not {"document_number", "address", "email"} & set(told.record)


@pytest.mark.parametrize(
    "told", [told_where_held(a_student(), at_ms=7), told_where_attending(a_student(OTHER), at_ms=7)]
)
def test_what_is_told_is_read_as_it_was_written(told: RecordTold) -> None:
    assert entry_from_content(told.KIND, told.to_content()) == told


def test_who_attends_is_told_and_who_attends_no_more() -> None:
    nowhere, there, elsewhere = a_student(), a_student(OTHER), a_student(THIRD)
    dead = a_student(OTHER, status=StudentStatus.DECEASED)
    assert attendance_told(nowhere, nowhere, now=NOW) == []
    for before, after, said in (
        (nowhere, there, [(OTHER, "")]),
        (there, there, [(OTHER, "")]),
        (there, nowhere, [(OTHER, "2026-09-14")]),
        (there, elsewhere, [(OTHER, "2026-09-14"), (THIRD, "")]),
        (there, dead, [(OTHER, "2026-09-14")]),
        (there, None, [(OTHER, "2026-09-14")]),
    ):
        assert [(one.school, one.until) for one in attendance_told(before, after, now=NOW)] == said
    assert attended(dead) == ""
