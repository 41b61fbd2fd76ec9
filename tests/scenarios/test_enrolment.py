"""第二章 学籍建立: a child enters school and gets a record and a number (Art. 4 to 8)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from chassis.keys import Verifier
from chassis.rpc.wire import refusal_from_message
from chassis.workbooks.reading import read_rows
from console.demo.rosters import a_citizen_id
from console.index_log import LogVerified, verify_log
from kernel.clock import SHANGHAI, moment_of
from kernel.form import ITEMS
from kernel.ids import new_uuid7
from kernel.number import NumberKind, StudentNumber
from kernel.refusals import AlreadyRegistered
from kernel.regulation import Step
from scenarios.stage import Stage

PRIMARY, ELSEWHERE, SPECIAL = "金水区示范小学", "天河区示范小学", "金水区示范特殊教育学校"


@pytest.mark.clause("4.1", "4.2")
async def test_a_first_grader_gets_a_number_when_the_authority_has_approved(stage: Stage) -> None:
    """开学第一天，金水区示范小学为新生李小禾采集信息、申请学籍号；区教育局核准后，学籍号当天发到学校。"""
    child = stage.child("李小禾", school=PRIMARY)
    await stage.enters(child)
    case = await stage.submits(PRIMARY)
    waiting = await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    assert waiting.procedure_title == "学籍建立"
    assert await stage.registrar(PRIMARY).students(name="李小禾") == []

    await stage.authority_of(PRIMARY).approve(case)
    child.number = (await stage.outcome(case, school=PRIMARY))[child.name].number
    assert await stage.on_the_roll(child, school=PRIMARY) == ["numbered"]
    record = await stage.record(child)
    assert (record.name, record.grade, record.school_class) == ("李小禾", "101", "1班")


@pytest.mark.clause("4.2")
async def test_what_the_authority_sends_back_comes_with_its_reason_and_keeps_nobody_else(stage: Stage) -> None:
    """一个班三名新生，区教育局退回其中一人补材料，另外两人照常得到学籍号。"""
    children = [stage.child(name, school=PRIMARY) for name in ("宋可馨", "唐若曦", "许佳怡")]
    await stage.enters(*children)
    case = await stage.submits(PRIMARY)
    officer = stage.authority_of(PRIMARY)
    await stage.asked(officer, case, Step.IN_AUTHORITY)
    await officer.approve(case, await stage.excepting(officer, case, 唐若曦="请补户口簿首页"))
    items = await stage.outcome(case, school=PRIMARY)
    assert {name: bool(item.number) for name, item in items.items()} == {
        "宋可馨": True,
        "唐若曦": False,
        "许佳怡": True,
    }
    assert "请补户口簿首页" in refusal_from_message(items["唐若曦"].refusal).sentence
    back = {draft.values["name"]: draft for draft in await stage.registrar(PRIMARY).drafts()}
    assert back["唐若曦"].state == "returned"
    await stage.registrar(PRIMARY).discard_drafts([back["唐若曦"].item_id])


@pytest.mark.clause("5.1")
async def test_a_number_is_made_of_place_and_birth_date_and_is_ones_own(stage: Stage) -> None:
    """两名同一天出生的新生，学籍号都以学校所在地和出生日期为基础，各不相同。"""
    born, place = date(2020, 3, 15), stage.school(PRIMARY).place
    twins = [
        stage.child(
            name, school=PRIMARY, birth_date=f"{born:%Y%m%d}", document_number=a_citizen_id(place, born, sequence)
        )
        for name, sequence in (("韩安", 910), ("韩宁", 912))
    ]
    await stage.enrolled(*twins)
    numbers = [StudentNumber.parse(twin.number) for twin in twins]
    assert {number.kind for number in numbers} == {NumberKind.TEMPORARY}
    assert [number.body[:14] for number in numbers] == ["41010520200315"] * 2
    assert len(set(numbers)) == 2


@pytest.mark.clause("5.1")
async def test_a_number_stays_for_life_wherever_the_child_goes(stage: Stage) -> None:
    """马书瑶三年级转去外省，六年级又转回来，学籍号从头到尾没有变。"""
    child = await stage.enrolled_pupil("马书瑶", school=ELSEWHERE, grade="小学三年级")
    key, number = (await stage.at_the_index(child)).student_key, child.number
    for place, epoch, on in ((PRIMARY, 2, date(2027, 3, 1)), (ELSEWHERE, 3, date(2029, 9, 3))):
        stage.clock.to(on)
        await stage.transferred(child, to=place, grade="小学三年级")
        found = await stage.at_the_index(child)
        assert (found.student_key, found.number, found.epoch) == (key, number, epoch)


@pytest.mark.clause("5.2")
async def test_what_a_student_card_shows_is_on_the_schools_roll(stage: Stage) -> None:
    """制作学生卡要用的姓名、学籍号、学校、年级、班级，都在学校的学生名册里。"""
    child = await stage.enrolled_pupil("罗乐仪", school=PRIMARY, school_class="4班")
    (on_card,) = await stage.registrar(PRIMARY).students(number=child.number)
    shown = (on_card.name, on_card.number, on_card.school, on_card.grade, on_card.school_class)
    assert shown == ("罗乐仪", child.number, stage.school(PRIMARY).code.text, "101", "4班")


@pytest.mark.clause("6.1")
async def test_a_child_who_has_a_record_gets_no_second_one(stage: Stage) -> None:
    """梁静姝在广东已有学籍，河南的学校又录了一遍：不发号，只告诉学校学籍在广东省，别的什么也不说。"""
    child = await stage.enrolled_pupil("梁静姝", school=ELSEWHERE)
    await stage.enters(child, school=PRIMARY)
    case = await stage.submits(PRIMARY)
    await stage.sees_through(case, school=PRIMARY)
    item = (await stage.outcome(case, school=PRIMARY))[child.name]
    no = refusal_from_message(item.refusal)
    assert isinstance(no, AlreadyRegistered)
    assert (item.number, no.detail) == ("", {"province": "广东省"})
    found = await stage.at_the_index(child)
    assert (found.custodian, found.epoch) == ("44", 1)
    assert await stage.officer("河南省").students(number=child.number) == []


@pytest.mark.clause("6.1")
async def test_two_schools_that_enter_one_child_on_one_day_make_one_record(stage: Stage) -> None:
    """同一天两所学校都录入了谢芷晴，两边同时核准：只有一边得到学籍号。"""
    child = stage.child("谢芷晴", school=PRIMARY)
    cases = {}
    for school, grade in ((PRIMARY, "小学一年级"), (SPECIAL, "特教一年级")):
        child.row = child.row.but(grade=grade, disability="2-听力残疾", inclusive_class="2-听力残疾随班就读")
        await stage.enters(child, school=school)
        cases[school] = await stage.submits(school)
    await asyncio.gather(*(stage.sees_through(case, school=school) for school, case in cases.items()))
    items = [(await stage.outcome(case, school=school))[child.name] for school, case in cases.items()]
    assert sorted(item.state for item in items) == ["done", "refused"]
    (refused,) = [item for item in items if item.state == "refused"]
    assert refusal_from_message(refused.refusal).code == "ALREADY_REGISTERED"


@pytest.mark.clause("6.1")
@pytest.mark.parametrize(
    ("cell", "false", "code"),
    [
        ("document_number", "41010520200101910X", "CHECK_CHARACTER_WRONG"),
        ("birth_date", "20200102", "BIRTH_DATE_CONTRADICTS_ID"),
    ],
)
async def test_false_data_is_told_before_it_becomes_a_record(stage: Stage, cell: str, false: str, code: str) -> None:
    """身份证号编造、出生日期与证件不符的，录入时就被查出，不能建立学籍。"""
    child = stage.child("郑妍", school=PRIMARY)
    child.row = child.row.but(**{cell: false})
    answer = await stage.enters(child)
    assert code in {no.code for nos in answer.findings.values() for no in nos}
    assert answer.summary.rows_kept == 0


@pytest.mark.clause("6.2")
async def test_a_school_does_not_take_in_a_pupil_whose_record_stays_behind(stage: Stage) -> None:
    """朱雨桐没办转学就到新学校上学，新学校给她建不了学籍；办完转学，学籍跟着人走。"""
    child = await stage.enrolled_pupil("朱雨桐", school=ELSEWHERE, grade="小学二年级")
    await stage.enters(child, school=PRIMARY)
    case = await stage.submits(PRIMARY)
    await stage.sees_through(case, school=PRIMARY)
    assert (await stage.outcome(case, school=PRIMARY))[child.name].state == "refused"

    await stage.transferred(child, to=PRIMARY, grade="小学二年级")
    here, there = await stage.record(child, province="河南省"), await stage.record(child, province="广东省")
    assert (here.custody, here.school, there.custody) == ("held", stage.school(PRIMARY).code.text, "gone")
    assert await stage.on_the_roll(child, school=ELSEWHERE) == ["left"]


@pytest.mark.clause("7.1")
async def test_the_day_of_entry_and_the_day_of_the_record_are_both_kept(stage: Stage) -> None:
    """学校9月1日录入、9月21日核准：什么时候录入、什么时候建成学籍，一个月之内还是之外，都有据可查。"""
    await stage.enters(stage.child("胡梓涵", school=PRIMARY))
    case = await stage.submits(PRIMARY)
    await stage.asked(stage.authority_of(PRIMARY), case, Step.IN_AUTHORITY)
    stage.clock.to(date(2026, 9, 21))
    await stage.sees_through(case, school=PRIMARY)
    view = await stage.registrar(PRIMARY).case(case)
    days = {entry.step: moment_of(entry.at_ms).astimezone(SHANGHAI).date() for entry in view.timeline}
    assert (days["filed"], days["settled"]) == (date(2026, 9, 1), date(2026, 9, 21))
    assert days["settled"] - days["filed"] < timedelta(days=30)


@pytest.mark.clause("7.3")
async def test_the_form_is_the_nations_with_all_its_items(stage: Stage, tmp_path: Path) -> None:
    """学校下载的花名册模板，就是国家统一制订的学生基本信息表，72项一项不少。"""
    template = tmp_path / "模板.xlsx"
    template.write_bytes(await stage.registrar(PRIMARY).template())
    header = next(iter(dict(read_rows(template)).values()))
    labels = [str(cell).rstrip("★") for cell in header if cell]
    assert len(ITEMS) == 72
    assert [one.label for one in ITEMS if one.label not in labels] == []


@pytest.mark.clause("4.1", "4.2", "28.1")
@pytest.mark.parametrize("grade", ["小学一年级", "小学四年级"])
async def test_there_are_six_entrances(stage: Stage, grade: str) -> None:
    """六个入口：小学新生和非小学新生，各有居民身份证、港澳台和外籍证件、无证件三种；无证件的逐人办理，逐级核准到省。"""
    abroad = {"birth_place": None, "household_place": None, "household_kind": None, "ethnicity": "97-其他"}
    year = "甲" if grade == "小学一年级" else "乙"
    by_id = stage.child(f"温知{year}", school=PRIMARY, grade=grade)
    by_passport = stage.child(
        "ANA LIMA" if year == "甲" else "ANA SOUZA",
        school=PRIMARY,
        grade=grade,
        nationality="BRA-巴西",
        document_kind="A-护照",
        document_number=f"ZZ4128{'31' if year == '甲' else '32'}01",
        hk_mo_tw_overseas="51-外国人",
        **abroad,
    )
    guardian = a_citizen_id("410199", date(1988, 5, 6), 911)
    by_none = stage.child(
        f"温无{year}",
        school=PRIMARY,
        grade=grade,
        document_kind="Z-其他",
        document_number=None,
        guardian1_document_kind="1-居民身份证",
        guardian1_document_number=guardian,
    )
    entered = await stage.enters(by_id, by_passport, by_none)
    assert not entered.findings, {row: [no.code for no in nos] for row, nos in entered.findings.items()}
    submitted = await stage.registrar(PRIMARY).submit_drafts(str(new_uuid7()))
    numbers: dict[str, NumberKind] = {}
    for case_id in submitted.case_ids:
        await stage.principal(PRIMARY).approve(case_id)
        await stage.sees_through(case_id, school=PRIMARY)
        items = await stage.outcome(case_id, school=PRIMARY)
        assert {item.state for item in items.values()} == {"done"}
        steps = {entry.step for entry in (await stage.registrar(PRIMARY).case(case_id)).timeline}
        assert (Step.IN_PROVINCE in steps) == (by_none.name in items), "the province looks at whom nothing names"
        assert by_none.name not in items or len(items) == 1, "alone"
        numbers |= {name: StudentNumber.parse(item.number).kind for name, item in items.items()}
    assert numbers == {
        by_id.name: NumberKind.TEMPORARY,
        by_passport.name: NumberKind.SELF_CODED,
        by_none.name: NumberKind.SELF_CODED,
    }


@pytest.mark.clause("5.1", "6.1")
async def test_anybody_can_check_that_no_child_has_two_numbers(stage: Stage) -> None:
    """发号、换证件、跨省转学都记入全国登记日志；全国管理员从外部逐条核对，两省各自见证，谁也改写不了。"""
    child = await stage.enrolled_pupil("陆望舒", school=PRIMARY, grade="小学二年级")
    await stage.transferred(child, to=ELSEWHERE, grade="小学二年级")
    verify = Verifier(stage.nation.authority_certificate).verify

    async def witnessed() -> LogVerified | None:
        found = await verify_log(stage.nation, verify=verify, earlier=None, read=lambda _count, _of: None)
        return found if found.standing.provinces == ("41", "44") else None

    found = await stage.until("两省都见证了登记日志", witnessed)
    assert found.good
    assert found.standing.checkpoint.size >= 2
    again = await verify_log(stage.nation, verify=verify, earlier=found.standing.checkpoint, read=lambda *_: None)
    assert (again.good, again.continues) == (True, found.standing.checkpoint.size)
