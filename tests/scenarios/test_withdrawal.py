"""第十四条: the school that began takes it back, wherever the case is, until it is done."""

from __future__ import annotations

import pytest

from chassis.rpc.wire import refusal_from_message
from kernel.case import CaseState, ItemState
from kernel.evidence import EvidenceKind
from kernel.refusals import CaseAlreadyDecided, CaseWithdrawn, TransferNotCompleted
from kernel.regulation import Step
from scenarios.stage import Stage

PRIMARY, ELSEWHERE, SPECIAL = "金水区示范小学", "天河区示范小学", "金水区示范特殊教育学校"
ILL = (EvidenceKind.GUARDIAN_APPLICATION, EvidenceKind.MEDICAL_PROOF)


async def withdraws(stage: Stage, case: str, *, school: str, reason: str = "家长改变主意") -> None:
    await stage.registrar(school).withdraw_case(case, reason=reason)


async def steps_at(stage: Stage, case: str, *, school: str) -> set[str]:
    return {entry.step for entry in (await stage.registrar(school).case(case)).timeline}


@pytest.mark.clause("14.1")
async def test_what_the_authority_still_has_ends_there(stage: Stage) -> None:
    """同一个区内转学，转出学校正在核办，家长不转了：转入学校撤销，两所学校的待办都没有了，学生还在原校。"""
    child = await stage.enrolled_pupil("沈若曦", school=PRIMARY)
    case = await stage.files_transfer(child, to=SPECIAL, grade="特教一年级")
    await stage.asked(stage.principal(PRIMARY), case, Step.OUT_SCHOOL)
    await withdraws(stage, case, school=SPECIAL)
    await withdraws(stage, case, school=SPECIAL)
    item = (await stage.outcome(case, school=SPECIAL))[child.name]
    assert isinstance(said := refusal_from_message(item.refusal), CaseWithdrawn)
    assert "家长改变主意" in said.sentence

    async def gone() -> bool | None:
        return (await stage.principal(PRIMARY).case(case)).summary.state == CaseState.CLOSED or None

    await stage.until("转出学校不再核办", gone)
    assert (await stage.record(child)).school == stage.school(PRIMARY).code.text


@pytest.mark.clause("14.1")
async def test_a_transfer_between_provinces_is_withdrawn_by_the_school_and_the_nation_ends_it(stage: Stage) -> None:
    """跨省转学已经到了转出学校，转入学校在自己的系统里撤销：逐级上报，全国终止转接，学籍解锁，随时可以重新申请。"""
    child = await stage.enrolled_pupil("孟思远", school=ELSEWHERE, grade="小学三年级", sex="男")
    case = await stage.files_transfer(child, to=PRIMARY, grade="小学三年级")
    await stage.sees_through(case, school=PRIMARY, before=Step.OUT_SCHOOL)
    await withdraws(stage, case, school=PRIMARY, reason="搬家计划取消")
    item = (await stage.outcome(case, school=PRIMARY))[child.name]
    assert isinstance(said := refusal_from_message(item.refusal), TransferNotCompleted)
    assert said.detail["reason"] == "转入方撤销"
    assert {"withdrawal_asked", "close_asked", "aborted"} <= await steps_at(stage, case, school=PRIMARY)

    async def free() -> bool | None:
        held = await stage.record(child)
        return (held.custody == "held" and not (await stage.at_the_index(child)).in_transfer) or None

    await stage.until("学籍解锁", free)
    await stage.transferred(child, to=PRIMARY, grade="小学三年级")


@pytest.mark.clause("14.1")
async def test_any_other_case_is_withdrawn_too(stage: Stage) -> None:
    """休学申请已经报到区教育局，学生病好得快，学校撤销：不退回、不重填，学生照常在读。"""
    child = await stage.enrolled_pupil("龙景行", school=PRIMARY, grade="小学四年级", sex="男")
    case = await stage.files(
        "suspension",
        child,
        proofs=ILL,
        leave_reason="illness",
        leave_from="2026-09-14",
        leave_until="2027-08-31",
        illness_months="12",
        reason="需住院治疗",
    )
    await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    await withdraws(stage, case, school=PRIMARY, reason="已痊愈")
    item = (await stage.outcome(case, school=PRIMARY))[child.name]
    assert (item.state, refusal_from_message(item.refusal).code) == (ItemState.REFUSED, "CASE_WITHDRAWN")
    assert (await stage.record(child)).status_title == "在读"


@pytest.mark.clause("4.1")
async def test_a_roster_that_was_sent_up_comes_back_as_drafts(stage: Stage) -> None:
    """新生名单报上去才发现分班弄错了：撤销后每名学生回到草稿，改好再报，一个也不丢。"""
    child = stage.child("段清和", school=PRIMARY)
    await stage.enters(child)
    case = await stage.submits(PRIMARY)
    await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    await withdraws(stage, case, school=PRIMARY, reason="分班有误")
    await stage.outcome(case, school=PRIMARY)
    again = await stage.submits(PRIMARY)
    await stage.sees_through(again, school=PRIMARY)
    assert (await stage.outcome(again, school=PRIMARY))[child.name].state == ItemState.DONE


@pytest.mark.clause("14.1")
async def test_what_is_done_is_not_withdrawn(stage: Stage) -> None:
    """转学已经办结，再撤销就晚了：系统说明已经办结，学籍在转入学校。"""
    child = await stage.enrolled_pupil("邵文彬", school=ELSEWHERE, grade="小学二年级", sex="男")
    case = await stage.files_transfer(child, to=PRIMARY, grade="小学二年级")
    await stage.sees_through(case, school=PRIMARY)
    with pytest.raises(CaseAlreadyDecided):
        await withdraws(stage, case, school=PRIMARY)
    assert (await stage.at_the_index(child)).custodian == "41"
