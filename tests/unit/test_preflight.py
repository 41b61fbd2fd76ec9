"""What a pre-flight finds, and what it does not tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.inquiry.allowance import Allowance
from chassis.packs import load_packs
from kernel.custody import Custody
from kernel.facts import Facts
from kernel.judging import judge
from kernel.names import fold_width
from kernel.preflight import Finding, Side, against_record, by_rules, is_proven, merged, not_proven
from kernel.refusals import AskedTooOften, ClassFull, TermClosed
from kernel.regulation import of_family
from kernel.regulation.transfers import TRANSFER
from kernel.status import StudentStatus
from kernel.student import Student

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
NATION = PACKS.in_force("", date(2026, 9, 1))
NOW = datetime(2026, 9, 1, tzinfo=UTC)
statuses = st.sampled_from(list(StudentStatus))


def a_student(*, document: str = "11010120150101001X", **standing: str) -> Student:
    form = {"name": "张三", "birth_date": "20150101", "document_number": document, "grade": "103"}
    return Student("key", "L41999820110307001X", StudentStatus.ENROLLED, "2141000001", form, standing=standing)


def found(student: Student, custody: Custody = Custody.HELD, *, in_work: bool = False) -> list[tuple[str, bool]]:
    findings = against_record(student, custody=custody, in_work=in_work, pack=NATION)
    return [(one.said.code, one.curable) for one in findings]


def test_a_record_that_stands_free_may_move() -> None:
    assert found(a_student()) == []


def test_2002_and_2003_are_told_together_and_pass_by_themselves() -> None:
    both = found(a_student(problem="1"), in_work=True)
    assert both == [("STUDENT_HAS_OPEN_CASE", True), ("PROBLEM_RECORD_OPEN", True)]


def test_a_record_that_is_leaving_or_gone_is_told_by_name() -> None:
    assert found(a_student(), Custody.FROZEN) == [("RECORD_FROZEN", True)]
    assert found(a_student(), Custody.GONE) == [("NOT_CUSTODIAN", False)]


def test_2003_cites_the_parameter_by_which_it_blocks() -> None:
    (finding,) = against_record(a_student(problem="1"), custody=Custody.HELD, in_work=False, pack=NATION)
    assert (finding.clauses, [one.name for one in finding.parameters]) == (("6.1",), ["problem.blocks_changes"])


@given(
    name=st.sampled_from(["张三", "李四"]),
    document=st.one_of(st.text(max_size=20), st.just("11010120150101001X")),
    school=st.sampled_from(["2141000001", "2141000002"]),
)
def test_only_who_knows_name_document_and_school_is_told_of_the_record(name: str, document: str, school: str) -> None:
    student = a_student()
    proven = is_proven(student, name=name, document_number=document, school=school)
    assert proven is (
        name == "张三" and fold_width(document).upper() == "11010120150101001X" and school == "2141000001"
    )


def test_a_document_is_known_however_it_is_typed() -> None:
    for typed in ("11010120150101001x", "１１０１０１２０１５０１０１００１Ｘ"):
        assert is_proven(a_student(), name="张三", document_number=typed, school="2141000001")


def test_of_a_pupil_without_a_document_the_birth_date_is_to_be_known() -> None:
    student = a_student(document="")
    assert is_proven(student, name="张三", document_number="20150101", school="2141000001")
    assert not is_proven(student, name="张三", document_number="", school="2141000001")


@given(statuses, st.sampled_from(["101", "104", "106", "203"]), st.sampled_from(["101", "104", "203"]))
def test_a_pre_flight_finds_what_judging_finds(status: StudentStatus, grade: str, asked: str) -> None:
    """The same rules over the same facts: nothing that stops a case later is left out, and nothing is added."""
    for row in of_family(TRANSFER):
        facts = Facts(
            procedure=row.name, filed_on="2026-10-19", values={"grade": asked}, status=status.value, grade=grade
        )
        for province in ("", "41", "44", "43"):
            pack = PACKS.in_force(province, date(2026, 10, 19))
            findings = by_rules(row, facts, pack, side=Side.GAINING)
            assert [one.said.code for one in findings] == [no.code for no in judge(row, facts, pack).refusals]
            assert all(one.clauses for one in findings)


def test_what_both_sides_say_is_told_once_in_the_gaining_sides_words() -> None:
    ours = Finding(TermClosed(procedure="转学", term="本省"), Side.GAINING, ("11.1",))
    theirs = Finding(TermClosed(procedure="转学", term="国家"), Side.LOSING, ("11.1",))
    also = Finding(ClassFull(size=56, most=55), Side.LOSING, ("11.1",))
    assert merged([ours], [theirs, also, not_proven(Side.LOSING)])[:2] == (ours, also)


def test_an_allowance_is_each_askers_own_and_comes_back_with_time() -> None:
    allowance = Allowance(most=2, within=timedelta(hours=1))
    for minute in range(2):
        allowance.require("one", now=NOW + timedelta(minutes=minute))
        allowance.take("one", now=NOW + timedelta(minutes=minute))
    allowance.require("other", now=NOW)
    with pytest.raises(AskedTooOften) as refused:
        allowance.require("one", now=NOW + timedelta(minutes=30))
    assert refused.value.detail["minutes"] == "30"
    allowance.require("one", now=NOW + timedelta(minutes=61))
