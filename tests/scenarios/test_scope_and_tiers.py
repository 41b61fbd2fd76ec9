"""第一章 总则: which schools, and which office does what (Art. 2, 3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.demo.rosters import Roster
from console.desk import open_desk
from console.federation.running import read_whereabouts
from kernel.ids import new_uuid7
from kernel.office import Office, Role, Tier
from kernel.refusals import CaseNotFound, MakerIsChecker, NothingToSubmit, Refusal, SchoolKeepsNoStatus
from kernel.regulation import Step
from kernel.school import SchoolCode
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"
COMPLETE, SPECIAL = "郑州市示范完全中学", "金水区示范特殊教育学校"


@pytest.mark.clause("2.1")
async def test_primary_junior_senior_and_special_schools_all_keep_status(stage: Stage) -> None:
    """小学、初中、普通高中、特殊教育学校的新生，都在同一个系统里建立学籍。"""
    first_years = {
        PRIMARY: "小学一年级",
        "金水区示范初级中学": "初中一年级",
        COMPLETE: "高中一年级",
        SPECIAL: "特教一年级",
    }
    for school, grade in first_years.items():
        child = await stage.enrolled_pupil("周予安", school=school, grade=grade)
        assert (await stage.record(child)).status_title == "在读"


@pytest.mark.clause("2.1")
async def test_a_kindergarten_has_no_record_to_give(stage: Stage) -> None:
    """幼儿园不适用本办法：转学申请里把转出学校填成幼儿园，当场就告诉学校。"""
    child = await stage.enrolled_pupil("朱思彤", school=ELSEWHERE)
    kindergarten = replace(stage.school(ELSEWHERE), code=SchoolCode.parse("1144000001"))
    with pytest.raises(SchoolKeepsNoStatus) as no:
        await stage.files_transfer(replace(child, school=kindergarten), to=PRIMARY)
    assert (no.value.field, no.value.article) == ("releasing_school", 2)


@pytest.mark.clause("3.1", "3.5")
async def test_an_office_sees_and_decides_its_own_cases_alone(stage: Stage) -> None:
    """金水区示范小学报区教育局的业务，别的区、别的学校既看不到，也办不了。"""
    await stage.enters(stage.child("何沐阳", school=PRIMARY))
    case = await stage.submits(PRIMARY)
    await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    for stranger in (stage.authority_of(ELSEWHERE), stage.authority_of(COMPLETE), stage.principal(SPECIAL)):
        with pytest.raises(CaseNotFound):
            await stranger.case(case)
        with pytest.raises(CaseNotFound):
            await stranger.approve(case)
    await stage.sees_through(case, school=PRIMARY)


@pytest.mark.clause("3.1", "25.1")
async def test_a_certificate_opens_the_desk_of_its_own_office_and_no_other(stage: Stage) -> None:
    """天河区的学籍管理员拿着自己的证书，登不上金水区教育局的系统。"""
    desks = read_whereabouts(stage.theatre.file)
    stranger, wanted = desks.desk("440106"), desks.desk("410105")
    async with open_desk(replace(wanted, tls=stranger.tls)) as desk:
        with pytest.raises(Refusal, match="OUTSIDE_JURISDICTION"):
            await desk.cases(desk_pb2.VIEW_WAITING)


@pytest.mark.clause("3.2")
async def test_the_nation_knows_who_holds_a_number_and_nothing_else(stage: Stage) -> None:
    """全国索引只知道邓知夏的学籍号由河南省保管，不知道她叫什么、在哪个班。"""
    child = await stage.enrolled_pupil("邓知夏", school=PRIMARY)
    found = await stage.at_the_index(child)
    assert (found.custodian, found.epoch, found.in_transfer) == ("41", 1, False)
    told = {field.name for field, _ in found.ListFields()}
    assert told == {"student_key", "number", "custodian", "epoch"}


@pytest.mark.clause("3.3", "25.1")
async def test_a_province_holds_the_records_of_its_own_pupils(stage: Stage) -> None:
    """河南省有本省学生的学籍，广东省没有。"""
    child = await stage.enrolled_pupil("高语嫣", school=PRIMARY)
    assert (await stage.record(child)).school == stage.school(PRIMARY).code.text
    assert await stage.officer("广东省").students(number=child.number) == []


@pytest.mark.clause("3.4", "3.5")
async def test_a_school_run_by_the_city_reports_to_the_city_though_it_stands_in_a_county(stage: Stage) -> None:
    """郑州市示范完全中学建在金水区，由市教育局直管：学籍报市教育局核准，区教育局不经手。"""
    school = stage.school(COMPLETE)
    assert (school.place, school.authority) == ("410105", "410100")
    child = stage.child("陆景行", school=school, grade="高中一年级")
    await stage.enters(child)
    case = await stage.submits(school)
    await stage.approves(stage.officer("郑州市教育局"), case, Step.IN_AUTHORITY)
    with pytest.raises(CaseNotFound):
        await stage.officer("郑州市金水区教育局").case(case)
    assert (await stage.outcome(case, school=school))[child.name].number


@pytest.mark.clause("3.6")
async def test_a_row_with_a_mistake_comes_back_to_the_registrar_at_once(stage: Stage) -> None:
    """冯磊的性别与身份证号不一致，导入时就按行指出，改正以前报不上去。"""
    child = stage.child("冯磊", school=PRIMARY, sex="男")
    wrong = child.row.but(sex="2-女")
    answer = await stage.enters_sheet(PRIMARY, Roster(title="新生花名册", pupils=(wrong,)))
    ((row, findings),) = answer.findings.items()
    assert (row, [no.code for no in findings]) == (3, ["SEX_CONTRADICTS_ID"])
    with pytest.raises(NothingToSubmit):
        await stage.registrar(PRIMARY).submit_drafts(str(new_uuid7()))


@pytest.mark.clause("3.6")
async def test_who_entered_does_not_check(stage: Stage) -> None:
    """学校一人录入、另一人审核：学籍管理员自己录的，自己不能审。"""
    await stage.enters(stage.child("曹思远", school=PRIMARY, sex="男"))
    (case,) = (await stage.registrar(PRIMARY).submit_drafts(str(new_uuid7()))).case_ids
    async with stage.theatre.desk(Office(Tier.SCHOOL, stage.school(PRIMARY).code.text), Role.PRINCIPAL, "r001") as both:
        with pytest.raises(MakerIsChecker):
            await both.approve(case)
    await stage.principal(PRIMARY).decide(case, desk_pb2.DECISION_RETURN, reason="核对户口簿后再报")
