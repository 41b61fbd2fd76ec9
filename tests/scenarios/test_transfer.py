"""第三章 学籍变动管理: a child moves to another school, and the record with it (Art. 9, 13 to 16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chassis.rpc.wire import refusal_from_message
from kernel.clock import SHANGHAI, moment_of
from kernel.refusals import Refusal
from kernel.regulation import Step
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2

PRIMARY, ELSEWHERE, SPECIAL = "金水区示范小学", "天河区示范小学", "金水区示范特殊教育学校"


def day_of(at_ms: int) -> date:
    return moment_of(at_ms).astimezone(SHANGHAI).date()


@pytest.mark.clause("14.1")
async def test_the_receiving_school_begins_and_all_four_have_their_say(stage: Stage) -> None:
    """孙一鸣随父母从广州迁到郑州：家长只跑转入学校，转入学校发起，转出学校和双方主管部门依次核办。"""
    child = await stage.enrolled_pupil("孙一鸣", school=ELSEWHERE, grade="小学四年级", sex="男")
    case = await stage.files_transfer(child, to=PRIMARY, grade="小学四年级")
    for desk, step in (
        (stage.authority_of(PRIMARY), Step.IN_AUTHORITY),
        (stage.principal(ELSEWHERE), Step.OUT_SCHOOL),
        (stage.authority_of(ELSEWHERE), Step.OUT_AUTHORITY),
    ):
        await stage.approves(desk, case, step)
    item = (await stage.outcome(case, school=PRIMARY))[child.name]
    assert (item.state, item.number) == ("done", child.number)
    assert await stage.on_the_roll(child, school=PRIMARY) == ["numbered"]


@pytest.mark.clause("14.1")
async def test_inside_a_county_the_authority_decides_once_for_both_sides(stage: Stage) -> None:
    """同一个区的两所学校之间转学，双方主管部门是同一个，只核办一次。"""
    child = await stage.enrolled_pupil("黄若曦", school=PRIMARY)
    case = await stage.files_transfer(child, to=SPECIAL, grade="特教一年级")
    await stage.approves(stage.principal(PRIMARY), case, Step.OUT_SCHOOL)
    await stage.approves(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    assert (await stage.outcome(case, school=SPECIAL))[child.name].state == "done"
    assert (await stage.record(child)).school == stage.school(SPECIAL).code.text


@pytest.mark.clause("14.2")
async def test_each_office_has_ten_working_days_counted_with_the_holidays(stage: Stage) -> None:
    """9月21日收到的转学，遇中秋、国庆放假和10月10日调休上班，10个工作日到10月12日为止。"""
    child = await stage.enrolled_pupil("赵天佑", school=ELSEWHERE, grade="小学五年级", sex="男")
    stage.clock.to(date(2026, 9, 21))
    case = await stage.files_transfer(child, to=PRIMARY, grade="小学五年级")
    waiting = await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    end_of = stage.end_of(date(2026, 10, 12))
    assert (waiting.due_at_ms, waiting.due_provisional) == (end_of, False)


@pytest.mark.clause("14.2")
async def test_each_office_has_days_of_its_own(stage: Stage) -> None:
    """转入主管部门用掉三天，转出学校的10个工作日从它自己收到那天的次日算起。"""
    child = await stage.enrolled_pupil("吴承泽", school=ELSEWHERE, sex="男")
    case = await stage.files_transfer(child, to=PRIMARY)
    await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    stage.clock.working_days(3)  # 9月4日
    await stage.authority_of(PRIMARY).approve(case)
    asked = await stage.asked(stage.principal(ELSEWHERE), case, Step.OUT_SCHOOL)
    assert day_of(asked.received_at_ms) == date(2026, 9, 4)
    assert asked.due_at_ms == stage.end_of(date(2026, 9, 18))
    await stage.sees_through(case, school=PRIMARY)


@pytest.mark.clause("14.2")
async def test_an_office_that_lets_its_days_pass_has_decided_nothing(stage: Stage) -> None:
    """超过10个工作日没有核办，不算同意也不算不同意：业务仍在原处等着，随时可以办。"""
    child = await stage.enrolled_pupil("徐妍", school=ELSEWHERE)
    case = await stage.files_transfer(child, to=PRIMARY)
    await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    stage.clock.working_days(11)
    late = await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    assert moment_of(late.due_at_ms) < stage.clock.now()
    await stage.sees_through(case, school=PRIMARY)
    assert (await stage.record(child, province="河南省")).custody == "held"


@pytest.mark.clause("14.2")
async def test_beyond_the_calendar_that_is_out_a_deadline_is_provisional(stage: Stage) -> None:
    """12月下旬收到的转学，期限落在国务院还没有公布放假安排的下一年，先按周推算并注明“暂定”。"""
    child = await stage.enrolled_pupil("杨悦", school=ELSEWHERE)
    stage.clock.to(date(2026, 12, 23))
    case = await stage.files_transfer(child, to=PRIMARY)
    waiting = await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    assert waiting.due_provisional
    await stage.sees_through(case, school=PRIMARY)


@pytest.mark.clause("15.1")
async def test_the_archive_goes_out_at_once_and_all_is_done_within_the_month(stage: Stage) -> None:
    """转出方最后一个环节同意，电子档案当天就到了转入省，不必等满一个月。"""
    child = await stage.enrolled_pupil("郭蕾", school=ELSEWHERE)
    case = await stage.files_transfer(child, to=PRIMARY)
    await stage.sees_through(case, school=PRIMARY)
    took = {entry.step: entry.at_ms for entry in (await stage.officer("河南省").case(case)).timeline}
    assert {"fetching", "escrowed", "activated"} <= set(took)
    assert timedelta(milliseconds=took["activated"] - took["fetching"]) < timedelta(days=1)


@pytest.mark.clause("9.1", "16.1")
async def test_the_old_school_keeps_a_copy_and_the_new_one_goes_on_with_the_record(stage: Stage) -> None:
    """何家乐转走以后，转出学校留下备份；转入学校接着原来的学籍往下记，不另起一份。"""
    child = await stage.enrolled_pupil("何家乐", school=ELSEWHERE, grade="小学六年级", sex="男")
    await stage.transferred(child, to=PRIMARY, grade="小学六年级")
    left = await stage.record(child, province="广东省")
    goes_on = await stage.record(child, province="河南省")
    assert await stage.on_the_roll(child, school=ELSEWHERE) == ["left"]
    assert (left.custody, left.status_title, left.name) == ("gone", "转出", "何家乐")
    assert (goes_on.student_key, goes_on.number) == (left.student_key, child.number)
    assert (goes_on.epoch, goes_on.status_title) == (2, "在读")


@pytest.mark.clause("13.1", "16.1")
async def test_what_the_roll_says_is_in_step_with_the_record(stage: Stage) -> None:
    """转学一办结，转入学校名册、主管部门名单和省里的学籍同时是新的年级和班级。"""
    child = await stage.enrolled_pupil("林知夏", school=SPECIAL, grade="特教一年级", disability="2-听力残疾")
    await stage.transferred(child, to=PRIMARY, grade="小学一年级", school_class="6班")
    for desk in (stage.registrar(PRIMARY), stage.authority_of(PRIMARY), stage.officer("河南省")):
        (seen,) = [one for one in await desk.students(number=child.number) if one.status != "left"]
        assert (seen.grade, seen.school_class) == ("101", "6班"), desk.name


@pytest.mark.clause("14.1")
async def test_a_request_under_another_name_does_not_reach_the_child(stage: Stage) -> None:
    """转入学校把学籍号和姓名填得对不上，转出方一查就退回，学生的学籍原封不动。"""
    child = await stage.enrolled_pupil("邓博文", school=ELSEWHERE, sex="男")
    mistaken = replace(child, name="邓文博")
    case = await stage.files_transfer(mistaken, to=PRIMARY)
    await stage.sees_through(case, school=PRIMARY)
    item = (await stage.outcome(case, school=PRIMARY))["邓文博"]
    assert item.state == "refused"
    assert isinstance(refusal_from_message(item.refusal), Refusal)
    record = await stage.record(child)
    assert (record.custody, record.epoch) == ("held", 1)


@pytest.mark.clause("14.1")
async def test_a_releasing_school_may_only_refuse_with_a_reason_of_the_list(stage: Stage) -> None:
    """监护人之间有争议，转出学校写明理由不同意；转入学校当天知道结果，学籍还在原处。"""
    child = await stage.enrolled_pupil("曹清妍", school=ELSEWHERE)
    case = await stage.files_transfer(child, to=PRIMARY)
    await stage.approves(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    principal = stage.principal(ELSEWHERE)
    await stage.asked(principal, case, Step.OUT_SCHOOL)
    with pytest.raises(Refusal, match="REASON_NOT_LISTED"):
        await principal.decide(case, desk_pb2.DECISION_REJECT, reason="不想放人", reason_code="we_like_the_child")
    await principal.decide(case, desk_pb2.DECISION_REJECT, reason="监护人意见不一致", reason_code="guardian_dispute")
    item = (await stage.outcome(case, school=PRIMARY))[child.name]
    assert item.state == "refused"
    assert (await stage.at_the_index(child)).in_transfer is False
    assert (await stage.record(child)).custody == "held"
