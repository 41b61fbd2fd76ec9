"""Whose turn it is: the nation's chain in its order, a province's additions in their place, nobody twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.chains import ADDED, admits, asked_of, awaited
from kernel.regulation import PROCEDURES, Procedure, Step
from kernel.regulation.enrolment import ENROLMENT_WITHOUT_DOCUMENT
from kernel.regulation.transfers import TRANSFER_WITHIN_PROVINCE

rows = st.sampled_from(list(PROCEDURES.values()))
added = st.frozensets(st.sampled_from(sorted(ADDED)))


def walk(row: Procedure, asked: frozenset[Step]) -> list[Step]:
    given_steps: list[Step] = []
    while (step := awaited(row, given_steps, added=asked)) is not None:
        assert admits(row, given_steps, step)
        given_steps.append(step)
        assert len(given_steps) <= len(Step), "a chain ends"
    return given_steps


@given(rows, added)
def test_a_chain_ends_asks_nobody_twice_and_keeps_the_nations_order(row: Procedure, asked: frozenset[Step]) -> None:
    steps = walk(row, asked)
    assert len(set(steps)) == len(steps)
    assert [step for step in steps if step in row.chain] == list(row.chain)


@given(rows, added)
def test_an_addition_follows_the_authority_of_its_side_and_replaces_nothing(
    row: Procedure, asked: frozenset[Step]
) -> None:
    steps = walk(row, asked)
    for step in steps:
        if step not in row.chain:
            assert step in asked
            authority = Step.OUT_AUTHORITY if step.releasing else Step.IN_AUTHORITY
            assert steps.index(authority) < steps.index(step)


@given(rows, st.data())
def test_no_endorsement_of_the_nation_can_be_skipped(row: Procedure, data: st.DataObject) -> None:
    before = data.draw(st.integers(0, len(row.chain) - 1))
    given_steps = list(row.chain[:before])
    for later in row.chain[before + 1 :]:
        assert not admits(row, given_steps, later)


def test_a_province_that_the_nation_names_is_asked_once() -> None:
    assert walk(ENROLMENT_WITHOUT_DOCUMENT, frozenset({Step.IN_PROVINCE})) == list(ENROLMENT_WITHOUT_DOCUMENT.chain)


@pytest.mark.parametrize(
    ("authority", "left"), [("440106", {Step.IN_PREFECTURE, Step.IN_PROVINCE}), ("440100", {Step.IN_PROVINCE})]
)
def test_a_prefecture_that_is_the_authority_itself_is_not_asked_beside_it(authority: str, left: set[Step]) -> None:
    assert asked_of({Step.IN_PREFECTURE, Step.IN_PROVINCE}, authority) == left


def test_guangdong_asks_both_prefectures_and_sichuan_both_provinces() -> None:
    both = frozenset({Step.IN_PREFECTURE, Step.OUT_PREFECTURE})
    assert walk(TRANSFER_WITHIN_PROVINCE, both) == [
        Step.IN_SCHOOL,
        Step.IN_AUTHORITY,
        Step.IN_PREFECTURE,
        Step.OUT_SCHOOL,
        Step.OUT_AUTHORITY,
        Step.OUT_PREFECTURE,
    ]
