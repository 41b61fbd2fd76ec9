"""What the hub says, taken in and passed on: each school hears what concerns it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from county_node.usecases.take_refusal import take_refusal
from kernel.calendar import working_days_after
from kernel.case import CaseState, ItemState
from kernel.endorsement import Decision
from kernel.feed import CaseAsked, CaseOutcome, CaseProgress, CustodyReceipt, ItemOutcome, StudentLeft
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.refusals import (
    AlreadyRegistered,
    CaseAlreadyDecided,
    DigestReused,
    NotApproved,
    OutsideJurisdiction,
    RulePackUnknown,
    SchoolUnknown,
)
from kernel.regulation import Step
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2141000002")
OTHER_SCHOOL = Office(Tier.SCHOOL, "3141000003")
NUMBER = "L410105201501010014"
AT_MS = 1_790_000_000_000


@pytest.fixture
async def sent_up(county: Any, papers: Any) -> Any:
    """An enrolment of two, approved here and on its way."""
    case = papers.enrolment(papers.pupil(name="张三"), papers.pupil(name="李四"))
    await county.submit(case)
    await county.decide(case)
    return case


@pytest.fixture
def asked_for(county: Any, papers: Any) -> Any:
    """The hub asks for a pupil of the first school, whom the other county's school wants."""
    case = papers.transfer("transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    case = papers.endorse(case, Step.IN_AUTHORITY, OTHER_COUNTY)
    county.absorb(CaseAsked(case, "out_school", {"name": "张三", "sex": "1"}))
    return case


def pupils_of(county: Any) -> set[tuple[str, str, str]]:
    found = county.database.transact(lambda tx: tx.students.page(number="", name="", after="", size=100))
    return {(student.name, student.school, student.status) for student in found}


def numbered(case: Any, key: str = "", **record: str) -> CaseOutcome:
    items = tuple(
        ItemOutcome(item.item_id, number=f"{NUMBER[:-1]}{digit}", student_key=key or str(new_uuid7()), record=record)
        for digit, item in enumerate(case.items)
    )
    return CaseOutcome(case.case_id, items, closed=True, at_ms=AT_MS)


async def test_outcomes_close_the_case_and_reach_the_school(county: Any, sent_up: Any) -> None:
    first, second = sent_up.items
    refused = ItemOutcome(second.item_id, refused=AlreadyRegistered(province="广东省"))
    done = ItemOutcome(first.item_id, number=NUMBER, student_key=str(new_uuid7()))
    county.absorb(CaseOutcome(sent_up.case_id, (done, refused), closed=True, at_ms=AT_MS))
    record = county.record(sent_up)
    assert (record.state, record.heading.items_done, record.heading.items_refused) == (CaseState.CLOSED, 1, 1)
    told = await county.outcome(sent_up)
    assert [item.number for item in told.items] == [NUMBER, ""]
    assert isinstance(told.items[1].refused, AlreadyRegistered)
    assert pupils_of(county) == {("张三", SCHOOL.code, "enrolled")}
    assert await county.told(SECOND_SCHOOL.code) == []


async def test_progress_moves_the_worklist_and_reaches_the_school(county: Any, sent_up: Any) -> None:
    progress = CaseProgress(sent_up.case_id, "received", "province/41", AT_MS, "number_asked", "nation/00", AT_MS + 1)
    county.absorb(progress)
    assert county.record(sent_up).awaited.office == "nation/00"
    assert (await county.told(SCHOOL.code))[-1] == progress
    assert county.steps(sent_up)[-1] == ("received", "province/41")


async def test_the_releasing_school_is_asked_with_the_record_beside_the_case(county: Any, asked_for: Any) -> None:
    (asked,) = await county.told(SCHOOL.code)
    assert (asked.case, asked.step, asked.shown) == (asked_for, "out_school", {"name": "张三", "sex": "1"})
    record = county.record(asked_for)
    assert (record.awaited.step, record.awaited.office) == ("out_school", str(SCHOOL))
    assert record.heading.due_at is not None
    assert record.shown == asked.shown


async def test_a_question_asked_again_takes_no_endorsement_back(county: Any, papers: Any, asked_for: Any) -> None:
    released = papers.endorse(asked_for, Step.OUT_SCHOOL, SCHOOL)
    await county.submit(released, by=SCHOOL)
    county.absorb(CaseAsked(asked_for, "out_school"))
    record = county.record(asked_for)
    assert (record.case, record.awaited.office) == (released, str(COUNTY))


async def test_the_hub_may_ask_the_authority_itself(county: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    case = papers.endorse(case, Step.IN_AUTHORITY, OTHER_COUNTY)
    case = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL)
    county.absorb(CaseAsked(case, "out_authority"))
    assert county.record(case).awaited.office == str(COUNTY)
    assert await county.told(SCHOOL.code) == []
    await county.decide(case)
    assert county.waiting_above() == 1


async def test_a_pupil_who_left_is_so_in_the_books_of_county_and_school(county: Any, papers: Any) -> None:
    enrolment = papers.enrolment(papers.pupil(name="张三"))
    await county.submit(enrolment)
    await county.decide(enrolment)
    county.absorb(numbered(enrolment))
    number = county.items(enrolment)[0].number

    case = papers.transfer(
        "transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="张三", number=number
    )
    case = papers.endorse(case, Step.IN_AUTHORITY, OTHER_COUNTY)
    county.absorb(CaseAsked(case, "out_school"))
    await county.submit(papers.endorse(case, Step.OUT_SCHOOL, SCHOOL), by=SCHOOL)
    await county.decide(case)
    left = StudentLeft(case.case_id, number, OTHER_SCHOOL.code, AT_MS)
    county.absorb(left)
    assert (await county.told(SCHOOL.code))[-1] == left
    assert pupils_of(county) == {("张三", SCHOOL.code, "transferred_out")}
    assert county.record(case).state is CaseState.CLOSED
    assert [item.state for item in county.items(case)] == [ItemState.DONE]


async def test_a_move_between_two_schools_here_reaches_both_each_in_its_words(county: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    await county.submit(papers.endorse(case, Step.OUT_SCHOOL, SECOND_SCHOOL), by=SECOND_SCHOOL)
    await county.decide(case)
    left = StudentLeft(case.case_id, NUMBER, SCHOOL.code, AT_MS)
    county.absorb(numbered(case, sex="1"), left)
    assert isinstance((await county.told(SCHOOL.code))[-1], CaseOutcome)
    releasing = await county.told(SECOND_SCHOOL.code)
    assert releasing[-1] == left
    # The record goes on at the other school, and is for it alone.
    assert not [entry for entry in releasing if isinstance(entry, CaseOutcome)]
    assert pupils_of(county) == {("张三", SCHOOL.code, "enrolled")}


async def test_a_refused_transfer_reaches_both_schools(county: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    refusing = papers.endorse(
        case, Step.OUT_SCHOOL, SECOND_SCHOOL, decision=Decision.REJECT, reason="争议", reason_code="guardian_dispute"
    )
    await county.submit(refusing, by=SECOND_SCHOOL)
    (item,) = case.items
    refused = ItemOutcome(item.item_id, refused=NotApproved(reason="争议"))
    county.absorb(CaseOutcome(case.case_id, (refused,), closed=True, at_ms=AT_MS))
    for school in (SCHOOL, SECOND_SCHOOL):
        outcome = await county.outcome(case, school=school.code)
        assert isinstance(outcome.items[0].refused, NotApproved)
    assert county.record(case).state is CaseState.CLOSED


async def test_what_is_said_of_a_case_that_never_came_here_stops_nobody(county: Any, sent_up: Any) -> None:
    unknown = str(new_uuid7())
    county.absorb(
        CaseProgress(unknown, "close_asked", "nation/00", AT_MS),
        CaseOutcome(unknown, (ItemOutcome(str(new_uuid7()), refused=NotApproved(reason="无")),), True, AT_MS),
        StudentLeft(unknown, NUMBER, "44", AT_MS),
        CustodyReceipt("a.b.c"),
    )
    county.absorb(numbered(sent_up))
    assert county.record(sent_up).state is CaseState.CLOSED


async def test_a_question_for_a_school_that_is_not_ours_stops_the_feed(county: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_province", to=SCHOOL.code, out_of=OTHER_SCHOOL.code, name="张三")
    with pytest.raises(OutsideJurisdiction):
        county.absorb(CaseAsked(case, "out_school"))
    assert county.record(case) is None


async def test_another_content_under_a_known_id_stops_the_feed(county: Any, asked_for: Any) -> None:
    with pytest.raises(DigestReused):
        county.absorb(CaseAsked(replace(asked_for, filed_at_ms=asked_for.filed_at_ms + 1), "out_school"))


async def test_a_question_under_a_law_that_is_not_here_stops_the_feed(county: Any, asked_for: Any) -> None:
    """Nobody could say until when it must be answered; once the node has the law, the feed goes on."""
    with pytest.raises(RulePackUnknown):
        county.absorb(CaseAsked(replace(asked_for, case_id=str(new_uuid7()), rule_pack="2099.1"), "out_school"))


async def test_another_province_s_rules_need_not_be_here(county: Any, asked_for: Any) -> None:
    """What comes from another province is judged by the national text alone."""
    case = replace(
        asked_for,
        case_id=str(new_uuid7()),
        procedure_name="transfer_between_provinces",
        school="2144000001",
        rule_pack="2025.1+44.99",
    )
    county.absorb(CaseAsked(case, "out_school"))
    heading = county.record(case).heading
    assert heading.due_at == working_days_after(heading.received_at, 10).at


async def test_an_endorsement_that_came_too_late_for_the_hub_leaves_the_outcome_to_the_feed(
    county: Any, sent_up: Any
) -> None:
    refuse = partial(take_refusal, bench=county.bench)
    now = county.record(sent_up).heading.received_at
    county.database.transact(refuse, sent_up, CaseAlreadyDecided(outcome="已办结"), now=now)
    assert [item.state for item in county.items(sent_up)] == [ItemState.PENDING, ItemState.PENDING]
    county.absorb(numbered(sent_up))
    assert [item.state for item in county.items(sent_up)] == [ItemState.DONE, ItemState.DONE]


async def test_a_refusal_of_the_hub_comes_back_to_the_school_once(county: Any, sent_up: Any) -> None:
    refuse = partial(take_refusal, bench=county.bench)
    now = county.record(sent_up).heading.received_at
    for _ in range(2):
        county.database.transact(refuse, sent_up, SchoolUnknown(school=SCHOOL.code), now=now)
    outcomes = [entry for entry in await county.told(SCHOOL.code) if isinstance(entry, CaseOutcome)]
    (outcome,) = outcomes
    assert outcome.closed
    assert {type(item.refused) for item in outcome.items} == {SchoolUnknown}
    assert county.record(sent_up).state is CaseState.CLOSED


async def test_a_school_reads_its_own_feed_and_nobody_elses_office_reads_any(county: Any, sent_up: Any) -> None:
    assert await county.told(SCHOOL.code)
    assert await county.told(OTHER_SCHOOL.code) == []
    with pytest.raises(OutsideJurisdiction):
        await read_as(county, OTHER_COUNTY)


async def read_as(county: Any, who: Office) -> None:
    stub = exchange_pb2_grpc.FeedServiceStub(county.channel(who))
    await stub.Read(exchange_pb2.ReadRequest(after=0, limit=1, wait_ms=0))
