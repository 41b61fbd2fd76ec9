"""From drafts to a signed case: two people, one signature, and an authority that may be away."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from chassis.sql import Outbox
from kernel.endorsement import Decision
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    CaseAlreadyDecided,
    DigestReused,
    MakerIsChecker,
    NothingToSubmit,
    OutsideJurisdiction,
    ReasonRequired,
    RequestMalformed,
    RoleNotAllowed,
    SchoolUnknown,
    StudentNumberMalformed,
    Unreachable,
    WithdrawalTooLate,
)
from kernel.regulation import Step
from waiting import eventually
from xueji.desk.v1 import desk_pb2

SCHOOL = Office(Tier.SCHOOL, "2141000001")
REGISTRAR = Identity("dev", SCHOOL, Role.REGISTRAR, "r001")
# The same person with the other role's certificate.
REGISTRAR_AS_PRINCIPAL = Identity("dev", SCHOOL, Role.PRINCIPAL, "r001")


def an_exception(item_id: str, decision: int, reason: str) -> desk_pb2.ItemException:
    return desk_pb2.ItemException(item_id=item_id, decision=decision, reason=reason)  # type: ignore[arg-type]


def waiting(school: Any) -> int:
    outbox: Any = lambda tx: Outbox.backlog(tx.outbox, "up").count  # noqa: E731
    return int(school.database.transact(outbox))


async def test_drafts_become_a_case_that_waits_for_the_principal(school: Any, make: Any) -> None:
    await school.bring(make.workbook(*(make.pupil(place) for place in range(3))))
    submitted = await school.submit()
    assert submitted.pupils == 3
    (case_id,) = submitted.case_ids
    assert school.states() == {"checking": 3}
    listing = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=10)
    assert [case.case_id for case in (await school.desk().ListCases(listing)).cases] == [case_id]
    view = await school.case(case_id)
    assert (view.summary.state_title, view.summary.items_total) == ("待学校审核", 3)
    assert waiting(school) == 0


async def test_a_second_submission_is_refused_by_name_and_the_same_one_is_answered_as_before(
    school: Any, make: Any
) -> None:
    await school.bring(make.workbook(make.pupil(1)))
    request_id = str(uuid.uuid4())
    first = await school.submit(request_id)
    assert await school.submit(request_id) == first
    with pytest.raises(NothingToSubmit):
        await school.submit()
    assert school.states() == {"checking": 1}


async def test_one_request_made_twice_at_once_is_one_case(school: Any, make: Any) -> None:
    await school.bring(make.workbook(*(make.pupil(place) for place in range(20))))
    request_id = str(uuid.uuid4())
    answers = await asyncio.gather(*(school.submit(request_id) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0].case_ids) == 1


async def test_who_entered_does_not_check(school: Any) -> None:
    case_id = await school.entered(1)
    with pytest.raises(RoleNotAllowed):
        await school.decide(case_id, who=REGISTRAR)
    with pytest.raises(MakerIsChecker):
        await school.decide(case_id, who=REGISTRAR_AS_PRINCIPAL)
    assert school.states() == {"checking": 1}


async def test_another_schools_people_are_turned_away(school: Any) -> None:
    case_id = await school.entered(1)
    other = Office(Tier.SCHOOL, "2141000002")
    with pytest.raises(OutsideJurisdiction):
        await school.decide(case_id, who=Identity("dev", other, Role.PRINCIPAL, "h001"))
    with pytest.raises(OutsideJurisdiction):
        await school.submit(who=Identity("dev", other, Role.REGISTRAR, "r001"))


async def test_without_the_authority_a_checked_case_waits_and_goes_up_signed_when_it_is_back(
    school: Any, make: Any
) -> None:
    case_id = await school.entered(1, 2)
    summary = await school.decide(case_id)
    assert (summary.state, summary.awaited_office) == ("open", "authority/410105")
    assert school.states() == {"sent": 2}

    async def was_tried() -> bool | None:
        found = "SELECT 1 FROM outbox WHERE lane = 'up' AND error_code = 'UNREACHABLE' AND done_at IS NULL"
        return await school.database.run(lambda tx: tx.connection.exec_driver_sql(found).first()) is not None or None

    await eventually(was_tried, seconds=60)
    assert waiting(school) == 1

    await school.authority.start()

    async def came() -> Any:
        return school.authority.received or None

    (case,) = await eventually(came, seconds=60)
    assert case.case_id == case_id
    endorsement = school.last_endorsement(case)
    assert (endorsement.step, endorsement.decision) == (Step.IN_SCHOOL, Decision.APPROVE)
    assert (endorsement.maker, endorsement.checker) == ("r001", "h001")
    assert endorsement.case_digest == case.digest

    async def settled() -> bool | None:
        return waiting(school) == 0 or None

    await eventually(settled)


async def test_the_same_decision_again_changes_nothing_and_another_is_refused(school: Any) -> None:
    case_id = await school.entered(1)
    first = await school.decide(case_id)
    assert await school.decide(case_id) == first
    assert waiting(school) == 1
    with pytest.raises(CaseAlreadyDecided):
        await school.decide(case_id, desk_pb2.DECISION_RETURN, reason="重填")
    (item,) = (await school.case(case_id)).items
    assert item.state == "pending"


async def test_an_approval_with_other_exceptions_is_another_decision(school: Any) -> None:
    case_id = await school.entered(1, 2)
    first, second = (item.item_id for item in (await school.case(case_id)).items)
    excepting = (an_exception(first, desk_pb2.DECISION_RETURN, "缺少照片"),)
    before = await school.decide(case_id, exceptions=excepting)
    assert await school.decide(case_id, exceptions=excepting) == before
    with pytest.raises(CaseAlreadyDecided):
        await school.decide(case_id, exceptions=(an_exception(second, desk_pb2.DECISION_RETURN, "缺少照片"),))


async def test_an_excepted_pupil_comes_back_with_the_reason_and_the_others_go(school: Any, make: Any) -> None:
    case_id = await school.entered(1, 2, 3)
    returned, refused, _ = (item.item_id for item in (await school.case(case_id)).items)
    await school.decide(
        case_id,
        exceptions=(
            an_exception(returned, desk_pb2.DECISION_RETURN, "班级有误"),
            an_exception(refused, desk_pb2.DECISION_REJECT, "不是本校学生"),
        ),
    )
    assert school.states() == {"returned": 1, "refused": 1, "sent": 1}
    told = {draft.item_id: draft for draft in await school.drafts()}
    assert (told[returned].state_title, told[returned].refusal.detail["reason"]) == ("退回修改", "班级有误")
    assert told[refused].refusal.detail["reason"] == "不是本校学生"


@pytest.mark.parametrize("reason", ["", "  "])
async def test_a_case_is_not_sent_back_without_a_reason(school: Any, reason: str) -> None:
    case_id = await school.entered(1)
    with pytest.raises(ReasonRequired):
        await school.decide(case_id, desk_pb2.DECISION_RETURN, reason=reason)
    assert school.states() == {"checking": 1}


async def test_exceptions_that_leave_nobody_are_refused(school: Any) -> None:
    case_id = await school.entered(1)
    (item,) = (await school.case(case_id)).items
    for item_id in (item.item_id, str(uuid.uuid4())):
        with pytest.raises(RequestMalformed):
            await school.decide(case_id, exceptions=(an_exception(item_id, desk_pb2.DECISION_RETURN, "缺"),))


async def test_what_the_principal_returns_is_corrected_and_submitted_anew(school: Any, make: Any) -> None:
    case_id = await school.entered(1)
    summary = await school.decide(case_id, desk_pb2.DECISION_RETURN, reason="班级有误")
    assert summary.state == "closed"
    assert await school.decide(case_id, desk_pb2.DECISION_RETURN, reason="班级有误") == summary
    assert waiting(school) == 0
    with pytest.raises(NothingToSubmit):
        await school.submit()

    corrected = await school.bring(make.workbook(make.pupil(1, school_class="2班")))
    assert corrected.summary.rows_kept == 1
    again = await school.submit()
    assert again.pupils == 1
    assert list(again.case_ids) != [case_id]


async def test_what_the_authority_will_not_take_in_is_back_with_its_words_and_can_be_sent_again(
    school: Any, make: Any
) -> None:
    """The cause may lie above, so nobody must change a pupil in order to try again."""
    school.authority.refusing = SchoolUnknown(school=SCHOOL.code)
    await school.authority.start()
    case_id = await school.entered(1)
    await school.decide(case_id)

    async def closed() -> Any:
        view = await school.case(case_id)
        return view if view.summary.state == "closed" else None

    view = await eventually(closed)
    assert view.items[0].refusal.code == "SCHOOL_UNKNOWN"
    (draft,) = await school.drafts()
    assert draft.refusal.code == "SCHOOL_UNKNOWN"

    school.authority.refusing = None
    again = await school.submit()
    assert again.pupils == 1


async def test_a_busy_authority_is_asked_again(school: Any, make: Any) -> None:
    school.authority.refusing = Unreachable(office="上级")
    await school.authority.start()
    await school.decide(await school.entered(1))

    async def was_tried() -> bool | None:
        found = "SELECT 1 FROM outbox WHERE lane = 'up' AND error_code IS NOT NULL AND done_at IS NULL"
        return await school.database.run(lambda tx: tx.connection.exec_driver_sql(found).first()) is not None or None

    await eventually(was_tried, seconds=60)
    school.authority.refusing = None

    async def came() -> Any:
        return school.authority.received or None

    await eventually(came, seconds=60)
    assert school.states() == {"sent": 1}


# --- Transfers ---


@pytest.mark.parametrize(
    ("releasing", "procedure"),
    [
        ("2144000009", "transfer_between_provinces"),
        ("2141000777", "transfer_within_province"),
        ("2141000002", "transfer_within_authority"),
    ],
)
async def test_how_far_the_child_moves_decides_the_procedure(school: Any, releasing: str, procedure: str) -> None:
    summary = (await school.file_transfer(releasing_school=releasing)).summary
    assert (summary.procedure, summary.state) == (procedure, "checking")


async def test_a_transfer_is_entered_by_one_and_checked_by_another(school: Any, make: Any) -> None:
    await school.authority.start()
    case_id = (await school.file_transfer()).summary.case_id
    with pytest.raises(MakerIsChecker):
        await school.decide(case_id, who=REGISTRAR_AS_PRINCIPAL)
    await school.decide(case_id)

    async def came() -> Any:
        return school.authority.received or None

    (case,) = await eventually(came)
    (item,) = case.items
    assert item.values == {
        "number": "L419998201103070011",
        "name": "张三",
        "grade": "102",
        "school_class": "3班",
        "reason": "随父母迁居",
    }
    endorsement = school.last_endorsement(case)
    assert (endorsement.step, endorsement.maker, endorsement.checker) == (Step.IN_SCHOOL, "r001", "h001")


async def test_a_transfer_filed_again_is_the_same_and_another_under_its_id_is_refused(school: Any) -> None:
    case_id = str(uuid.uuid4())
    first = await school.file_transfer(case_id=case_id)
    assert await school.file_transfer(case_id=case_id) == first
    with pytest.raises(DigestReused):
        await school.file_transfer(case_id=case_id, name="李四")
    listing = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_ALL, page_size=10)
    assert len((await school.desk().ListCases(listing)).cases) == 1


async def test_a_transfer_that_cannot_be_is_refused_at_the_desk(school: Any) -> None:
    with pytest.raises(RequestMalformed):
        await school.file_transfer(releasing_school=SCHOOL.code)
    with pytest.raises(StudentNumberMalformed):
        await school.file_transfer(number="X419998201103070011")


async def test_a_transfer_is_withdrawn_before_the_principal_checks_it_and_asked_back_after(school: Any) -> None:
    numbers = ("L419998201103070011", "L41999820110307002X")
    first, second = [(await school.file_transfer(number=number)).summary.case_id for number in numbers]

    async def withdraw(case_id: str) -> Any:
        request = desk_pb2.WithdrawCaseRequest(case_id=case_id, reason="家长改变主意")
        return (await school.desk(REGISTRAR).WithdrawCase(request)).summary

    gone = await withdraw(first)
    assert gone.state == "closed"
    assert await withdraw(first) == gone
    with pytest.raises(Exception, match=r"CASE_(ALREADY_DECIDED|NOT_AWAITING_THIS_OFFICE)"):
        await school.decide(first)
    await school.decide(second)
    asked = await withdraw(second)
    assert (asked.state, await withdraw(second)) == ("open", asked)
    assert waiting(school) == 2


async def test_a_withdrawal_that_came_too_late_is_told_and_not_asked_again(school: Any) -> None:
    case_id = (await school.file_transfer()).summary.case_id
    await school.decide(case_id)
    school.authority.refusing_withdrawals = WithdrawalTooLate(until="办结之前")
    request = desk_pb2.WithdrawCaseRequest(case_id=case_id, reason="家长改变主意")
    await school.desk(REGISTRAR).WithdrawCase(request)
    await school.authority.start()

    async def refused() -> bool | None:
        view = await school.desk().GetCase(desk_pb2.GetCaseRequest(case_id=case_id))
        return "withdrawal_refused" in [entry.step for entry in view.timeline] or None

    await eventually(refused)
    with pytest.raises(WithdrawalTooLate):
        await school.desk(REGISTRAR).WithdrawCase(request)
    assert len(school.authority.received) == 2  # the case goes before, each time, and is the same
