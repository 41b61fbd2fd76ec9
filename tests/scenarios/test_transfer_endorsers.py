"""第十一条、第十四条: whom a province asks beside the four, on its own side, and by its own rules."""

from __future__ import annotations

import pytest

from kernel.case import CaseState, ItemState
from kernel.regulation import Step
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2

COMPLETE, SENIOR = "郑州市示范完全中学", "天河区示范高级中学"
GRADE = "高中二年级"


@pytest.mark.clause("11.1", "14.1")
async def test_a_province_asks_its_prefecture_before_it_asks_another_province(stage: Stage) -> None:
    """广东普通高中跨省转入要市级也核办：区教育局核准后，先问广州市教育局，市里同意了，转接请求才发往河南。"""
    child = await stage.enrolled_pupil("骆远山", school=COMPLETE, grade=GRADE, sex="男")
    case = await stage.files_transfer(child, to=SENIOR, grade=GRADE)
    await stage.approves(stage.authority_of(SENIOR), case, Step.IN_AUTHORITY)
    city = stage.officer("广州市教育局")
    await stage.asked(city, case, Step.IN_PREFECTURE)
    assert not (await stage.at_the_index(child)).in_transfer
    await city.approve(case)
    await stage.approves(stage.principal(COMPLETE), case, Step.OUT_SCHOOL)
    await stage.approves(stage.authority_of(COMPLETE), case, Step.OUT_AUTHORITY)
    assert (await stage.outcome(case, school=SENIOR))[child.name].state == ItemState.DONE
    assert (await stage.at_the_index(child)).custodian == "44"

    async def over() -> bool | None:
        return (await city.case(case)).summary.state == CaseState.CLOSED or None

    await stage.until("广州市教育局知道已经办结", over)


@pytest.mark.clause("11.1", "14.1")
async def test_the_losing_province_asks_its_prefecture_before_it_lets_the_record_go(stage: Stage) -> None:
    """从广东普通高中转出，区教育局核办后还要广州市教育局核办，市里同意以后学籍才放行；河南那边不另加环节。"""
    child = await stage.enrolled_pupil("温若溪", school=SENIOR, grade=GRADE)
    case = await stage.files_transfer(child, to=COMPLETE, grade=GRADE)
    await stage.approves(stage.authority_of(COMPLETE), case, Step.IN_AUTHORITY)
    await stage.approves(stage.principal(SENIOR), case, Step.OUT_SCHOOL)
    await stage.approves(stage.authority_of(SENIOR), case, Step.OUT_AUTHORITY)
    city = stage.officer("广州市教育局")
    waiting = await stage.asked(city, case, Step.OUT_PREFECTURE)
    assert waiting.due_at_ms
    assert (await stage.record(child, province="广东省")).custody == "held"
    await city.approve(case)
    assert (await stage.outcome(case, school=COMPLETE))[child.name].state == ItemState.DONE
    assert (await stage.at_the_index(child)).custodian == "41"
    steps = [entry.step for entry in (await stage.officer("河南省").case(case)).timeline]
    assert [step for step in steps if step in set(Step)] == [
        "in_school",
        "in_authority",
        "out_school",
        "out_authority",
        "out_prefecture",
    ]


@pytest.mark.clause("11.1", "14.1")
async def test_who_is_asked_beside_may_point_at_a_listed_reason(stage: Stage) -> None:
    """市教育局核办时发现有司法文书限制转学，写明理由不同意；转入学校知道为什么，学籍解锁。"""
    child = await stage.enrolled_pupil("康静姝", school=SENIOR, grade=GRADE)
    case = await stage.files_transfer(child, to=COMPLETE, grade=GRADE)
    await stage.approves(stage.authority_of(COMPLETE), case, Step.IN_AUTHORITY)
    await stage.approves(stage.principal(SENIOR), case, Step.OUT_SCHOOL)
    await stage.approves(stage.authority_of(SENIOR), case, Step.OUT_AUTHORITY)
    city = stage.officer("广州市教育局")
    await stage.asked(city, case, Step.OUT_PREFECTURE)
    await city.decide(case, desk_pb2.DECISION_REJECT, reason="有限制转学的裁定", reason_code="court_order")
    item = (await stage.outcome(case, school=COMPLETE))[child.name]
    assert (item.state, item.refusal.detail["reason"]) == (ItemState.REFUSED, "司法文书限制转学")
    assert (await stage.record(child)).custody == "held"
