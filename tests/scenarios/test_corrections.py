"""第十条、第十三条: what the record says is corrected with proof, and nothing that it said before is lost."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.evidence import EvidenceKind
from kernel.measures import CLAUSES
from kernel.refusals import NothingCorrected, Refusal
from kernel.regulation import Step
from scenarios.stage import Stage

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"
REGISTER = (EvidenceKind.HOUSEHOLD_REGISTER,)


@pytest.mark.clause("10.1", "5.1")
async def test_a_name_is_changed_with_the_household_register_and_the_authoritys_approval(stage: Stage) -> None:
    """李小禾改名李禾，家长凭居民户口簿申请，学校核准、区教育局再核准；学籍号不变，改名以前是什么名字仍查得到。"""
    child = await stage.enrolled_pupil("李小禾", school=PRIMARY)
    stage.clock.to(date(2026, 11, 3))
    case = await stage.files("key_data_correction", child, proofs=REGISTER, new_name="李禾", reason="户口簿已更名")
    await stage.approves(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    assert (await stage.outcome(case, school=PRIMARY))["李小禾"].state == "done"
    now, before = await stage.told(child), await stage.told(child, on=date(2026, 10, 1))
    assert (now.values["name"], before.values["name"]) == ("李禾", "李小禾")
    assert now.number == before.number == child.number


@pytest.mark.clause("10.1")
async def test_a_name_is_not_changed_without_proof(stage: Stage) -> None:
    """没有户口簿或者其他证明，姓名改不了。"""
    child = await stage.enrolled_pupil("周晨", school=PRIMARY)
    with pytest.raises(Refusal, match="EVIDENCE_REQUIRED"):
        await stage.does("key_data_correction", child, new_name="周辰", reason="家长要求")
    assert (await stage.told(child)).values["name"] == "周晨"


@pytest.mark.clause("10.1", "13.1")
async def test_what_is_no_key_data_the_school_corrects_itself(stage: Stage) -> None:
    """家里换了电话、搬了家，学校自己更正，不用等教育局，省里的学籍同时更新。"""
    child = await stage.enrolled_pupil("吴乐仪", school=PRIMARY)
    await stage.does("other_data_correction", child, new_phone="19901112222", new_address="示范路88号", reason="搬家")
    record = await stage.told(child)
    assert (record.values["phone"], record.values["address"]) == ("19901112222", "示范路88号")
    view = (await stage.history(child))[-1]
    assert view.procedure_title == "一般信息变更"
    assert {(one.label, one.after) for one in view.changes} >= {("联系电话", "19901112222"), ("现住址", "示范路88号")}


@pytest.mark.clause("10.1")
async def test_a_correction_says_what_it_corrects(stage: Stage) -> None:
    """申请变更却没写变更什么，学校当场就知道。"""
    child = await stage.enrolled_pupil("郑安", school=PRIMARY)
    with pytest.raises(NothingCorrected):
        await stage.does("key_data_correction", child, proofs=REGISTER, reason="不知道")


@pytest.mark.clause("10.1", "13.1")
async def test_a_mistaken_change_is_taken_back_by_another_entry(stage: Stage) -> None:
    """登记错的更名用反向更正收回：姓名恢复了，错的那一笔和收回它的那一笔都留着。"""
    child = await stage.enrolled_pupil("孙悦", school=PRIMARY)
    await stage.does("key_data_correction", child, proofs=REGISTER, new_name="孙月", reason="录错了人")
    wrong = (await stage.history(child))[-1].version
    child.name = "孙月"
    await stage.does("counter_entry", child, counters=str(wrong), reason="更正的是另一名学生")
    assert (await stage.told(child)).values["name"] == "孙悦"
    taken_back, counter = (await stage.history(child))[-2:]
    assert (taken_back.version, counter.counters) == (wrong, wrong)


@pytest.mark.clause("1.1", "13.1", "7.2.1", "8.1")
async def test_every_entry_of_a_record_says_by_which_clause_and_whose_decision(stage: Stage) -> None:
    """从建立学籍到转学，每一笔变动都写明依据的条款、规则、核办单位和证明材料，随时可查。"""
    child = await stage.enrolled_pupil("何嘉懿", school=ELSEWHERE, grade="小学二年级")
    await stage.does("other_data_correction", child, new_health="20-一般或较弱", reason="体检结果")
    await stage.transferred(child, to=PRIMARY, grade="小学二年级")
    entries = await stage.history(child)
    assert [entry.procedure_title for entry in entries if entry.procedure][:2] == ["学籍建立", "一般信息变更"]
    assert entries[-1].procedure_title == "跨省转学"
    for entry in entries:
        assert entry.articles
        assert set(entry.articles) <= set(CLAUSES)
        assert entry.rule_pack
        assert entry.office


@pytest.mark.clause("8.1", "9.1", "16.1")
async def test_the_electronic_archive_moves_whole(stage: Stage) -> None:
    """跨省转学后，转入省接着转出省的档案往下记：以前的每一笔变动都在，内容一字不差。"""
    child = await stage.enrolled_pupil("高明哲", school=ELSEWHERE, grade="小学三年级", sex="男")
    await stage.does("other_data_correction", child, new_talent="书法", reason="特长登记")
    before = await stage.history(child)
    await stage.transferred(child, to=PRIMARY, grade="小学三年级")
    after = await stage.history(child)
    assert [entry.SerializeToString() for entry in after[: len(before)]] == [
        entry.SerializeToString() for entry in before
    ]
    assert (await stage.told(child)).values["talent"] == "书法"
