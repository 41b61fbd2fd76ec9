"""The school year turns (Art. 9, 11 to 14, 16): classes go up in one night, the last grade graduates and goes on."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.rpc.wire import refusal_from_message
from console.desk import Desk
from kernel.promotion import Blocker
from kernel.refusals import ClassNotPromoted, NotOfferedHere, PromotionNotNow
from kernel.regulation import Step
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.year.v1 import year_pb2

PRIMARY, JUNIOR, COMPLETE, PROVINCE = "金水区示范小学", "金水区示范初级中学", "郑州市示范完全中学", "河南省"


async def grade_at(desk: Desk, child: Child) -> tuple[str, str]:
    """Grade and status as an office knows them: what its people see of the child."""
    (seen,) = await desk.students(number=child.number)
    return seen.grade, seen.status


async def until_grade(stage: Stage, desk: Desk, child: Child, grade: str) -> None:
    async def look() -> bool | None:
        return (await grade_at(desk, child))[0] == grade or None

    await stage.until(f"{desk.name}看到{child.name}在{grade}", look)


async def promoted(stage: Stage, year: int) -> year_pb2.Run:
    """The province's night of that year, to its end."""
    run = year_pb2.Run()
    async for news in stage.officer(PROVINCE).year.Promote(year_pb2.PromoteRequest(year=year)):
        run = news.run
    assert run.finished_at_ms
    return run


@pytest.mark.clause("12.1")
async def test_a_province_goes_up_in_one_night_and_one_class_is_taken_back(stage: Stage) -> None:
    """8月10日24时全省统一升级：先预演看清谁不能升、为什么；升级后各级看到的一样；初二13班弄错了，单独退回，更正后补办。"""
    hub, authority, registrar = stage.officer(PROVINCE), stage.authority_of(JUNIOR), stage.registrar(JUNIOR)
    first = await stage.enrolled_pupil("周一诺", school=JUNIOR, grade="初中一年级", school_class="13班")
    moving = await stage.enrolled_pupil("周二妮", school=JUNIOR, grade="初中一年级", school_class="4班")
    last = await stage.enrolled_pupil("周三石", school=JUNIOR, grade="初中三年级", sex="男")
    little = await stage.enrolled_pupil("周小米", school=PRIMARY, grade="小学一年级")
    case = await stage.files_transfer(moving, to=COMPLETE, grade="初中一年级")
    await stage.sees_through(case, school=COMPLETE, before=Step.OUT_SCHOOL)

    stage.clock.to(date(2027, 6, 20))
    blockers = await registrar.year.ListBlockers(year_pb2.ListBlockersRequest(page_size=500))
    assert (blockers.promotion_on, blockers.cleared_on) == ("2027-08-10", "2027-07-15")
    assert [one.from_day for one in blockers.freezes] == ["2027-07-01", "2027-07-15"]
    why = {one.name: one.blocker for one in blockers.blocked}
    assert (why.get("周一诺"), why["周二妮"], why["周三石"]) == (None, Blocker.OPEN_CASE, Blocker.NOT_GRADUATED)
    seen_above = await authority.year.ListBlockers(year_pb2.ListBlockersRequest(page_size=500))
    assert {one.number for one in seen_above.blocked} >= {last.number}
    school = stage.school(JUNIOR).code.text
    rehearsal = await hub.year.Rehearse(year_pb2.RehearseRequest(school=school, page_size=500))
    assert rehearsal.go_up >= 1
    assert {one.name: one.blocker for one in rehearsal.blocked if one.name in ("周二妮", "周三石")} == {
        "周二妮": Blocker.OPEN_CASE,
        "周三石": Blocker.NOT_GRADUATED,
    }
    with pytest.raises(PromotionNotNow):
        await promoted(stage, 2027)
    with pytest.raises(NotOfferedHere):
        await registrar.year.Rehearse(year_pb2.RehearseRequest(page_size=1))

    stage.clock.to(date(2027, 8, 11))
    run = await promoted(stage, 2027)
    assert (run.schools_done, run.effective_on) == (run.schools, "2027-08-11")
    assert (await promoted(stage, 2027)).promoted == run.promoted, "asked again, nothing happens"
    for child, grade in ((first, "202"), (moving, "201"), (last, "203"), (little, "102")):
        assert (await grade_at(hub, child))[0] == grade
    for desk in (authority, registrar):
        await until_grade(stage, desk, first, "202")
        assert (await grade_at(desk, moving))[0] == "201"
        assert (await grade_at(desk, last))[0] == "203"
    record = await hub.record(first.number, on="2027-08-10")
    assert record.record.values["grade"] == "201", "on the day before, as ever"

    back = year_pb2.UndoClassRequest(year=2027, school=school, grade="202", school_class="13班", reason="分班名单有误")
    undone = await hub.year.UndoClass(back)
    assert undone.undone.pupils == 1
    assert (await hub.year.UndoClass(back)).undone == undone.undone
    for desk in (hub, authority, registrar):
        await until_grade(stage, desk, first, "201")
    _, entries = await hub.history(first.number)
    assert [entry.procedure_title for entry in entries[1:]] == ["升级", "退回升级"]
    back.school_class = "9班"
    with pytest.raises(ClassNotPromoted):
        await hub.year.UndoClass(back)
    runs = await hub.year.ListRuns(year_pb2.ListRunsRequest(page_size=10))
    assert [(one.school_class, one.pupils) for one in runs.runs[0].undone] == [("13班", 1)]

    refused = await stage.done("late_promotion", little, grade="小学三年级", reason="补办")
    assert refusal_from_message(refused.refusal).code == "GRADE_MOVE_NOT_ALLOWED", "she went up that night"
    refused = await stage.done("late_promotion", first, grade="初中三年级", reason="补办")
    assert refusal_from_message(refused.refusal).code == "GRADE_MOVE_NOT_ALLOWED", "one grade, and no more"
    await stage.does("late_promotion", first, grade="初中二年级", school_class="3班", reason="名单已更正，补办升级")
    await until_grade(stage, hub, first, "202")
    refused = await stage.done("late_promotion", first, grade="初中三年级", reason="再补办")
    assert refusal_from_message(refused.refusal).code == "GRADE_MOVE_NOT_ALLOWED", "and once"


@pytest.mark.clause("13.1")
async def test_a_wrong_system_graduates_nobody_a_year_early(stage: Stage) -> None:
    """六三学制的小学五年级不是毕业年级：五年级的毕业登记不予办理，并说明是哪个学制。"""
    child = await stage.enrolled_pupil("吴五月", school=PRIMARY, grade="小学五年级")
    item = await stage.done("graduation", child, outcome="毕业")
    said = refusal_from_message(item.refusal)
    assert said.code == "GRADUATION_NOT_ALLOWED"
    assert "六三" in said.sentence


@pytest.mark.clause("9.1", "13.1", "14.1", "16.1")
async def test_a_graduate_gets_a_certificate_and_the_archive_goes_on_at_the_next_school(stage: Stage) -> None:
    """郑小学六年级毕业：学校保存即毕业，证书编号按校按年连号；初中录取后，同一个学籍号、同一份档案接着办。"""
    pupils = [await stage.enrolled_pupil(name, school=PRIMARY, grade="小学六年级") for name in ("郑小一", "郑小二")]
    stage.clock.to(date(2027, 6, 25))
    hub, school = stage.hub_of(PRIMARY), stage.school(PRIMARY).code.text
    numbers = []
    for child in pupils:
        item = await stage.done("graduation", child, outcome="毕业")
        assert item.state == "done", refusal_from_message(item.refusal).code
        held = (await hub.record(child.number)).record
        assert (held.status, held.standing["certificate_kind"]) == ("graduated", "graduation")
        numbers.append(held.standing["certificate_number"])
    first, second = numbers
    assert first.startswith(f"{school}20271")
    assert int(second[-5:]) == int(first[-5:]) + 1

    stage.clock.to(date(2027, 8, 20))
    child = pupils[0]
    item = await stage.done("admission", child, at=JUNIOR, grade="初中一年级", school_class="1班")
    assert item.state == "done", refusal_from_message(item.refusal).code
    held, entries = await hub.history(child.number)
    assert (held.school, held.status, held.values["grade"]) == (stage.school(JUNIOR).code.text, "enrolled", "201")
    assert [entry.procedure for entry in entries] == ["enrolment", "graduation", "admission"]
    assert held.standing["certificate_number"] == first, "what the last school gave stays in the archive"

    async def left() -> bool | None:
        return await stage.on_the_roll(child, school=PRIMARY) == ["left"] or None

    await stage.until("毕业学校留下备份", left)
    assert await stage.on_the_roll(child, school=JUNIOR) == ["numbered"]


@pytest.mark.clause("11.1", "13.1")
async def test_in_senior_high_the_authority_approves_the_graduation(stage: Stage) -> None:
    """普通高中毕业由学校申请、学籍主管部门核准：学校报上去，主管部门核准以后才算毕业。"""
    child = await stage.enrolled_pupil("高三思", school=COMPLETE, grade="高中三年级", sex="男")
    stage.clock.to(date(2027, 6, 10))
    case = await stage.files("graduation", child, outcome="毕业")
    assert (await stage.record(child)).status == "enrolled"
    await stage.approves(stage.authority_of(COMPLETE), case, Step.IN_AUTHORITY)
    item = (await stage.outcome(case, school=COMPLETE))[child.name]
    assert item.state == "done", refusal_from_message(item.refusal).code
    assert (await stage.record(child)).status == "graduated"


@pytest.mark.clause("6.1", "14.1")
async def test_two_schools_admit_one_child_and_the_one_without_it_takes_its_admission_back(stage: Stage) -> None:
    """重复招生：第二所学校录取时得知孩子已被哪所学校录取；孩子不在的那所学校退出，第二所再录取。"""
    child = await stage.enrolled_pupil("孙双双", school=PRIMARY, grade="小学六年级")
    stage.clock.to(date(2027, 6, 25))
    assert (await stage.done("graduation", child, outcome="毕业")).state == "done"
    stage.clock.to(date(2027, 8, 20))
    first = await stage.done("admission", child, at=JUNIOR, grade="初中一年级", school_class="1班")
    assert first.state == "done", refusal_from_message(first.refusal).code
    refused = await stage.done("admission", child, at=COMPLETE, grade="初中一年级", school_class="1班")
    said = refusal_from_message(refused.refusal)
    assert (said.code, said.detail["school"]) == ("ADMITTED_ELSEWHERE", stage.school(JUNIOR).code.text)
    back = await stage.done("admission_withdrawal", child, at=JUNIOR, reason="学生实际未到本校就读")
    assert back.state == "done", refusal_from_message(back.refusal).code
    assert await stage.on_the_roll(child, school=JUNIOR) == ["left"]
    again = await stage.done("admission", child, at=COMPLETE, grade="初中一年级", school_class="1班")
    assert again.state == "done", refusal_from_message(again.refusal).code
    assert (await stage.record(child)).school == stage.school(COMPLETE).code.text


@pytest.mark.clause("14.1")
async def test_a_school_admits_no_more_than_its_plan(stage: Stage) -> None:
    """招生规模：主管部门报省里设定本校初一只招到已入学人数再加一人，第二名录取就不再受理。"""
    pupils = [await stage.enrolled_pupil(name, school=PRIMARY, grade="小学六年级") for name in ("冯一", "冯二")]
    stage.clock.to(date(2029, 6, 25))
    for child in pupils:
        assert (await stage.done("graduation", child, outcome="毕业")).state == "done"
    stage.clock.to(date(2029, 8, 20))
    hub, school = stage.officer(PROVINCE), stage.school(JUNIOR).code.text
    plan = year_pb2.Plan(school=school, year=2029, stage="2", places=1)
    told = await hub.year.SetPlan(year_pb2.SetPlanRequest(plan=plan))
    plan.places = told.entered + 1
    await hub.year.SetPlan(year_pb2.SetPlanRequest(plan=plan))
    one, two = [await stage.done("admission", child, at=JUNIOR, grade="初中一年级") for child in pupils]
    assert one.state == "done", refusal_from_message(one.refusal).code
    assert refusal_from_message(two.refusal).code == "PLAN_FULL"
    listed = await hub.year.ListPlans(year_pb2.ListPlansRequest(year=2029, page_size=10))
    assert [(each.plan.places, each.entered) for each in listed.plans] == [(plan.places, plan.places)]


@pytest.mark.clause("12.1")
async def test_in_summer_nothing_new_is_begun_about_a_graduating_class(stage: Stage) -> None:
    """7月1日至8月14日毕业年级暂停受理新业务：六年级调班不受理，并说明何时恢复；五年级照常。"""
    last = await stage.enrolled_pupil("钱六", school=PRIMARY, grade="小学六年级")
    other = await stage.enrolled_pupil("钱五", school=PRIMARY, grade="小学五年级")
    stage.clock.to(date(2027, 7, 5))
    refused = await stage.done("class_change", last, school_class="8班")
    said = refusal_from_message(refused.refusal)
    assert (said.code, said.detail["until"]) == ("PROCEDURE_FROZEN", "2027-08-14")
    assert (await stage.done("class_change", other, school_class="8班")).state == "done"
