"""Transfers inside the province: asked, endorsed by all four, applied once; or refused, with nothing left behind."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.case import CaseState
from kernel.custody import Custody
from kernel.endorsement import Decision
from kernel.feed import CaseAsked, CaseOutcome, CaseProgress, StudentLeft
from kernel.office import Office, Tier
from kernel.refusals import (
    ChainBroken,
    IdentityMismatch,
    NotApproved,
    NotOfferedHere,
    OutsideJurisdiction,
    ReasonNotListed,
    StudentHasOpenCase,
    StudentNotFound,
)
from kernel.regulation import Step

COUNTY = Office(Tier.AUTHORITY, "410105")
OTHER_COUNTY = Office(Tier.AUTHORITY, "410122")
SCHOOL = Office(Tier.SCHOOL, "2141000001")
SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000002")
OTHER_SCHOOL = Office(Tier.SCHOOL, "3141000003")


def last(entries: list[Any], kind: type) -> Any:
    return [entry for entry in entries if isinstance(entry, kind)][-1]


async def test_a_transfer_goes_through_all_four_and_is_applied_once(
    hub: Any, papers: Any, enrolled: Any, asked_for: Any, held: Any
) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    asked = last(await hub.told(COUNTY), CaseAsked)
    assert (asked.case, asked.step) == (case, "out_school")
    assert asked.shown == enrolled.values
    progress = last(await hub.told(OTHER_COUNTY), CaseProgress)
    assert (progress.step, progress.awaited_step, progress.awaited_office) == ("received", "out_school", str(SCHOOL))
    assert progress.due_at_ms > progress.at_ms
    assert held().open_case == case.case_id

    case = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL)
    case = papers.endorse(case, Step.OUT_AUTHORITY, COUNTY)
    receipt = await hub.submit(case, by=COUNTY)
    outcome = await hub.outcome(case, who=OTHER_COUNTY)
    (item,) = outcome.items
    assert outcome.closed
    assert (item.number, item.student_key) == (enrolled.number, enrolled.student_key)
    assert (item.record["grade"], item.record["school_class"]) == ("小学二年级", "3班")
    assert item.record["document_number"] == enrolled.values["document_number"]
    steps = [entry.step for entry in await hub.told(OTHER_COUNTY) if isinstance(entry, CaseProgress)]
    assert steps == ["received", "out_school", "out_authority"]
    left = last(await hub.told(COUNTY), StudentLeft)
    assert (left.number, left.destination) == (enrolled.number, OTHER_SCHOOL.code)

    now = held()
    assert (now.student.school, now.student.version, now.open_case) == (OTHER_SCHOOL.code, 2, "")
    assert (now.custody, now.epoch) == (Custody.HELD, 1)
    events = hub.database.transact(lambda tx: tx.students.history(enrolled.student_key))
    assert [(event.version, event.procedure) for event in events] == [(1, "enrolment"), (2, case.procedure_name)]
    assert events[1].office == str(COUNTY)
    assert events[1].changes == {
        "school": OTHER_SCHOOL.code,
        "values": {"grade": "小学二年级", "school_class": "3班"},
    }

    assert await hub.submit(case, by=COUNTY) == receipt
    assert held() == now


async def test_each_step_is_in_the_timeline(hub: Any, papers: Any, asked_for: Any) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    case = papers.endorse(papers.endorse(case, Step.OUT_SCHOOL, SCHOOL), Step.OUT_AUTHORITY, COUNTY)
    await hub.submit(case, by=COUNTY)
    timeline = hub.database.transact(lambda tx: tx.cases.timeline(case.case_id))
    assert [(event.step, event.office) for event in timeline] == [
        ("in_school", str(OTHER_SCHOOL)),
        ("in_authority", str(OTHER_COUNTY)),
        ("received", "province/41"),
        ("out_school", str(SCHOOL)),
        ("out_authority", str(COUNTY)),
        ("settled", "province/41"),
    ]


async def test_a_chain_that_grew_by_one_step_asks_the_next_office(hub: Any, papers: Any, asked_for: Any) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    case = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL)
    await hub.submit(case, by=COUNTY)
    progress = last(await hub.told(OTHER_COUNTY), CaseProgress)
    assert (progress.step, progress.awaited_step, progress.awaited_office) == (
        "out_school",
        "out_authority",
        str(COUNTY),
    )
    assert last(await hub.told(COUNTY), CaseAsked).step == "out_authority"


async def test_a_transfer_inside_one_authority_comes_whole_and_is_applied(
    hub: Any, papers: Any, enrolled: Any, held: Any
) -> None:
    case = papers.transfer(
        enrolled.number,
        name=enrolled.name,
        to=SECOND_SCHOOL.code,
        out_of=SCHOOL.code,
        procedure="transfer_within_authority",
    )
    case = papers.endorse(case, Step.IN_SCHOOL, SECOND_SCHOOL)
    case = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL)
    await hub.submit(papers.endorse(case, Step.IN_AUTHORITY, COUNTY))
    outcome = await hub.outcome(case)
    assert outcome.items[0].number == enrolled.number
    assert last(await hub.told(), StudentLeft).destination == SECOND_SCHOOL.code
    assert held().student.school == SECOND_SCHOOL.code


async def test_the_releasing_school_refuses_with_a_listed_reason_and_both_sides_hear_it(
    hub: Any, papers: Any, enrolled: Any, asked_for: Any, held: Any
) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    case = papers.endorse(
        case,
        Step.OUT_SCHOOL,
        SCHOOL,
        decision=Decision.REJECT,
        reason="监护人之间有争议",
        reason_code="guardian_dispute",
    )
    await hub.submit(case, by=COUNTY)
    for county in (COUNTY, OTHER_COUNTY):
        outcome = await hub.outcome(case, who=county)
        (item,) = outcome.items
        assert outcome.closed
        assert isinstance(item.refused, NotApproved)
        assert item.refused.detail["reason_code"] == "guardian_dispute"
        assert "监护人之间有争议" in item.refused.sentence
    assert (held().student, held().open_case) == (enrolled, "")


async def test_an_unlisted_reason_or_a_return_by_the_releasing_side_is_refused(
    hub: Any, papers: Any, asked_for: Any, held: Any
) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    unlisted = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL, decision=Decision.REJECT, reason="不想放人")
    with pytest.raises(ReasonNotListed):
        await hub.submit(unlisted, by=COUNTY)
    returned = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL, decision=Decision.RETURN, reason="再想想")
    with pytest.raises(NotOfferedHere):
        await hub.submit(returned, by=COUNTY)
    assert held().open_case == case.case_id
    record = hub.database.transact(lambda tx: tx.cases.get(case.case_id))
    assert (record.state, len(record.case.endorsements)) == (CaseState.OPEN, 2)


async def test_a_second_wish_for_a_pupil_waits_and_the_first_case_goes_on(
    hub: Any, papers: Any, asked_for: Any, held: Any
) -> None:
    first, second = asked_for(), asked_for()
    await hub.submit(first, by=OTHER_COUNTY)
    await hub.submit(second, by=OTHER_COUNTY)
    waits = [entry for entry in await hub.told(OTHER_COUNTY) if isinstance(entry, CaseProgress) and entry.waits_for]
    assert [(entry.case_id, type(entry.waits_for)) for entry in waits] == [(second.case_id, StudentHasOpenCase)]
    assert held().open_case == first.case_id
    assert [entry.case.case_id for entry in await hub.told(COUNTY) if isinstance(entry, CaseAsked)] == [first.case_id]


@pytest.mark.parametrize(
    ("differing", "refusal"),
    [
        ({"number": "L410105201501019994"}, StudentNotFound),
        ({"name": "另一人"}, IdentityMismatch),
        ({"out_of": SECOND_SCHOOL.code}, IdentityMismatch),
    ],
)
async def test_a_record_that_is_not_the_one_meant_ends_the_case_unasked(
    hub: Any, asked_for: Any, held: Any, differing: dict[str, str], refusal: type[Exception]
) -> None:
    case = asked_for(**differing)
    await hub.submit(case, by=OTHER_COUNTY)
    (item,) = (await hub.outcome(case, who=OTHER_COUNTY)).items
    assert isinstance(item.refused, refusal)
    assert held().open_case == ""
    assert not [entry for entry in await hub.told(COUNTY) if isinstance(entry, CaseAsked)]


async def test_two_chains_of_one_case_cannot_both_be_right(hub: Any, papers: Any, asked_for: Any) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    await hub.submit(papers.endorse(case, Step.OUT_SCHOOL, SCHOOL), by=COUNTY)
    other = papers.endorse(
        case, Step.OUT_SCHOOL, SCHOOL, decision=Decision.REJECT, reason="停", reason_code="court_order"
    )
    with pytest.raises(ChainBroken):
        await hub.submit(other, by=COUNTY)
    assert not [
        entry for entry in await hub.told(COUNTY) if isinstance(entry, CaseOutcome) and entry.case_id == case.case_id
    ]


async def test_the_receiving_county_cannot_submit_what_the_releasing_side_signed(
    hub: Any, papers: Any, asked_for: Any
) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    with pytest.raises(OutsideJurisdiction):
        await hub.submit(papers.endorse(case, Step.OUT_SCHOOL, SCHOOL), by=OTHER_COUNTY)
