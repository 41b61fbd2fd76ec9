"""Until when a school may take a case back: until it is done, of a transfer as long as its province says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from kernel.case import Case, Item
from kernel.packs import RulePack
from kernel.packs.keys import TRANSFER_WITHDRAW_UNTIL
from kernel.packs.words import WithdrawUntil
from kernel.refusals import AlreadySentUp, ReasonRequired, Refusal, WithdrawalTooLate
from kernel.regulation import PROCEDURES, Step
from kernel.stages import Stage
from kernel.withdrawal import Withdrawal, require_in_time

NATION = load_packs(Path(__file__).parents[2] / "deploy" / "policies").in_force("", date(2026, 9, 1))
steps = st.lists(st.sampled_from(list(Step)), unique=True)


def saying(until: WithdrawUntil) -> RulePack:
    """The nation's pack as a province changes it."""
    values = dict(NATION.values)
    for stage in Stage:
        place = TRANSFER_WITHDRAW_UNTIL.name, stage
        values[place] = replace(values[place], value=until)
    return replace(NATION, values=values)


def a_case(procedure: str) -> Case:
    values = {"number": "L41999820110307001X", "name": "张三", "grade": "103"}
    return Case(
        case_id="018f0000-0000-7000-8000-000000000001",
        procedure_name=procedure,
        school="2141000001",
        releasing_school="2141000009" if PROCEDURES[procedure].two_sided else "",
        rule_pack=NATION.id,
        filed_at_ms=1,
        items=(Item("018f0000-0000-7000-8000-000000000002", values),),
    )


def said(until: WithdrawUntil, given_steps: list[Step], procedure: str = "transfer_within_province") -> str:
    try:
        require_in_time(a_case(procedure), given_steps, pack=saying(until), sent_to="province/41")
    except Refusal as no:
        return no.code
    return ""


@given(steps)
def test_the_nation_lets_a_transfer_be_withdrawn_until_it_is_done(given_steps: list[Step]) -> None:
    assert NATION.read(Stage.JUNIOR)(TRANSFER_WITHDRAW_UNTIL) is WithdrawUntil.COMPLETION
    assert said(WithdrawUntil.COMPLETION, given_steps) == ""


@given(steps)
def test_a_province_may_end_it_with_the_first_word_of_the_releasing_side(given_steps: list[Step]) -> None:
    too_late = any(step.releasing for step in given_steps)
    assert said(WithdrawUntil.RELEASE, given_steps) == ("WITHDRAWAL_TOO_LATE" if too_late else "")


@given(steps)
def test_a_province_may_end_it_when_the_case_leaves_the_school(given_steps: list[Step]) -> None:
    assert said(WithdrawUntil.SUBMISSION, given_steps) == "ALREADY_SENT_UP"


@given(steps, st.sampled_from(list(WithdrawUntil)))
def test_what_is_no_transfer_may_be_withdrawn_as_long_as_it_is_not_done(
    given_steps: list[Step], until: WithdrawUntil
) -> None:
    assert said(until, given_steps, "suspension") == ""


def test_a_withdrawal_says_why() -> None:
    with pytest.raises(ReasonRequired):
        Withdrawal("case", "digest", "2141000001", "  ", "w001", 1)


def test_the_sentences_name_what_the_rules_say() -> None:
    assert "转出方核办之前" in WithdrawalTooLate(until=WithdrawUntil.RELEASE.label).sentence
    assert "province/41" in AlreadySentUp(awaited="province/41").sentence
