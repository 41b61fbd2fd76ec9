"""Two real counties below a real hub: what goes up, what the hub makes of it, and what reaches the schools."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.case import CaseState, ItemState
from kernel.endorsement import Decision
from kernel.feed import CaseAsked, CaseOutcome, CaseProgress, StudentLeft
from kernel.office import Office, Tier
from kernel.refusals import AlreadyRegistered, NotApproved, OutsideJurisdiction, StudentNotFound
from kernel.regulation import Step

SCHOOL, SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2141000002")
OTHER_SCHOOL = Office(Tier.SCHOOL, "3141000003")


@pytest.fixture
async def enrolled(province: Any, papers: Any) -> tuple[str, str]:
    """Name and number of a pupil whom the first school has just registered."""
    pupil = papers.pupil()
    case = papers.enrolment(pupil)
    await province.county.submit(case)
    await province.county.decide(case)
    (item,) = (await province.county.outcome(case)).items
    return pupil.values["name"], item.number


@pytest.fixture
async def asked_for(province: Any, papers: Any, enrolled: tuple[str, str]) -> Any:
    """The other county's school wants the pupil, its county has approved, and the first school has been asked."""
    name, number = enrolled
    case = papers.transfer(
        "transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name=name, number=number
    )
    await province.other_county.submit(case)
    await province.other_county.decide(case)
    asked = await province.county.entry(CaseAsked, case, school=SCHOOL.code)
    return asked.case


async def test_an_intake_gets_its_numbers_and_the_excepted_pupil_gets_none(province: Any, papers: Any) -> None:
    county = province.county
    known, new, excepted = papers.pupil(), papers.pupil(), papers.pupil()
    first = papers.enrolment(known)
    await county.submit(first)
    await county.decide(first)
    await county.outcome(first)

    again = papers.pupil(document_number=known.values["document_number"], birth_date=known.values["birth_date"])
    case = papers.enrolment(again, new, excepted)
    await county.submit(case)
    await county.decide(
        case, exceptions=[{"item_id": excepted.item_id, "decision": "DECISION_RETURN", "reason": "缺少监护人"}]
    )

    await county.closed(case)
    states = {item.item.item_id: item.state for item in county.items(case)}
    assert states == {
        again.item_id: ItemState.REFUSED,
        new.item_id: ItemState.DONE,
        excepted.item_id: ItemState.RETURNED,
    }
    told = await county.outcome(case)
    by_id = {item.item_id: item for item in told.items}
    assert isinstance(by_id[again.item_id].refused, AlreadyRegistered)
    assert province.held(by_id[new.item_id].number).student.school == SCHOOL.code
    awaited = [entry.awaited_office for entry in await county.told(SCHOOL.code) if is_progress(entry, case)]
    assert awaited == ["authority/410105", "province/41", "nation/00"]


async def test_a_child_moves_from_one_county_to_the_other(province: Any, papers: Any, asked_for: Any) -> None:
    county, other = province.county, province.other_county
    asked = await county.entry(CaseAsked, asked_for, school=SCHOOL.code)
    (item,) = asked_for.items
    number = item.values["number"]
    assert asked.shown == province.held(number).student.values
    progress = await other.entry(CaseProgress, asked_for, awaited_step="out_school")
    assert progress.awaited_office == str(SCHOOL)

    released = papers.endorse(asked_for, Step.OUT_SCHOOL, SCHOOL)
    await county.submit(released, by=SCHOOL)
    await county.decide(asked_for)
    outcome = await other.outcome(asked_for)
    assert outcome.items[0].number == number
    assert outcome.items[0].record["document_number"] == asked.shown["document_number"]
    left = await county.entry(StudentLeft, asked_for, school=SCHOOL.code)
    assert (left.number, left.destination) == (number, OTHER_SCHOOL.code)

    assert province.held(number).student.school == OTHER_SCHOOL.code
    assert [record.state for record in (county.record(asked_for), other.record(asked_for))] == [CaseState.CLOSED] * 2
    known = {county.office: "transferred_out", other.office: "enrolled"}
    for node in (county, other):
        (student,) = node.database.transact(lambda tx: tx.students.page(number=number, name="", after="", size=9))
        assert student.status == known[node.office]
    steps = [entry.step for entry in await other.told(OTHER_SCHOOL.code) if is_progress(entry, asked_for)]
    assert steps == ["received", "in_authority", "received", "out_school", "out_authority"]


async def test_a_refusal_by_the_releasing_school_reaches_both_schools_through_their_counties(
    province: Any, papers: Any, asked_for: Any
) -> None:
    refusing = papers.endorse(
        asked_for, Step.OUT_SCHOOL, SCHOOL, decision=Decision.REJECT, reason="争议", reason_code="guardian_dispute"
    )
    await province.county.submit(refusing, by=SCHOOL)
    for county, school in ((province.county, SCHOOL), (province.other_county, OTHER_SCHOOL)):
        outcome = await county.outcome(asked_for, school=school.code)
        assert outcome.closed
        assert isinstance(outcome.items[0].refused, NotApproved)
        assert county.record(asked_for).state is CaseState.CLOSED
    assert province.held(asked_for.items[0].values["number"]).open_case == ""


async def test_a_refusal_by_the_releasing_authority_does_so_too(province: Any, papers: Any, asked_for: Any) -> None:
    await province.county.submit(papers.endorse(asked_for, Step.OUT_SCHOOL, SCHOOL), by=SCHOOL)
    await province.county.decide(asked_for, Decision.REJECT, reason="法院限制", reason_code="court_order")
    for county, school in ((province.county, SCHOOL), (province.other_county, OTHER_SCHOOL)):
        outcome = await county.outcome(asked_for, school=school.code)
        assert isinstance(outcome.items[0].refused, NotApproved)


@pytest.mark.parametrize("procedure", ["transfer_within_authority", "transfer_within_province"])
async def test_a_child_moves_between_two_schools_of_one_county(
    province: Any, papers: Any, enrolled: tuple[str, str], procedure: str
) -> None:
    name, number = enrolled
    county = province.county
    case = papers.transfer(procedure, to=SECOND_SCHOOL.code, out_of=SCHOOL.code, name=name, number=number)
    await county.submit(case)
    if procedure == "transfer_within_province":
        await county.decide(case)
    asked = await county.entry(CaseAsked, case, school=SCHOOL.code)
    await county.submit(papers.endorse(asked.case, Step.OUT_SCHOOL, SCHOOL), by=SCHOOL)
    await county.decide(case)
    assert (await county.outcome(case)).items[0].number == number
    assert (await county.entry(StudentLeft, case, school=SCHOOL.code)).destination == SECOND_SCHOOL.code
    assert outcomes_of(case, await county.told(SCHOOL.code)) == []
    assert province.held(number).student.school == SECOND_SCHOOL.code
    (student,) = county.database.transact(lambda tx: tx.students.page(number=number, name="", after="", size=9))
    assert (student.school, student.status) == (SECOND_SCHOOL.code, "enrolled")


async def test_what_the_hub_will_not_take_comes_back_to_the_school_with_its_words(province: Any, papers: Any) -> None:
    # By the procedure for one authority, though the schools have two: that of the releasing side would be left out.
    case = papers.transfer("transfer_within_authority", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    county = province.other_county
    await county.submit(case)
    outcome = await county.outcome(case)
    assert outcome.closed
    assert {type(item.refused) for item in outcome.items} == {OutsideJurisdiction}
    assert county.steps(case)[-1] == ("refused_above", "province/41")
    assert county.record(case).state is CaseState.CLOSED
    assert county.waiting_above() == 0


async def test_a_transfer_of_nobody_ends_without_the_releasing_side_being_asked(province: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="无此人")
    await province.other_county.submit(case)
    await province.other_county.decide(case)
    (item,) = (await province.other_county.outcome(case)).items
    assert isinstance(item.refused, StudentNotFound)
    assert province.county.record(case) is None


async def test_a_county_that_restarts_goes_on_where_it_was(province: Any, papers: Any) -> None:
    county = province.county
    cases = [papers.enrolment(papers.pupil()) for _ in range(3)]
    for case in cases:
        await county.submit(case)
        await county.decide(case)
    await county.restart()
    for case in cases:
        assert (await county.outcome(case)).items[0].number
        assert len(outcomes_of(case, await county.told(SCHOOL.code))) == 1


async def test_cases_that_waited_for_the_hub_go_up_when_it_is_there(province: Any, county: Any, papers: Any) -> None:
    """The hub has told this authority of cases that this node, which is new, has never seen: that stops nothing."""
    cases = [papers.enrolment(papers.pupil()) for _ in range(3)]
    for case in cases:
        await county.submit(case)
        await county.decide(case)
    assert county.waiting_above() == 3
    await county.restart(upstream_address=province.county.settings.upstream_address)
    for case in cases:
        assert (await county.outcome(case)).items[0].number
    assert county.waiting_above() == 0


def is_progress(entry: object, case: Any) -> bool:
    return isinstance(entry, CaseProgress) and entry.case_id == case.case_id


def outcomes_of(case: Any, told: list[Any]) -> list[CaseOutcome]:
    return [entry for entry in told if isinstance(entry, CaseOutcome) and entry.case_id == case.case_id]
