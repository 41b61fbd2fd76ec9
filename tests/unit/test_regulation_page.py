"""docs/regulation.md says of every clause what serves it and what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from console.documents.proofs import Proof
from console.documents.regulation_page import Page
from console.documents.words import row_values, told
from kernel.evidence import EvidenceKind
from kernel.measures import CLAUSES
from kernel.regulation import PROCEDURES, Step
from kernel.status import StudentStatus

SUSPENSION = PROCEDURES["suspension"]


def a_page(*proofs: Proof) -> Page:
    return Page(rows=(SUSPENSION,), parameters=(), proofs=proofs)


def a_proof(*clauses: str) -> Proof:
    return Proof(clauses, Path("scenarios/test_leave.py"), "test_a_place_is_kept", 7, "王磊休学一年，学籍还在。")


def test_a_clause_names_its_procedures_and_its_proofs() -> None:
    page = a_page(a_proof("19.1"))
    text = page.text().partition("**第十九条第一款**")[2].partition("**第十九条第二款**")[0]
    assert CLAUSES["19.1"].text in text
    assert "- 业务：[休学](#suspension)" in text
    assert "[王磊休学一年，学籍还在。](../tests/scenarios/test_leave.py) `test_a_place_is_kept`" in text


def test_what_nothing_serves_and_what_nothing_proves_is_told() -> None:
    page = a_page(a_proof("19.1"))
    assert {"19.1", "19.2", "11.1"} & set(page.unserved()) == set(), "the row names them"
    assert "19.1" not in page.unproven()
    assert {"19.2", "20.1"} <= set(page.unproven())


@pytest.mark.parametrize(("proven", "lacking"), [(range(1, 9), False), (range(1, 8), True)])
def test_a_list_is_proven_where_each_of_its_items_is(proven: range, lacking: bool) -> None:
    page = a_page(*(a_proof(f"27.1.{item}") for item in proven))
    assert ("27.1" in page.unproven()) is lacking


def test_the_table_has_a_line_and_a_part_for_each_procedure() -> None:
    text = Page(rows=tuple(PROCEDURES.values()), parameters=(), proofs=()).text()
    for row in PROCEDURES.values():
        assert f"| [{row.title}](#{row.name}) |" in text
        assert f'### <a id="{row.name}"></a>{row.title}' in text


def test_the_picture_has_every_step_of_the_life_cycle_and_who_takes_it() -> None:
    picture = a_page().text().partition("```mermaid")[2]
    assert "enrolled --> suspended : 休学\n" in picture
    assert "enrolled --> expelled : 义务教育阶段不可\n" in picture
    assert [one for one in StudentStatus if f'"{one.label}" as {one}' not in picture] == [StudentStatus.DELETED]


def test_a_row_is_written_by_what_its_values_are_so_that_it_may_grow() -> None:
    @dataclass(frozen=True)
    class Grown:
        name: str = "grown"
        title: str = "长大了的业务"
        chain: tuple[Step, ...] = (Step.IN_SCHOOL, Step.IN_AUTHORITY)
        evidence: tuple[EvidenceKind, ...] = ()
        one_by_one: bool = True
        novelty: frozenset[StudentStatus] = frozenset({StudentStatus.GRADUATED, StudentStatus.ENROLLED})

    assert row_values(Grown()) == {
        "签批": f"{Step.IN_SCHOOL.label} → {Step.IN_AUTHORITY.label}",
        "逐人办理": "是",
        "`novelty`": "在读、毕业",
    }


def test_a_long_list_is_cut_and_says_how_long_it_is() -> None:
    said = row_values(PROCEDURES["other_data_correction"])["填写"]
    assert isinstance(said, str)
    assert said.endswith(f"等{len(PROCEDURES['other_data_correction'].fields)}项")
    assert "、" not in told(PROCEDURES["other_data_correction"].fields[0])
