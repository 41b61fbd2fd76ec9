"""Where a case goes from an authority, for every chain that could be put before it."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from county_node.domain.routing import (
    Below,
    Ours,
    Over,
    Up,
    is_mine,
    releasing_school_knows,
    require_party,
    route,
)
from kernel.case import Case, Item
from kernel.endorsement import Decision, Endorsed, Endorsement, office_of_step
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import OutsideJurisdiction
from kernel.regulation import PROCEDURES, Procedure, Step
from kernel.regulation.enrolment import ENROLMENT
from kernel.regulation.transfers import (
    TRANSFER_BETWEEN_PROVINCES,
    TRANSFER_WITHIN_AUTHORITY,
    TRANSFER_WITHIN_PROVINCE,
)
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

HERE, NEXT_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
RECEIVING, RELEASING, NEXT, FAR = "2141000001", "2141000002", "3141000003", "2144000001"
REGISTER = DatedRegister.of(
    School(
        code=SchoolCode(code), name="学校", place=authority, authority=authority, school_system=SchoolSystem.SIX_THREE
    )
    for code, authority in ((RECEIVING, "410105"), (RELEASING, "410105"), (NEXT, "410122"))
)


def a_case(procedure: Procedure, *, school: str = RECEIVING, releasing: str = RELEASING) -> Case:
    return Case(
        case_id=str(uuid.uuid4()),
        procedure_name=procedure.name,
        school=school,
        releasing_school=releasing if procedure.two_sided else "",
        rule_pack="2013.1",
        filed_at_ms=1,
        items=(Item(str(uuid.uuid4()), {"name": "张三"}),),
    )


def chain_of(case: Case, steps: int, last: Decision = Decision.APPROVE) -> tuple[Endorsed, ...]:
    """The first ``steps`` endorsements of the procedure; all approve, the last as told."""
    given_steps = case.procedure.chain[:steps]
    return tuple(
        Endorsed(
            Endorsement(
                case.digest,
                case.head,
                step,
                decision := last if step is given_steps[-1] else Decision.APPROVE,
                1,
                "w001",
                reason="" if decision is Decision.APPROVE else "理由",
            ),
            office_of_step(case, step, register=REGISTER) or Office(Tier.AUTHORITY, "440106"),
        )
        for step in given_steps
    )


@pytest.mark.parametrize(
    ("procedure", "releasing", "steps", "expected"),
    [
        (ENROLMENT, "", 1, Ours(Step.IN_AUTHORITY)),
        (ENROLMENT, "", 2, Up()),
        (TRANSFER_WITHIN_AUTHORITY, RELEASING, 1, Below(Step.OUT_SCHOOL, Office(Tier.SCHOOL, RELEASING))),
        (TRANSFER_WITHIN_AUTHORITY, RELEASING, 2, Ours(Step.IN_AUTHORITY)),
        (TRANSFER_WITHIN_AUTHORITY, RELEASING, 3, Up()),
        (TRANSFER_WITHIN_PROVINCE, RELEASING, 2, Below(Step.OUT_SCHOOL, Office(Tier.SCHOOL, RELEASING))),
        (TRANSFER_WITHIN_PROVINCE, RELEASING, 3, Ours(Step.OUT_AUTHORITY)),
        (TRANSFER_WITHIN_PROVINCE, NEXT, 1, Ours(Step.IN_AUTHORITY)),
        (TRANSFER_WITHIN_PROVINCE, NEXT, 2, Up()),
        (TRANSFER_BETWEEN_PROVINCES, FAR, 1, Ours(Step.IN_AUTHORITY)),
        (TRANSFER_BETWEEN_PROVINCES, FAR, 2, Up()),
        (TRANSFER_BETWEEN_PROVINCES, FAR, 3, Up()),
    ],
)
def test_an_approved_case_goes_to_whose_turn_it_is(
    procedure: Procedure, releasing: str, steps: int, expected: object
) -> None:
    case = a_case(procedure, releasing=releasing)
    assert route(case, chain_of(case, steps), here=HERE, register=REGISTER) == expected


def test_the_releasing_authority_has_its_turn_after_its_school() -> None:
    case = a_case(TRANSFER_WITHIN_PROVINCE, school=NEXT, releasing=RELEASING)
    assert route(case, chain_of(case, 3), here=HERE, register=REGISTER) == Ours(Step.OUT_AUTHORITY)
    assert route(case, chain_of(case, 4), here=HERE, register=REGISTER) == Up()


@given(
    st.sampled_from(sorted(PROCEDURES)),
    st.integers(1, 4),
    st.sampled_from([Decision.RETURN, Decision.REJECT]),
    st.sampled_from([RELEASING, NEXT, FAR]),
)
def test_a_no_ends_the_case_here_on_the_filing_side_and_goes_to_the_hub_on_the_releasing_side(
    procedure: str, steps: int, decision: Decision, releasing: str
) -> None:
    case = a_case(PROCEDURES[procedure], releasing=releasing)
    chain = chain_of(case, steps, decision)
    said_by_releasing_side = chain[-1].endorsement.step.releasing
    expected = Up() if said_by_releasing_side else Over()
    assert route(case, chain, here=HERE, register=REGISTER) == expected


@given(st.sampled_from(sorted(PROCEDURES)), st.integers(1, 4), st.sampled_from(Decision))
def test_a_releasing_school_knows_of_a_case_exactly_from_when_it_is_asked(
    procedure: str, steps: int, decision: Decision
) -> None:
    case = a_case(PROCEDURES[procedure])
    chain = chain_of(case, steps, decision)
    asked = any(
        isinstance(route(case, chain[:given_steps], here=HERE, register=REGISTER), Below)
        for given_steps in range(1, len(chain) + 1)
    )
    assert releasing_school_knows(case, chain) is asked


def test_only_a_school_of_the_register_that_names_this_authority_is_ours() -> None:
    ours = [RECEIVING, RELEASING, NEXT, FAR]
    assert [is_mine(Office(Tier.SCHOOL, code), HERE, register=REGISTER) for code in ours] == [
        True,
        True,
        False,
        False,
    ]
    assert not is_mine(HERE, HERE, register=REGISTER)


def test_a_school_brings_its_own_cases_and_no_others() -> None:
    case = a_case(TRANSFER_WITHIN_PROVINCE, school=NEXT, releasing=RELEASING)
    require_party(case, Office(Tier.SCHOOL, RELEASING), HERE, register=REGISTER)
    require_party(case, Office(Tier.SCHOOL, NEXT), NEXT_COUNTY, register=REGISTER)
    for sender, here in ((NEXT, HERE), (RECEIVING, HERE), (RELEASING, NEXT_COUNTY)):
        with pytest.raises(OutsideJurisdiction):
            require_party(case, Office(Tier.SCHOOL, sender), here, register=REGISTER)
