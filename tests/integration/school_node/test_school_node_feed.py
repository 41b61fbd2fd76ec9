"""What comes down from the authority: numbers, reasons, questions about pupils, and who has left."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from kernel.endorsement import Decision
from kernel.feed import CaseAsked, CaseOutcome, CaseProgress, ItemOutcome, StudentLeft
from kernel.ids import new_uuid7
from kernel.refusals import (
    AlreadyRegistered,
    CaseAlreadyDecided,
    NotApproved,
    NotOfferedHere,
    ReasonNotListed,
    ReturnedForCorrection,
    StudentNotFound,
)
from kernel.regulation import Step
from waiting import eventually
from xueji.desk.v1 import desk_pb2

NUMBERS = ("L419998201103070011", "L419998201103070022")
AUTHORITY = "authority/410105"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def outcome(case_id: str, *items: ItemOutcome, closed: bool = True) -> CaseOutcome:
    return CaseOutcome(case_id, items, closed, now_ms())


async def numbered(school: Any, place: int, *, number: str = NUMBERS[0], entries: int = 0) -> str:
    """A pupil with a number at this school, after so many entries of the feed; returns the pupil's name."""
    case_id = await school.entered(place)
    await school.decide(case_id)
    (item,) = (await school.case(case_id)).items
    school.authority.tell(outcome(case_id, ItemOutcome(item.item_id, number=number, student_key=str(uuid.uuid4()))))
    await school.until_absorbed(entries + 1)
    return str(item.values["name"])


async def test_a_draft_becomes_a_numbered_pupil_a_returned_or_a_refused_one(school: Any) -> None:
    await school.authority.start()
    case_id = await school.entered(1, 2, 3, 4)
    await school.decide(case_id)
    done, returned, refused, elsewhere = (item.item_id for item in (await school.case(case_id)).items)
    key = str(uuid.uuid4())
    school.authority.tell(
        outcome(
            case_id,
            ItemOutcome(returned, refused=ReturnedForCorrection(reason="监护人有误")),
            ItemOutcome(refused, refused=NotApproved(reason="不属本县")),
            closed=False,
        ),
        outcome(
            case_id,
            ItemOutcome(done, number=NUMBERS[0], student_key=key),
            ItemOutcome(elsewhere, refused=AlreadyRegistered(province="广东省")),
        ),
    )
    await school.until_absorbed(2)

    assert school.states() == {"numbered": 1, "returned": 1, "refused": 2}
    (student,) = await school.students()
    assert (student.number, student.student_key, student.school) == (NUMBERS[0], key, "2141000001")
    assert [found.number for found in await school.students(number=NUMBERS[0])] == [NUMBERS[0]]
    assert [found.number for found in await school.students(name=student.name)] == [NUMBERS[0]]
    assert await school.students(number=NUMBERS[1]) == []

    whole = await school.desk().GetStudent(desk_pb2.GetStudentRequest(number=NUMBERS[0]))
    assert whole.summary == student
    assert whole.values["name"] == student.name
    assert whole.values["document_number"], "the school has a copy of its pupils' records"
    (found,) = await school.students(document=whole.values["document_number"])
    assert found == student
    with pytest.raises(StudentNotFound):
        await school.desk().GetStudent(desk_pb2.GetStudentRequest(number=NUMBERS[1]))
    told = {draft.item_id: draft.refusal for draft in await school.drafts()}
    assert told[returned].detail["reason"] == "监护人有误"
    assert told[elsewhere].detail["province"] == "广东省"
    summary = (await school.case(case_id)).summary
    assert (summary.state, summary.items_done, summary.items_refused) == ("closed", 1, 3)


async def test_progress_shows_whose_turn_it_is_until_when(school: Any) -> None:
    await school.authority.start()
    case_id = await school.entered(1)
    await school.decide(case_id)
    at, due = now_ms(), now_ms() + 10**9
    school.authority.tell(CaseProgress(case_id, "received", AUTHORITY, at, "in_authority", AUTHORITY, due))
    await school.until_absorbed(1)
    view = await school.case(case_id)
    assert (view.summary.awaited_step, view.summary.awaited_office) == ("in_authority", AUTHORITY)
    assert view.summary.due_at_ms == due
    assert view.timeline[-1].step == "received"


async def test_a_refused_child_may_be_entered_anew(school: Any, make: Any) -> None:
    await school.authority.start()
    case_id = await school.entered(1)
    await school.decide(case_id)
    (item,) = (await school.case(case_id)).items
    school.authority.tell(outcome(case_id, ItemOutcome(item.item_id, refused=NotApproved(reason="缺户口簿"))))
    await school.until_absorbed(1)
    assert (await school.bring(make.workbook(make.pupil(1)))).summary.rows_kept == 1
    assert (await school.submit()).pupils == 1


# --- A pupil comes ---


async def test_a_transfer_brings_the_record_as_the_province_holds_it(school: Any, make: Any) -> None:
    await school.authority.start()
    case_id = (await school.file_transfer(number=NUMBERS[0], name="张三")).summary.case_id
    await school.decide(case_id)
    (item,) = (await school.case(case_id)).items
    record = {"name": "张三", "document_kind": "1", "document_number": make.citizen_id(9), "grade": "102"}
    arrived = ItemOutcome(item.item_id, number=NUMBERS[1], student_key=str(uuid.uuid4()), record=record)
    school.authority.tell(outcome(case_id, arrived))
    await school.until_absorbed(1)
    (student,) = await school.students()
    assert (student.number, student.name, student.grade) == (NUMBERS[1], "张三", "102")
    assert (await school.case(case_id)).summary.state == "closed"


@pytest.mark.parametrize("handed_on", [False, True])
async def test_a_child_who_was_entered_as_new_and_arrives_by_transfer_has_one_line(
    school: Any, make: Any, handed_on: bool
) -> None:
    """Registrars do both. The feed must not stop at it (Art. 6: one record)."""
    await school.authority.start()
    await school.bring(make.workbook(make.pupil(9)))
    if handed_on:
        await school.submit()
    case_id = (await school.file_transfer(number=NUMBERS[0], name="张三")).summary.case_id
    await school.decide(case_id)
    (item,) = (await school.case(case_id)).items
    record = {"name": "张三", "document_kind": "1", "document_number": make.citizen_id(9), "grade": "102"}
    arrived = ItemOutcome(item.item_id, number=NUMBERS[0], student_key=str(uuid.uuid4()), record=record)
    school.authority.tell(outcome(case_id, arrived))
    await school.until_absorbed(1)
    assert school.states() == {"numbered": 1}
    assert [student.number for student in await school.students()] == [NUMBERS[0]]


# --- A pupil goes ---


async def test_a_releasing_school_is_asked_and_its_yes_goes_up_signed(school: Any, make: Any) -> None:
    await school.authority.start()
    name = await numbered(school, 1)
    case = school.a_case_that_asks(NUMBERS[0], name=name)
    school.authority.tell(CaseAsked(case, Step.OUT_SCHOOL.value, {"name": name, "grade": "101"}))
    await school.until_absorbed(2)
    listing = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=10)
    (asked,) = (await school.desk().ListCases(listing)).cases
    assert (asked.case_id, asked.awaited_step) == (case.case_id, "out_school")
    assert asked.due_at_ms > now_ms()

    first = await school.decide(case.case_id)
    assert await school.decide(case.case_id) == first

    async def came() -> Any:
        return [one for one in school.authority.received if one.case_id == case.case_id] or None

    (endorsed,) = await eventually(came)
    assert endorsed.endorsements[:1] == case.endorsements
    endorsement = school.last_endorsement(endorsed)
    assert (endorsement.step, endorsement.decision) == (Step.OUT_SCHOOL, Decision.APPROVE)
    assert endorsement.maker == "h001"

    school.authority.tell(StudentLeft(case.case_id, NUMBERS[0], "2141000002", now_ms()))
    await school.until_absorbed(3)
    assert school.states() == {"left": 1}
    over = await school.case(case.case_id)
    assert (over.summary.state, [item.state for item in over.items]) == ("closed", ["done"])


async def test_a_graduate_of_whose_entrance_nobody_asked_this_school_has_left(school: Any, make: Any) -> None:
    """Of an entrance the graduating school is no party: it only hears that its pupil has a school again."""
    await school.authority.start()
    await numbered(school, 1)
    school.authority.tell(StudentLeft(str(new_uuid7()), NUMBERS[0], "3141000002", now_ms()))
    await school.until_absorbed(2)
    assert school.states() == {"left": 1}


async def test_a_child_who_came_back_is_told_as_the_pupil_of_today(school: Any, make: Any) -> None:
    await school.authority.start()
    await numbered(school, 1)
    (before,) = await school.students()
    school.authority.tell(StudentLeft(str(new_uuid7()), NUMBERS[0], "3141000002", now_ms()))
    await school.until_absorbed(2)
    case_id = (await school.file_transfer(number=NUMBERS[0], name=before.name)).summary.case_id
    await school.decide(case_id)
    (item,) = (await school.case(case_id)).items
    record = {"name": before.name, "document_kind": "1", "document_number": make.citizen_id(1), "grade": "103"}
    arrived = ItemOutcome(item.item_id, number=NUMBERS[0], student_key=before.student_key, record=record)
    school.authority.tell(outcome(case_id, arrived))
    await school.until_absorbed(3)
    assert school.states() == {"left": 1, "numbered": 1}
    for asked in ({"number": NUMBERS[0]}, {"student_key": before.student_key}):
        whole = await school.desk().GetStudent(desk_pb2.GetStudentRequest(**asked))
        assert (whole.summary.status, whole.summary.grade) == ("numbered", "103")


async def test_a_releasing_schools_no_needs_a_listed_reason_and_stays_a_no(school: Any, make: Any) -> None:
    await school.authority.start()
    name = await numbered(school, 1)
    case = school.a_case_that_asks(NUMBERS[0], name=name)
    school.authority.tell(CaseAsked(case, Step.OUT_SCHOOL.value, {}))
    await school.until_absorbed(2)
    reject = desk_pb2.DECISION_REJECT
    with pytest.raises(NotOfferedHere):
        await school.decide(case.case_id, desk_pb2.DECISION_RETURN, reason="再想想")
    with pytest.raises(ReasonNotListed):
        await school.decide(case.case_id, reject, reason="不想放", reason_code="unwilling")

    first = await school.decide(case.case_id, reject, reason="法院裁定", reason_code="court_order")
    assert await school.decide(case.case_id, reject, reason="法院裁定", reason_code="court_order") == first
    with pytest.raises(CaseAlreadyDecided):
        await school.decide(case.case_id)

    async def came() -> Any:
        return [one for one in school.authority.received if one.case_id == case.case_id] or None

    (endorsed,) = await eventually(came)
    endorsement = school.last_endorsement(endorsed)
    assert (endorsement.decision, endorsement.reason_code) == (Decision.REJECT, "court_order")

    refused = ItemOutcome(case.items[0].item_id, refused=NotApproved(reason="司法文书"))
    school.authority.tell(outcome(case.case_id, refused))
    await school.until_absorbed(3)
    assert (await school.case(case.case_id)).summary.state == "closed"
    assert school.states() == {"numbered": 1}


async def test_progress_that_was_overtaken_by_our_own_decision_does_not_ask_again(school: Any) -> None:
    await school.authority.start()
    name = await numbered(school, 1)
    case = school.a_case_that_asks(NUMBERS[0], name=name)
    school.authority.tell(CaseAsked(case, Step.OUT_SCHOOL.value, {}))
    await school.until_absorbed(2)
    await school.decide(case.case_id)
    late = CaseProgress(case.case_id, "in_school", "school/2141000002", now_ms(), "out_school", "school/2141000001")
    school.authority.tell(late)
    await school.until_absorbed(3)
    listing = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=10)
    assert list((await school.desk().ListCases(listing)).cases) == []
