"""第二十三条: registrars are trained before they work, are kept, and are known to the tier above."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from console import staff
from console.commands import app
from console.demo.rosters import Roster
from console.desk import Desk
from console.federation.running import FEDERATION_VARIABLE
from kernel.ids import new_uuid7
from kernel.office import Office, Role, Tier
from kernel.refusals import (
    MakerIsChecker,
    NotOfferedHere,
    NotTrained,
    OutsideJurisdiction,
    SchoolUnknown,
    StaffNotFound,
)
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2
from xueji.notice.v1 import notice_pb2
from xueji.staff.v1 import staff_pb2

PRIMARY, JUNIOR, REFORM = "金水区示范小学", "金水区示范初级中学", "郑州市示范工读学校"
COUNTY = "郑州市金水区教育局"
ACT = {
    "proposed": staff_pb2.STAFF_ACT_PROPOSED,
    "trained": staff_pb2.STAFF_ACT_TRAINED,
    "appointed": staff_pb2.STAFF_ACT_APPOINTED,
    "deputised": staff_pb2.STAFF_ACT_DEPUTISED,
    "left": staff_pb2.STAFF_ACT_LEFT,
}
TRAINING = {"course": "学籍管理员岗前培训", "certificate": "郑培2026-018", "issued_by": "郑州市教育局"}


def office_of(stage: Stage, school: str) -> Office:
    return Office(Tier.SCHOOL, stage.school(school).code.text)


async def says(desk: Desk, act: str, person: str, day: date, **more: str) -> staff_pb2.StaffMember:
    """One entry at a desk; of a registrar where no other role is said."""
    answer: staff_pb2.EnterStaffResponse = await desk.staff.EnterStaff(
        staff_pb2.EnterStaffRequest(
            entry_id=str(new_uuid7()),
            act=ACT[act],
            person=person,
            day=day.isoformat(),
            **{"role": "registrar", **more},
        )
    )
    return answer.member


async def stands(stage: Stage, desk: Desk, person: str, state: str, *, office: str = "", role: str = "") -> Any:
    """Wait until a desk knows somebody to stand so."""

    async def look() -> staff_pb2.StaffMember | None:
        async for one in staff.members(desk, office):
            if one.person == person and one.state_title == state and role in {"", one.role}:
                return one
        return None

    return await stage.until(f"{desk.name}得知{person}{state}", look)


async def hires(stage: Stage, school: str, person: str, *, on: date, role: str = "registrar") -> None:
    """The school proposes, the authority records the training and lets the person work; the school knows it."""
    office, county = str(office_of(stage, school)), stage.authority_of(school)
    await says(stage.principal(school), "proposed", person, on, role=role, name="新任管理员", phone="0371-60000000")
    await stands(stage, county, person, "待培训", office=office)
    await says(county, "trained", person, on - timedelta(days=5), office=office, role=role, **TRAINING)
    await says(county, "appointed", person, on, office=office, role=role)
    await stands(stage, stage.principal(school), person, "在岗" if on <= stage.clock.today else "待上岗")


@pytest.mark.clause("23.1", "23.2")
async def test_a_new_registrar_is_trained_before_the_account_works(stage: Stage) -> None:
    """新来的管理员r102先由学校提名，区教育局登记培训合格、准予上岗；在此以前看得见，录不了。"""
    school, today = office_of(stage, PRIMARY), stage.clock.today
    county = stage.authority_of(PRIMARY)
    async with stage.theatre.desk(school, Role.REGISTRAR, "r102", on_duty=False) as newcomer:
        assert await newcomer.cases(desk_pb2.VIEW_ALL) is not None  # looking is free
        with pytest.raises(NotTrained) as no:
            await newcomer.submit_drafts(str(new_uuid7()))
        assert no.value.article == 23
        await says(stage.principal(PRIMARY), "proposed", "r102", today, name="李慧敏")
        await stands(stage, county, "r102", "待培训", office=str(school))
        with pytest.raises(NotTrained):  # 先培训后上岗
            await says(county, "appointed", "r102", today, office=str(school))
        await says(county, "trained", "r102", today - timedelta(days=3), office=str(school), **TRAINING)
        await stands(stage, stage.principal(PRIMARY), "r102", "已培训")
        with pytest.raises(NotTrained):
            await newcomer.submit_drafts(str(new_uuid7()))
        await says(county, "appointed", "r102", today, office=str(school))
        await stands(stage, stage.principal(PRIMARY), "r102", "在岗")
        child = stage.child("严知行", school=PRIMARY)
        path = stage.theatre.file.with_name("r102.xlsx")
        await asyncio.to_thread(Roster(title="花名册", pupils=(child.row,)).write, path)
        assert (await newcomer.import_roster(path)).summary.rows_kept == 1


@pytest.mark.clause("23.1")
async def test_the_authority_registers_the_first_person_of_a_school(stage: Stage) -> None:
    """学校还没有可以提名的人：第一位审核人由主管部门提名、登记培训、准予上岗；别的区管不了。"""
    office, today = office_of(stage, JUNIOR), stage.clock.today
    county = stage.authority_of(JUNIOR)
    about = {"office": str(office), "role": "principal"}
    with pytest.raises(StaffNotFound):
        await says(county, "trained", "h101", today, **about, **TRAINING)
    with pytest.raises(SchoolUnknown):
        await says(stage.officer("广州市天河区教育局"), "proposed", "h101", today, **about, name="王建国")
    with pytest.raises(OutsideJurisdiction):  # the province is above, and not next above
        await says(stage.officer("河南省"), "proposed", "h101", today, **about, name="王建国")
    await says(county, "proposed", "h101", today, **about, name="王建国")
    await says(county, "trained", "h101", today, **about, **TRAINING)
    await says(county, "appointed", "h101", today, **about)
    await stands(stage, stage.registrar(JUNIOR), "h101", "在岗")
    with pytest.raises(OutsideJurisdiction):  # nobody appoints themselves
        await says(stage.principal(JUNIOR), "appointed", "h101", today, role="principal")


@pytest.mark.clause("23.2")
async def test_in_september_one_registrar_hands_over_to_another(stage: Stage) -> None:
    """r111九月十五日把岗位交给r112：前一日离岗，当日接任；在办业务随岗位移交，接任者不能审核前任录入的。"""
    school = office_of(stage, JUNIOR)
    county = stage.authority_of(JUNIOR)
    await hires(stage, JUNIOR, "r111", on=stage.clock.today)
    day = stage.clock.today + timedelta(days=14)
    await says(stage.principal(JUNIOR), "proposed", "r112", day, name="周晓")
    await stands(stage, county, "r112", "待培训", office=str(school))
    async with (
        stage.theatre.desk(school, Role.REGISTRAR, "r111", on_duty=False) as leaving,
        stage.theatre.desk(school, Role.REGISTRAR, "r112", on_duty=False) as coming,
        stage.theatre.desk(school, Role.PRINCIPAL, "r112") as checking,
    ):
        child = stage.child("卫子衿", school=JUNIOR, grade="初中一年级")
        await stage.enters(child)
        (case,) = (await leaving.submit_drafts(str(new_uuid7()))).case_ids
        with pytest.raises(NotTrained):  # 接任者也先培训
            await says(county, "appointed", "r112", day, office=str(school), taken_over_from="r111")
        await says(county, "trained", "r112", day - timedelta(days=4), office=str(school), **TRAINING)
        await says(county, "appointed", "r112", day, office=str(school), taken_over_from="r111")
        await stands(stage, stage.principal(JUNIOR), "r112", "待上岗")
        stage.clock.to(day)
        await stands(stage, stage.principal(JUNIOR), "r111", "已离岗")
        with pytest.raises(NotTrained):
            await leaving.withdraw_case(case, reason="录错")
        assert (await coming.case(case)).summary.state == "checking"
        with pytest.raises(MakerIsChecker):
            await checking.approve(case)
        await stage.principal(JUNIOR).decide(case, desk_pb2.DECISION_RETURN, reason="接任后核对户口簿")
        assert child.name in [draft.values["name"] for draft in await coming.drafts()]  # inherited, and gone on with


@pytest.mark.clause("23.2")
async def test_a_deputy_stands_in_for_some_days(stage: Stage) -> None:
    """r001病假一周，r121临时代理：代理期内能办，前后都不能。"""
    school, begins = office_of(stage, PRIMARY), stage.clock.today + timedelta(days=6)
    county, last = stage.authority_of(PRIMARY), begins + timedelta(days=4)
    await says(stage.principal(PRIMARY), "proposed", "r121", begins, name="赵敏")
    await stands(stage, county, "r121", "待培训", office=str(school))
    await says(county, "trained", "r121", stage.clock.today, office=str(school), **TRAINING)
    about = {"office": str(school), "until": last.isoformat(), "deputy_for": "r001"}
    await says(county, "deputised", "r121", begins, **about)
    await stands(stage, stage.principal(PRIMARY), "r121", "待上岗")
    async with stage.theatre.desk(school, Role.REGISTRAR, "r121", on_duty=False) as deputy:
        for day, works in ((stage.clock.today, False), (begins, True), (last, True), (last + timedelta(days=1), False)):
            if day > stage.clock.today:
                stage.clock.to(day)
            if works:
                assert await deputy.discard_drafts([str(new_uuid7())]) == 0
            else:
                with pytest.raises(NotTrained):
                    await deputy.discard_drafts([str(new_uuid7())])


@pytest.mark.clause("23.2")
async def test_every_tier_reports_its_people_to_the_next(stage: Stage) -> None:
    """学校把管理员的基本信息报区教育局，区教育局把自己的报省，省报全国；同样的人报两次只有一份。"""
    below, between = office_of(stage, REFORM), stage.officer(COUNTY)
    for reporting, above, office, person in (
        (stage.principal(REFORM), between, str(below), "r001"),
        (between, stage.officer("河南省"), str(between.who.office), "c001"),
    ):
        first = await reporting.staff.ReportStaff(staff_pb2.ReportStaffRequest())
        again = await reporting.staff.ReportStaff(staff_pb2.ReportStaffRequest())
        assert list(again.notice_ids) == list(first.notice_ids)
        known = await stands(stage, above, person, "在岗", office=office)
        assert (known.name != "", known.trained_on) == (True, "2013-08-20")
        incoming = await above.notices(notice_pb2.NOTICE_VIEW_INCOMING, kind="registrar_list")
        assert first.notice_ids[0] in {notice.notice_id for notice in incoming}
    province = stage.officer("河南省")
    first = await province.staff.ReportStaff(staff_pb2.ReportStaffRequest())
    assert await province.staff.ReportStaff(staff_pb2.ReportStaffRequest()) == first
    known = await stands(stage, stage.nation, "p001", "在岗", office="province/41")
    assert (known.role_title, known.may_work) == ("主管部门学籍管理员", True)
    with pytest.raises(NotOfferedHere):  # the nation looks
        await says(stage.nation, "proposed", "p002", stage.clock.today, office="province/41", role="officer", name="甲")


@pytest.mark.clause("23.2")
async def test_the_authority_sees_how_stable_each_school_keeps_its_staff(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """工读学校一年里换过一次管理员，区教育局的变动表里看得出来；第二年就没有变动了。"""
    school, day = office_of(stage, REFORM), stage.clock.today
    county = stage.authority_of(REFORM)
    await hires(stage, REFORM, "r131", on=day)
    await hires(stage, REFORM, "r132", on=day)
    before = await _turnover(stage, county, school, day)
    stage.clock.advance(timedelta(days=30))
    await says(county, "left", "r131", day + timedelta(days=30), office=str(school))
    after = await _turnover(stage, county, school, day + timedelta(days=31))
    assert after["left"] == before["left"] + 1
    assert after["on_duty"] == before["on_duty"] - 1
    assert after["arrived"] >= 2
    later = await _turnover(stage, county, school, day + timedelta(days=800))
    assert (later["arrived"], later["left"]) == (0, 0)
    monkeypatch.setenv(FEDERATION_VARIABLE, str(stage.theatre.file))
    asked = ["staff", "turnover", "--desk", county.who.office.code, "--json"]
    told = await asyncio.to_thread(CliRunner().invoke, app, asked)
    assert str(school) in {one["office"] for one in json.loads(told.stdout)["offices"]}


async def _turnover(stage: Stage, county: Desk, school: Office, on: date) -> dict[str, Any]:
    found = [staff.turnover(one) async for one in staff.turnovers(county, on=on.isoformat())]
    return next(one for one in found if one["office"] == str(school))
