"""Enrolments: from a county's submission to numbers, records, history and what the county hears."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from kernel.case import CaseState, ItemState
from kernel.custody import Custody
from kernel.endorsement import Decision, ItemException
from kernel.feed import CaseOutcome, CaseProgress
from kernel.history import state
from kernel.number import NumberKind, StudentNumber
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    AlreadyRegistered,
    CaseNotAwaitingThisOffice,
    DigestReused,
    OutsideJurisdiction,
    ReturnedForCorrection,
    RoleNotAllowed,
)
from kernel.regulation import Step
from xueji.desk.v1 import desk_pb2

COUNTY = Office(Tier.AUTHORITY, "410105")
OTHER_COUNTY = Office(Tier.AUTHORITY, "410122")


async def test_fifty_pupils_get_fifty_numbers_records_and_histories(hub: Any, index: Any, papers: Any) -> None:
    case = papers.approved_enrolment(*(papers.pupil() for _ in range(50)))
    receipt = await hub.submit(case)
    assert (receipt.case_id, receipt.head.hex()) == (case.case_id, case.head)

    outcome = await hub.outcome(case)
    assert outcome.closed
    numbers = {item.item_id: item.number for item in outcome.items}
    assert numbers.keys() == {item.item_id for item in case.items}
    assert len({StudentNumber.parse(number) for number in numbers.values()}) == 50
    for item in case.items:
        held = hub.database.transact(lambda tx, number=numbers[item.item_id]: tx.students.by_number(number))
        assert (held.custody, held.epoch, held.student.version) == (Custody.HELD, 1, 1)
        assert held.student.values == item.values
        assert held.student.school == case.school
        (event,) = hub.database.transact(lambda tx, key=held.student.student_key: tx.students.history(key))
        assert (event.version, event.case_id, event.procedure) == (1, case.case_id, "enrolment")
        assert state([event]) == held.student
        assert (event.office, event.rule_pack) == (str(COUNTY), case.rule_pack)
        assert event.person


async def test_the_county_sees_that_numbers_are_asked_before_it_hears_the_outcome(
    hub: Any, index: Any, papers: Any
) -> None:
    case = papers.approved_enrolment(papers.pupil())
    await hub.submit(case)
    await hub.outcome(case)
    progress, outcome = await hub.told()
    assert isinstance(progress, CaseProgress)
    assert (progress.step, progress.office) == ("received", "province/41")
    assert (progress.awaited_step, progress.awaited_office) == ("number_asked", "nation/00")
    assert isinstance(outcome, CaseOutcome)
    assert await hub.told(OTHER_COUNTY) == []


async def test_the_same_submission_again_changes_nothing_and_gets_the_same_receipt(
    hub: Any, index: Any, papers: Any
) -> None:
    case = papers.approved_enrolment(papers.pupil(), papers.pupil())
    first = await hub.submit(case)
    before = await hub.outcome(case)
    for _ in range(2):
        assert await hub.submit(case) == first
    assert await hub.outcome(case) == before
    assert len(await hub.told()) == 2
    assert hub.database.transact(lambda tx: tx.students.count_by_custody()) == {Custody.HELD: 2}


async def test_submissions_side_by_side_are_one_case(hub: Any, index: Any, papers: Any) -> None:
    case = papers.approved_enrolment(papers.pupil())
    receipts = await asyncio.gather(*(hub.submit(case) for _ in range(8)))
    assert all((receipt.case_id, receipt.head) == (case.case_id, receipts[0].head) for receipt in receipts)
    await hub.outcome(case)
    assert len(await hub.told()) == 2


async def test_another_case_under_the_same_id_is_refused(hub: Any, index: Any, papers: Any) -> None:
    case = papers.approved_enrolment(papers.pupil())
    await hub.submit(case)
    other = replace(papers.enrolment(papers.pupil()), case_id=case.case_id)
    other = papers.endorse(other, Step.IN_SCHOOL, Office(Tier.SCHOOL, other.school))
    other = papers.endorse(other, Step.IN_AUTHORITY, COUNTY)
    with pytest.raises(DigestReused):
        await hub.submit(other)


async def test_a_child_who_has_a_record_is_refused_by_province_while_the_others_stand(
    hub: Any, index: Any, papers: Any
) -> None:
    known, new = papers.pupil(), papers.pupil()
    first = papers.approved_enrolment(known)
    await hub.submit(first)
    await hub.outcome(first)

    again = papers.pupil(**{key: known.values[key] for key in ("document_number", "birth_date")})
    second = papers.approved_enrolment(again, new)
    await hub.submit(second)
    refused, stands = (await hub.outcome(second)).items
    assert isinstance(refused.refused, AlreadyRegistered)
    assert refused.refused.detail == {"province": "河南省"}
    assert refused.number == ""
    assert StudentNumber.parse(stands.number).kind is NumberKind.TEMPORARY
    record = hub.database.transact(lambda tx: tx.cases.get(second.case_id))
    assert (record.state, record.heading.items_done, record.heading.items_refused) == (CaseState.CLOSED, 1, 1)


async def test_an_excepted_pupil_gets_no_number(hub: Any, index: Any, papers: Any) -> None:
    stands, excepted = papers.pupil(), papers.pupil()
    exception = ItemException(excepted.item_id, Decision.RETURN, "缺少监护人")
    case = papers.approved_enrolment(stands, excepted, exceptions=(exception,))
    await hub.submit(case)
    outcome = await hub.outcome(case)
    assert outcome.closed
    assert [item.item_id for item in outcome.items] == [stands.item_id]
    kept = hub.database.transact(lambda tx: tx.cases.items(case.case_id))
    assert [item.state for item in kept] == [ItemState.DONE, ItemState.RETURNED]
    assert isinstance(kept[1].refusal, ReturnedForCorrection)


async def test_without_the_index_a_case_waits_and_goes_on_when_it_is_back(hub: Any, index: Any, papers: Any) -> None:
    await index.stop()
    case = papers.approved_enrolment(papers.pupil())
    await hub.submit(case)
    stub = hub.desk()
    view = await stub.GetCase(desk_pb2.GetCaseRequest(case_id=case.case_id))
    assert (view.summary.state, view.summary.awaited_step) == ("open", "number_asked")
    await hub.database_shows_a_failed_question()
    assert not [entry for entry in await hub.told() if isinstance(entry, CaseOutcome)]

    await index.start()
    assert (await hub.outcome(case, seconds=40)).items[0].number


async def test_a_hub_that_restarts_goes_on_from_its_outbox(hub: Any, index: Any, papers: Any) -> None:
    await index.stop()
    case = papers.approved_enrolment(papers.pupil())
    receipt = await hub.submit(case)
    await hub.restart()
    assert await hub.submit(case) == receipt
    await index.start()
    assert (await hub.outcome(case, seconds=40)).items[0].number


async def test_an_officer_of_the_province_looks_and_decides_only_what_asks_the_province(
    hub: Any, index: Any, papers: Any
) -> None:
    case = papers.approved_enrolment(papers.pupil(name="张三"), papers.pupil(name="李四"), papers.pupil(name="张三"))
    await hub.submit(case)
    outcome = await hub.outcome(case)
    stub = hub.desk()

    named = await stub.ListStudents(desk_pb2.ListStudentsRequest(name="张三", page_size=10))
    assert {student.number for student in named.students} == {outcome.items[0].number, outcome.items[2].number}
    assert {(student.custody, student.epoch) for student in named.students} == {("held", 1)}
    (one,) = (
        await stub.ListStudents(desk_pb2.ListStudentsRequest(number=outcome.items[1].number, page_size=10))
    ).students
    assert (one.name, one.school, one.status_title) == ("李四", case.school, "在读")
    document = case.items[1].values["document_number"]
    by_document = await stub.ListStudents(desk_pb2.ListStudentsRequest(document=f" {document.lower()}", page_size=10))
    assert [student.number for student in by_document.students] == [outcome.items[1].number]

    seen: list[str] = []
    token = ""
    while True:
        page = await stub.ListStudents(desk_pb2.ListStudentsRequest(page_size=2, page_token=token))
        seen += [student.number for student in page.students]
        token = page.next_page_token
        if not token:
            break
    assert sorted(seen) == sorted(item.number for item in outcome.items)

    with pytest.raises(CaseNotAwaitingThisOffice):
        await stub.DecideCase(desk_pb2.DecideCaseRequest(case_id=case.case_id, decision=desk_pb2.DECISION_APPROVE))


async def test_strangers_are_turned_away_from_the_desk_and_the_intake(hub: Any, index: Any, papers: Any) -> None:
    listing = desk_pb2.ListStudentsRequest(page_size=1)
    with pytest.raises(OutsideJurisdiction):
        await hub.desk(Identity("dev", COUNTY, Role.OFFICER, "c001")).ListStudents(listing)
    with pytest.raises(RoleNotAllowed):
        await hub.desk(Identity("dev", Office(Tier.PROVINCE, "41"), Role.REGISTRAR, "s002")).ListStudents(listing)
    with pytest.raises(OutsideJurisdiction):
        await hub.submit(papers.approved_enrolment(papers.pupil()), by=Office(Tier.SCHOOL, "2141000001"))
