"""What a hub does not take in, and how it says so. Nothing of a refused submission stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.case import Item
from kernel.endorsement import Decision, ItemException
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    AlreadyCustodian,
    ChainBroken,
    EndorsementOutOfTurn,
    OutsideJurisdiction,
    RequestMalformed,
    RulePackNotInForce,
    RulePackUnknown,
    SchoolUnknown,
    SignatureInvalid,
)
from kernel.regulation import Step

COUNTY = Office(Tier.AUTHORITY, "410105")
OTHER_COUNTY = Office(Tier.AUTHORITY, "410122")
SCHOOL = Office(Tier.SCHOOL, "2141000001")
SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000002")


@pytest.fixture
async def refused(hub: Any, index: Any) -> Any:
    """Asserts that a submission is refused by that name, and leaves nothing behind."""

    async def check(refusal: type[Exception], case: Any, *, by: Office = COUNTY) -> Any:
        with pytest.raises(refusal) as caught:
            await hub.submit(case, by=by)
        assert hub.database.transact(lambda tx: tx.cases.find(case.case_id)) is None
        assert await hub.told() == []
        return caught.value

    return check


def with_a_letter_changed(jws: str) -> str:
    """The same statement with a signature that is not its own."""
    head, _, signature = jws.rpartition(".")
    return f"{head}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"


async def test_a_forged_signature_is_refused(refused: Any, papers: Any) -> None:
    case = papers.approved_enrolment(papers.pupil())
    in_school, in_authority = case.endorsements
    await refused(SignatureInvalid, replace(case, endorsements=(in_school, with_a_letter_changed(in_authority))))


@pytest.mark.parametrize(
    ("pack", "refusal"),
    [("2013.1", RulePackNotInForce), ("2025.1+44.1", RulePackUnknown), ("2099.1", RulePackUnknown)],
)
async def test_a_case_under_another_law_than_that_of_its_day_and_place_is_refused(
    refused: Any, papers: Any, pack: str, refusal: type[Exception]
) -> None:
    case = replace(papers.approved_enrolment(papers.pupil()), rule_pack=pack, endorsements=())
    await refused(refusal, papers.approved(case))


async def test_a_pupil_added_after_the_school_signed_is_refused(refused: Any, papers: Any) -> None:
    case = papers.approved_enrolment(papers.pupil())
    await refused(ChainBroken, replace(case, items=(*case.items, papers.pupil())))


async def test_a_missing_step_is_refused_by_its_name(refused: Any, papers: Any) -> None:
    bare = papers.enrolment(papers.pupil())
    said = await refused(ChainBroken, bare)
    assert "申请（转入）学校审核" in said.sentence
    said = await refused(ChainBroken, papers.endorse(bare, Step.IN_SCHOOL, SCHOOL))
    assert "学籍主管部门核准" in said.sentence


async def test_a_step_out_of_turn_is_refused(refused: Any, papers: Any) -> None:
    case = papers.enrolment(papers.pupil())
    await refused(EndorsementOutOfTurn, papers.endorse(case, Step.IN_AUTHORITY, COUNTY))


async def test_endorsements_of_the_wrong_office_are_refused(refused: Any, papers: Any) -> None:
    filed = papers.enrolment(papers.pupil())
    by_school = papers.endorse(filed, Step.IN_SCHOOL, SCHOOL)
    await refused(OutsideJurisdiction, papers.endorse(by_school, Step.IN_AUTHORITY, OTHER_COUNTY))
    by_another = papers.endorse(filed, Step.IN_SCHOOL, SECOND_SCHOOL)
    await refused(OutsideJurisdiction, papers.endorse(by_another, Step.IN_AUTHORITY, COUNTY))


async def test_a_person_cannot_endorse_for_the_office(refused: Any, papers: Any) -> None:
    officer = Identity("dev", COUNTY, Role.OFFICER, "c001")
    by_school = papers.endorse(papers.enrolment(papers.pupil()), Step.IN_SCHOOL, SCHOOL)
    await refused(OutsideJurisdiction, papers.endorse(by_school, Step.IN_AUTHORITY, officer))


async def test_another_county_cannot_submit_for_this_one(refused: Any, papers: Any) -> None:
    await refused(OutsideJurisdiction, papers.approved_enrolment(papers.pupil()), by=OTHER_COUNTY)


async def test_what_the_county_refused_is_settled_there_and_not_taken_here(refused: Any, papers: Any) -> None:
    filed = papers.endorse(papers.enrolment(papers.pupil()), Step.IN_SCHOOL, SCHOOL)
    rejected = papers.endorse(filed, Step.IN_AUTHORITY, COUNTY, decision=Decision.REJECT, reason="材料不实")
    await refused(ChainBroken, rejected)
    (item,) = filed.items
    excepted = (ItemException(item.item_id, Decision.RETURN, "缺少监护人"),)
    await refused(ChainBroken, papers.endorse(filed, Step.IN_AUTHORITY, COUNTY, exceptions=excepted))


async def test_a_school_that_is_in_no_register_is_refused(refused: Any, papers: Any) -> None:
    unknown = Office(Tier.SCHOOL, "2141999999")
    case = papers.endorse(papers.enrolment(papers.pupil(), school=unknown.code), Step.IN_SCHOOL, unknown)
    await refused(OutsideJurisdiction, papers.endorse(case, Step.IN_AUTHORITY, COUNTY))


@pytest.mark.parametrize(
    ("procedure", "schools", "refusal"),
    [
        ("transfer_within_province", ("2141000001", "2141999999"), SchoolUnknown),
        ("transfer_within_province", ("2141000001", "2144000001"), SchoolUnknown),
        ("transfer_within_province", ("2141000001", "2141000001"), RequestMalformed),
        # Two authorities: the procedure of one would leave out the releasing authority's endorsement.
        ("transfer_within_authority", ("2141000001", "3141000003"), OutsideJurisdiction),
        ("transfer_between_provinces", ("2141000001", "2141000002"), AlreadyCustodian),
    ],
)
async def test_a_transfer_that_does_not_fit_its_procedure_is_refused(
    refused: Any, papers: Any, procedure: str, schools: tuple[str, str], refusal: type[Exception]
) -> None:
    to, out_of = schools
    case = papers.transfer("L410105201501010014", name="学生", to=to, out_of=out_of, procedure=procedure)
    for step in case.procedure.chain[:2]:
        by = {Step.IN_SCHOOL: Office(Tier.SCHOOL, to), Step.OUT_SCHOOL: Office(Tier.SCHOOL, out_of)}.get(step, COUNTY)
        case = papers.endorse(case, step, by)
    await refused(refusal, case)


async def test_a_transfer_of_two_pupils_is_refused(refused: Any, papers: Any) -> None:
    case = papers.transfer(
        "L410105201501010014", name="学生", to="2141000001", out_of="3141000003", procedure="transfer_within_province"
    )
    second = Item(papers.pupil().item_id, case.items[0].values)
    case = replace(case, items=(*case.items, second))
    case = papers.endorse(papers.endorse(case, Step.IN_SCHOOL, SCHOOL), Step.IN_AUTHORITY, COUNTY)
    await refused(RequestMalformed, case)
