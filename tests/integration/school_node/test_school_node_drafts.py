"""One child's form by hand: judged as a row of a roster is, entered once, corrected by its own id."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chassis.rpc.wire import refusal_from_message
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import DraftNotFound, RoleNotAllowed
from xueji.desk.v1 import desk_pb2, roster_pb2

PRINCIPAL = Identity("dev", Office(Tier.SCHOOL, "2141000001"), Role.PRINCIPAL, "h001")
ENTERED = roster_pb2.EnterDraftResponse.OUTCOME_ENTERED
CORRECTED = roster_pb2.EnterDraftResponse.OUTCOME_CORRECTED
UNCHANGED = roster_pb2.EnterDraftResponse.OUTCOME_UNCHANGED
FAULTY = roster_pb2.EnterDraftResponse.OUTCOME_FAULTY


async def enter(school: Any, values: dict[str, Any], *, item_id: str = "", who: Any = None) -> Any:
    request = roster_pb2.EnterDraftRequest(item_id=item_id or str(new_uuid7()), values=values)
    desk = school.roster(who) if who else school.roster()
    return await desk.EnterDraft(request)


def told(answer: Any) -> list[tuple[str | None, str]]:
    return [(said.field, said.code) for said in map(refusal_from_message, answer.findings)]


async def test_a_form_is_judged_as_a_row_is_and_a_faulty_one_keeps_nothing(school: Any, make: Any) -> None:
    item_id = str(new_uuid7())
    wrong = make.pupil(1, sex="1-男", phone="1")
    answer = await enter(school, wrong, item_id=item_id)
    assert answer.outcome == FAULTY
    assert told(answer) == [("sex", "SEX_CONTRADICTS_ID"), ("phone", "PHONE_MALFORMED")]
    assert school.states() == {}

    mended = await enter(school, make.pupil(1), item_id=item_id)
    assert (mended.outcome, mended.item_id, told(mended)) == (ENTERED, item_id, [])
    again = await enter(school, make.pupil(1), item_id=item_id)
    assert (again.outcome, again.item_id) == (UNCHANGED, item_id)
    page = await school.roster().ListDrafts(roster_pb2.ListDraftsRequest(page_size=1))
    assert ([draft.item_id for draft in page.drafts], page.drafts_total) == ([item_id], 1)


async def test_two_hands_on_one_button_enter_the_child_once(school: Any, make: Any) -> None:
    item_id = str(new_uuid7())
    answers = await asyncio.gather(*(enter(school, make.pupil(1), item_id=item_id) for _ in range(4)))
    assert sorted(answer.outcome for answer in answers) == [ENTERED, UNCHANGED, UNCHANGED, UNCHANGED]
    assert school.states() == {"draft": 1}


async def test_a_draft_is_corrected_by_its_id_even_where_the_document_was_wrong(school: Any, make: Any) -> None:
    first = await enter(school, make.pupil(1))
    corrected = await enter(school, make.pupil(2, school_class="2班"), item_id=first.item_id)
    assert (corrected.outcome, corrected.item_id) == (CORRECTED, first.item_id)
    answer = await school.roster().GetDraft(roster_pb2.GetDraftRequest(item_id=first.item_id))
    assert answer.draft.values["document_number"] == make.citizen_id(2)
    assert answer.draft.values["school_class"] == "2班"
    assert (await enter(school, make.pupil(1))).outcome == ENTERED, "the document of before is free again"


async def test_a_child_has_one_draft_and_no_other_form_overwrites_it_unseen(school: Any, make: Any) -> None:
    first = await enter(school, make.pupil(1))
    second = await enter(school, make.pupil(2))
    other = await enter(school, make.pupil(1, phone="13800000009"))
    assert told(other) == [("document_number", "ALREADY_ENTERED_HERE")]
    into_another = await enter(school, make.pupil(1), item_id=second.item_id)
    assert told(into_another) == [("document_number", "ALREADY_ENTERED_HERE")]
    same = await enter(school, make.pupil(1))
    assert (same.outcome, same.item_id) == (UNCHANGED, first.item_id)
    assert school.states() == {"draft": 2}


async def test_what_is_in_a_case_is_not_changed_and_what_came_back_goes_again_as_it_was(school: Any, make: Any) -> None:
    entered = await enter(school, make.pupil(1))
    submitted = await school.roster().SubmitDrafts(roster_pb2.SubmitDraftsRequest(request_id=str(new_uuid7())))
    changed = make.pupil(1, phone="13800000009")
    for item_id in (entered.item_id, ""):
        assert told(await enter(school, changed, item_id=item_id)) == [("document_number", "STUDENT_HAS_OPEN_CASE")]
    with pytest.raises(DraftNotFound):
        await school.roster().GetDraft(roster_pb2.GetDraftRequest(item_id=entered.item_id))

    (case_id,) = submitted.case_ids
    await school.decide(case_id, decision=desk_pb2.DECISION_RETURN, reason="请核对")
    assert school.states() == {"returned": 1}
    again = await enter(school, make.pupil(1), item_id=entered.item_id)
    assert (again.outcome, school.states()) == (CORRECTED, {"draft": 1})


async def test_rows_with_mistakes_are_told_with_what_stands_in_them(school: Any, make: Any) -> None:
    async def requests() -> Any:
        content = make.workbook(make.pupil(1, phone="1", ethnicity="华夏族"))
        header = roster_pb2.ImportRosterRequest.Header(size_bytes=len(content))
        yield roster_pb2.ImportRosterRequest(header=header)
        yield roster_pb2.ImportRosterRequest(chunk=content)

    answers = [answer async for answer in school.roster().ImportRoster(requests())]
    (row,) = [answer.row for answer in answers if answer.WhichOneof("part") == "row"]
    assert row.values["phone"] == "1", "as written, where it could not be read"
    assert row.values["ethnicity"] == "华夏族"
    assert row.values["sex"] == "2", "in the form's spelling, where it could"


async def test_only_the_registrar_enters_children(school: Any, make: Any) -> None:
    with pytest.raises(RoleNotAllowed):
        await enter(school, make.pupil(1), who=PRINCIPAL)
