"""Whose turn it is in a case at the hub, for every chain that could be put before it."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.case import Case, Item
from kernel.endorsement import Decision, Endorsed, Endorsement, ItemException, office_of_step
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import Refusal
from kernel.regulation import PROCEDURES, Step
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem
from province_hub.domain.turn import PROVINCE_STEPS, Asked, Complete, Refused, require_sender, turn_of

RECEIVING, RELEASING, ELSEWHERE = "2141000001", "3141000003", "2144000001"
REGISTER = DatedRegister.of(
    School(
        code=SchoolCode(code), name="学校", place=authority, authority=authority, school_system=SchoolSystem.SIX_THREE
    )
    for code, authority in ((RECEIVING, "410105"), (RELEASING, "410122"))
)


def a_case(procedure: str, *, releasing: str = RELEASING) -> Case:
    return Case(
        case_id=str(uuid.uuid4()),
        procedure_name=procedure,
        school=RECEIVING,
        releasing_school=releasing if PROCEDURES[procedure].two_sided else "",
        rule_pack="2013.1",
        filed_at_ms=1,
        items=(Item(str(uuid.uuid4()), {"name": "张三"}),),
    )


def endorsed(case: Case, step: Step, decision: Decision = Decision.APPROVE, *, reason_code: str = "") -> Endorsed:
    reason = "" if decision is Decision.APPROVE else "理由"
    endorsement = Endorsement(case.digest, case.head, step, decision, 1, "w001", reason=reason, reason_code=reason_code)
    office = office_of_step(case, step, register=REGISTER) or Office(Tier.AUTHORITY, "440100")
    return Endorsed(endorsement, office)


@given(st.sampled_from(sorted(PROCEDURES)), st.integers(0, 4), st.sampled_from(Decision))
def test_the_hub_acts_only_on_what_the_filing_side_approved_or_the_releasing_side_refused(
    procedure: str, steps: int, last: Decision
) -> None:
    case = a_case(procedure)
    given_steps = case.procedure.chain[:steps]
    chain = [endorsed(case, step) for step in given_steps]
    if chain:
        chain[-1] = endorsed(case, given_steps[-1], last, reason_code="court_order")
    asking = [step for step in case.procedure.chain if not step.releasing and step not in PROVINCE_STEPS]
    try:
        turn = turn_of(case, tuple(chain), register=REGISTER)
    except Refusal:
        assert last is not Decision.APPROVE or not given_steps or any(step not in given_steps for step in asking)
        return
    if isinstance(turn, Refused):
        assert last is Decision.REJECT or given_steps[-1] in PROVINCE_STEPS
        assert given_steps[-1].releasing or given_steps[-1] in PROVINCE_STEPS
        return
    assert last is Decision.APPROVE
    assert all(step in given_steps for step in asking)
    if isinstance(turn, Asked):
        assert turn.step is case.procedure.chain[len(chain)]
        assert turn.office == office_of_step(case, turn.step, register=REGISTER)
    else:
        assert turn == Complete()
        assert len(chain) == len(case.procedure.chain)


def test_the_office_of_another_provinces_authority_is_not_known_here() -> None:
    case = a_case("transfer_between_provinces", releasing=ELSEWHERE)
    chain = tuple(endorsed(case, step) for step in case.procedure.chain[:3])
    assert turn_of(case, chain, register=REGISTER) == Asked(Step.OUT_AUTHORITY, None)


def test_a_case_of_which_no_pupil_stands_is_refused() -> None:
    case = a_case("enrolment")
    last = endorsed(case, Step.IN_AUTHORITY)
    excepted = (ItemException(case.items[0].item_id, Decision.RETURN, "缺材料"),)
    last = replace(last, endorsement=replace(last.endorsement, exceptions=excepted))
    with pytest.raises(Refusal) as said:
        turn_of(case, (endorsed(case, Step.IN_SCHOOL), last), register=REGISTER)
    assert said.value.code == "CHAIN_BROKEN"


@pytest.mark.parametrize(
    ("steps", "sender", "may"),
    [
        (2, "410105", True),
        (2, "410122", False),
        (3, "410122", True),
        (4, "410122", True),
        (4, "410105", False),
        (4, "440100", False),
    ],
)
def test_the_authority_submits_on_whose_side_the_last_endorsement_lies(steps: int, sender: str, may: bool) -> None:
    case = a_case("transfer_within_province")
    chain = tuple(endorsed(case, step) for step in case.procedure.chain[:steps])
    office = Office(Tier.AUTHORITY, sender)
    if may:
        require_sender(case, office, register=REGISTER, chain=chain)
    else:
        with pytest.raises(Refusal) as said:
            require_sender(case, office, register=REGISTER, chain=chain)
        assert said.value.code == "OUTSIDE_JURISDICTION"
