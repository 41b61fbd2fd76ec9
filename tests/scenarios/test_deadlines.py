"""第十四条: each office has ten working days; who lets them pass is reminded, then named to those above."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from chassis.calendars import load_calendars
from console import deadlines
from console.desk import Desk
from kernel import calendar
from kernel.ids import new_uuid7
from kernel.refusals import AlreadyReminded, NobodyToRemind
from kernel.regulation import Step
from scenarios.stage import Stage
from scenarios.terminal import typed
from xueji.deadline.v1 import deadline_pb2
from xueji.desk.v1 import desk_pb2
from xueji.notice.v1 import notice_pb2

PRIMARY, SPECIAL = "金水区示范小学", "金水区示范特殊教育学校"
JUNIOR, COMPLETE, ELSEWHERE = "金水区示范初级中学", "郑州市示范完全中学", "天河区示范小学"
COUNTY, PREFECTURE, PROVINCE = "郑州市金水区教育局", "郑州市教育局", "河南省"


def alarmed(desk: Desk, case_id: str, urgency: str) -> Callable[[], Awaitable[desk_pb2.CaseSummary | None]]:
    """The case as it stands in the desk's worklist, once an alarm has rung there and is in its timeline."""

    async def look() -> desk_pb2.CaseSummary | None:
        view = await desk.case(case_id)
        rung = view.summary.urgency == urgency and urgency in [line.step for line in view.timeline]
        return view.summary if rung else None

    return look


async def told(desk: Desk, kind: str, case_id: str) -> str | None:
    """The id of a notice of that kind which names the case, at that desk."""
    for one in await desk.notices(notice_pb2.NOTICE_VIEW_INCOMING, kind=kind):
        for line in (await desk.notice(one.notice_id)).lines:
            if any(cell.value == case_id for record in line.records for cell in record.cells):
                return one.notice_id
    return None


async def owed(desk: Desk, case_id: str) -> deadline_pb2.OverdueStep | None:
    return next((step for step in await deadlines.overdue(desk) if step.case_id == case_id), None)


async def settled(desk: Desk, case_id: str) -> bool | None:
    return await owed(desk, case_id) is None or None


@pytest.fixture
def next_year(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """The State Council's notice for 2027, as an operator puts it into the folder; invented, forgotten afterwards."""

    def out() -> None:
        rest = ("2027-01-01", "2027-01-04", "2027-01-05")
        table = "".join(["date,kind,for_holiday\n", *(f"{day},rest,元旦\n" for day in rest)])
        (tmp_path / "working_days_2027.csv").write_text(table, encoding="utf-8")
        load_calendars(tmp_path)

    yield out
    calendar._announced.clear()
    calendar.national_calendar.cache_clear()


@pytest.mark.clause("14.2")
async def test_a_provisional_date_is_counted_again_when_the_calendar_of_the_next_year_is_out(
    stage: Stage, next_year: Callable[[], None]
) -> None:
    """跨年办理、下一年放假安排未公布时期限注明“暂定”；安排一公布，各单位的期限都按新安排重新计算，不再是暂定。"""
    stage.clock.to(date(2026, 12, 28))
    child = await stage.enrolled_pupil("路知遥", school=PRIMARY, grade="小学三年级")
    case = await stage.files_transfer(child, to=SPECIAL, grade="特教三年级")
    releasing, receiving, county = stage.principal(PRIMARY), stage.registrar(SPECIAL), stage.authority_of(SPECIAL)
    summary = await stage.asked(releasing, case, Step.OUT_SCHOOL)
    assert (summary.due_provisional, summary.due_at_ms) == (True, stage.end_of(date(2027, 1, 11)))

    async def shown(desk: Desk, provisional: bool) -> bool | None:
        seen = (await desk.case(case)).summary
        return True if seen.due_at_ms and seen.due_provisional is provisional else None

    for desk in (receiving, county):
        await stage.until(f"{desk.name}看到暂定", partial(shown, desk, True))
    next_year()
    for desk in (releasing, receiving, county):
        await stage.until(f"{desk.name}的期限不再是暂定", partial(shown, desk, False))
        view = await desk.case(case)
        assert view.summary.due_at_ms == stage.end_of(date(2027, 1, 14))  # three more days of rest
        assert "due_recounted" in [line.step for line in view.timeline]
    await stage.sees_through(case, school=SPECIAL)


@pytest.mark.clause("14.2")
async def test_a_school_is_warned_on_the_seventh_ninth_and_tenth_day_and_reminded_by_who_waits(stage: Stage) -> None:
    """转出学校迟迟不办：第7、9、10个工作日自动提醒，转入学校每个工作日可以催办一次，催办在对方的待办里看得见。"""
    child = await stage.enrolled_pupil("蒋一诺", school=PRIMARY, grade="小学三年级")
    case = await stage.files_transfer(child, to=SPECIAL, grade="特教三年级")
    releasing, receiving = stage.principal(PRIMARY), stage.registrar(SPECIAL)
    summary = await stage.asked(releasing, case, Step.OUT_SCHOOL)
    assert (summary.urgency, summary.working_days_left) == ("calm", 10)
    for days, urgency, left in ((7, "near", 3), (2, "pressing", 1), (1, "last_day", 0)):
        stage.clock.working_days(days)
        summary = await stage.until(f"{PRIMARY}得到提醒", alarmed(releasing, case, urgency))
        assert summary.working_days_left == left
        assert await told(releasing, "reminder", case)

    async def asks() -> str | None:
        said = await deadlines.remind(receiving, case, notice, text="家长急等")
        return said or None

    notice = str(new_uuid7())
    assert await stage.until(f"{SPECIAL}催办", asks) == f"school/{stage.school(PRIMARY).code.text}"
    await deadlines.remind(receiving, case, notice, text="家长急等")  # the same click again
    with pytest.raises(AlreadyReminded):
        await deadlines.remind(receiving, case, str(new_uuid7()))

    async def seen() -> desk_pb2.GetCaseResponse | None:
        view = await releasing.case(case)
        return view if view.summary.reminded_at_ms else None

    view = await stage.until(f"{PRIMARY}看到催办", seen)
    assert [line.step for line in view.timeline].count("reminded") == 1
    with pytest.raises(NobodyToRemind):
        await deadlines.remind(releasing, case, str(new_uuid7()))
    await stage.sees_through(case, school=SPECIAL)


@pytest.mark.clause("14.2")
async def test_who_is_late_is_named_to_the_prefecture_and_then_to_the_province_and_nothing_is_approved(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """区教育局逾期不核办：第11个工作日告知市教育局督办，第16个工作日报告省里，逾期不视为同意；办结以后逾期清单里就没有了。"""
    child = await stage.enrolled_pupil("江予安", school=JUNIOR, grade="初中二年级")
    case = await stage.files_transfer(child, to=COMPLETE, grade="初中二年级")
    await stage.sees_through(case, school=COMPLETE, before=Step.OUT_AUTHORITY)
    county, prefecture, province = (stage.officer(name) for name in (COUNTY, PREFECTURE, PROVINCE))
    stage.clock.working_days(11)
    notice = await stage.until(f"{PREFECTURE}得知", lambda: told(prefecture, "escalation", case))
    await prefecture.confirm_notice(notice, answer="已责令两日内办结")
    step = await stage.until(f"{PREFECTURE}的逾期清单", lambda: owed(prefecture, case))
    assert (step.office, step.days_late, step.long_overdue) == ("authority/410105", 1, False)
    assert await told(province, "escalation", case) is None
    waits = stage.registrar(COMPLETE)
    assert await stage.until(f"{COMPLETE}得知谁逾期", lambda: told(waits, "transfer_overdue", case))
    assert (await county.case(case)).summary.awaited_step == Step.OUT_AUTHORITY  # silence approves nothing
    stage.clock.working_days(5)
    assert await stage.until(f"{PROVINCE}得知", lambda: told(province, "escalation", case))
    (late,) = [step for step in await deadlines.overdue(province, long_overdue=True) if step.case_id == case]
    assert (late.office, late.days_late, late.long_overdue) == ("authority/410105", 6, True)
    named = {one.office: one for one in await deadlines.overdue_by_office(province, under="authority/410100")}
    assert named["authority/410105"].open >= 1
    assert named["authority/410105"].oldest_days_late >= 6
    listed = await typed(
        stage, monkeypatch, "cases", "overdue", "--desk", "41", "--under", "authority/410105", "--long"
    )
    for word in (case, "转出学校学籍主管部门核办", "已报告省级", "最长逾期工作日"):
        assert word in listed
    asked = await typed(
        stage, monkeypatch, "cases", "remind", case, "--desk", f"{stage.school(COMPLETE).code}/registrar"
    )
    assert "已催办：" in asked
    assert "逾期6个工作日" in await typed(stage, monkeypatch, "cases", "list", "--desk", "410105")
    await county.approve(case)
    for desk in (county, prefecture, province):
        await stage.until(f"{desk.name}的逾期清单里没有了", partial(settled, desk, case))
    await stage.sees_through(case, school=COMPLETE)


@pytest.mark.clause("14.2")
async def test_a_reminder_finds_whoever_has_the_case_in_the_other_province(stage: Stage) -> None:
    """跨省转学催办：转入学校只知道转出学校；转出学校已经核办的，催办转到正在办理的天河区教育局，那边的待办里看得见。"""
    child = await stage.enrolled_pupil("舒望", school=ELSEWHERE, grade="小学四年级")
    case = await stage.files_transfer(child, to=PRIMARY, grade="小学四年级")
    await stage.sees_through(case, school=PRIMARY, before=Step.OUT_AUTHORITY)
    asked = await deadlines.remind(stage.registrar(PRIMARY), case, str(new_uuid7()))
    assert asked == f"school/{stage.school(ELSEWHERE).code.text}"
    county = stage.authority_of(ELSEWHERE)

    async def seen() -> bool | None:
        return bool((await county.case(case)).summary.reminded_at_ms) or None

    await stage.until(f"{county.name}看到催办", seen)
    (notice,) = await county.notices(notice_pb2.NOTICE_VIEW_INCOMING, subject=case, kind="reminder")
    lines = {line.key: list(line.values) for line in (await county.notice(notice.notice_id)).lines}
    assert lines["text"][0].startswith(f"school/{stage.school(PRIMARY).code.text}催办")
    await county.approve(case)
    assert (await stage.outcome(case, school=PRIMARY))[child.name].state == "done"
