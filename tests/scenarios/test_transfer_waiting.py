"""第十四条: what something passing stands against waits and goes on by itself; nobody files it again."""

from __future__ import annotations

import pytest

from kernel.case import CaseState, ItemState
from kernel.regulation import Step
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2

JUNIOR, COMPLETE, ELSEWHERE = "金水区示范初级中学", "郑州市示范完全中学", "天河区示范小学"
PRIMARY, SPECIAL = "金水区示范小学", "金水区示范特殊教育学校"


@pytest.mark.clause("14.1")
async def test_a_transfer_to_another_province_waits_for_an_open_case_and_goes_on(stage: Stage) -> None:
    """学生正被郑州的另一所学校申请转学，广州的学校也来申请：广州的申请不退回，暂停等着；郑州那笔撤销以后，自动继续，直到办结。"""
    child = await stage.enrolled_pupil("顾清越", school=JUNIOR, grade="初中二年级")
    first = await stage.files_transfer(child, to=COMPLETE, grade="初中二年级")
    await stage.sees_through(first, school=COMPLETE, before=Step.OUT_SCHOOL)
    second = await stage.files_transfer(child, to=ELSEWHERE, grade="初中二年级")
    await stage.approves(stage.authority_of(ELSEWHERE), second, Step.IN_AUTHORITY)

    async def waits() -> desk_pb2.CaseSummary | None:
        summaries = await stage.registrar(ELSEWHERE).cases(desk_pb2.VIEW_STARTED)
        return next((one for one in summaries if one.case_id == second and one.HasField("waits_for")), None)

    waiting = await stage.until("转入学校看到为什么暂停", waits)
    assert waiting.waits_for.code == "STUDENT_HAS_OPEN_CASE"
    assert waiting.state_title.startswith("暂停：该生有在办业务")
    assert waiting.waits_since_ms > 0
    assert (await stage.record(child)).custody == "held"

    await stage.registrar(COMPLETE).withdraw_case(first, reason="家长选择广州")
    await stage.approves(stage.principal(JUNIOR), second, Step.OUT_SCHOOL)
    await stage.approves(stage.authority_of(JUNIOR), second, Step.OUT_AUTHORITY)
    assert (await stage.outcome(second, school=ELSEWHERE))[child.name].state == ItemState.DONE
    steps = [entry.step for entry in (await stage.registrar(ELSEWHERE).case(second)).timeline]
    assert [step for step in steps if step in ("waiting", "resumed")] == ["waiting", "resumed"]
    assert (await stage.at_the_index(child)).custodian == "44"


@pytest.mark.clause("14.1")
async def test_a_waiting_transfer_is_withdrawn_by_the_school(stage: Stage) -> None:
    """暂停着的跨省转学，转入学校也可以撤销；另一笔业务不受影响。"""
    child = await stage.enrolled_pupil("廖星野", school=JUNIOR, grade="初中二年级", sex="男")
    first = await stage.files_transfer(child, to=COMPLETE, grade="初中二年级")
    await stage.sees_through(first, school=COMPLETE, before=Step.OUT_SCHOOL)
    second = await stage.files_transfer(child, to=ELSEWHERE, grade="初中二年级")
    await stage.approves(stage.authority_of(ELSEWHERE), second, Step.IN_AUTHORITY)

    async def waits() -> bool | None:
        return (await stage.registrar(ELSEWHERE).case(second)).summary.HasField("waits_for") or None

    await stage.until("转入学校看到暂停", waits)
    await stage.registrar(ELSEWHERE).withdraw_case(second, reason="不转了")
    assert (await stage.outcome(second, school=ELSEWHERE))[child.name].state == ItemState.REFUSED
    await stage.sees_through(first, school=COMPLETE)
    assert (await stage.registrar(COMPLETE).case(first)).summary.state == CaseState.CLOSED
    assert (await stage.record(child)).school == stage.school(COMPLETE).code.text


@pytest.mark.clause("14.1")
async def test_inside_one_authority_it_waits_as_well(stage: Stage) -> None:
    """广州的学校先申请了，同一个区的特教学校也申请：区里都同意了也先等着；广州那笔撤销以后，区里的转学自动办结。"""
    child = await stage.enrolled_pupil("祁子衿", school=PRIMARY, grade="小学四年级")
    first = await stage.files_transfer(child, to=ELSEWHERE, grade="小学四年级")
    await stage.sees_through(first, school=ELSEWHERE, before=Step.OUT_SCHOOL)
    second = await stage.files_transfer(child, to=SPECIAL, grade="特教四年级")
    await stage.approves(stage.principal(PRIMARY), second, Step.OUT_SCHOOL)
    await stage.approves(stage.authority_of(PRIMARY), second, Step.IN_AUTHORITY)

    async def waits() -> bool | None:
        return (await stage.registrar(SPECIAL).case(second)).summary.HasField("waits_for") or None

    await stage.until("特教学校看到暂停", waits)
    await stage.registrar(ELSEWHERE).withdraw_case(first, reason="家长改变主意")
    assert (await stage.outcome(second, school=SPECIAL))[child.name].state == ItemState.DONE
    assert (await stage.record(child)).school == stage.school(SPECIAL).code.text
