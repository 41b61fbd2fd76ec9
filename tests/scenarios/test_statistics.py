"""Statistics (Art. 3): how many as of a day, how large classes are, who came and who left, and who stays to the end."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from console.desk import Desk
from kernel.refusals import OutsideJurisdiction
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.inquiry.v1 import inquiry_pb2

COUNTED, JUNIOR, ELSEWHERE = "金水区示范第二小学", "金水区示范第二初级中学", "天河区示范第二小学"
COMPLETE = "郑州市示范完全中学"
OWN = inquiry_pb2.Scope()


async def flows(desk: Desk, first: date, last: date, scope: inquiry_pb2.Scope = OWN) -> dict[str, int]:
    """Each reason's count over all stages; of transfers between provinces also by the other province."""
    answer = await desk.figures.flows(scope, first=first.isoformat(), last=last.isoformat())
    return {
        f"{flow.figure}/{flow.province}" if flow.province else flow.figure: flow.pupils
        for flow in answer.flows
        if not flow.stage
    }


def scope_of(stage: Stage, school: str) -> inquiry_pb2.Scope:
    return inquiry_pb2.Scope(kind="school", code=stage.school(school).code.text)


async def counted(desk: Desk, by: str, on: date, scope: inquiry_pb2.Scope = OWN) -> dict[str, int | None]:
    """Pupils by a dimension, those of a total under ``*``; None where the count is withheld."""
    answer = await desk.figures.figures(scope, on=on.isoformat(), by=[by])
    return {cell.by.get(by, "*"): None if cell.withheld else cell.pupils for cell in answer.cells}


@pytest.mark.clause("3.2", "3.3")
async def test_enrolment_is_told_as_of_a_day_to_each_tier_what_is_its_to_know(stage: Stage) -> None:
    """某天在校生按学段、年级、性别、民族、住校、随迁、留守、残疾分列；学校全看得见，上级看不到小数，全国只收到各省的合计。"""
    stage.clock.open_on(date(2026, 10, 12))
    before, sexes = stage.clock.today - timedelta(days=1), ("女", "男")
    children = [
        stage.child(f"柳{name}", school=COUNTED, school_class="9班", sex=sexes[n % 2])
        for n, name in enumerate("一二三四五六七八九十")
    ]
    others = [
        stage.child("热娜", school=COUNTED, school_class="9班", ethnicity="维吾尔族"),
        stage.child("柳住校", school=COUNTED, school_class="9班", attendance="住校", grade="小学五年级"),
        stage.child("柳随迁", school=COUNTED, school_class="9班", migrant_child="是"),
        stage.child("柳留守", school=COUNTED, school_class="9班", left_behind="1-单亲留守儿童"),
    ]
    registrar, county, on = stage.registrar(COUNTED), stage.authority_of(COUNTED), stage.clock.today
    was = await _all_ways(registrar, before)
    await stage.enrolled(*children, *others)
    told = await _all_ways(registrar, on)
    assert await _all_ways(registrar, before) == was  # a day that is over stays as it was
    more = {by: Counter(told[by]) - Counter(was[by]) for by in told}
    assert {by: more[by]["*"] for by in told} == dict.fromkeys(told, 14)
    assert (more["grade"]["101"], more["grade"]["105"], more["stage"]["1"]) == (13, 1, 14)
    assert (more["sex"]["1"], more["sex"]["2"], more["ethnicity"]["53"] + more["ethnicity"]["05"]) == (5, 9, 1)
    assert [sum(more[by].values()) for by in ("boarding", "migrant", "left_behind", "disability")] == [28] * 4
    above = await counted(county, "ethnicity", on, scope_of(stage, COUNTED))
    assert None in above.values()
    assert not [count for count in above.values() if count and count < 10]
    with pytest.raises(OutsideJurisdiction):
        await counted(county, "sex", on, scope_of(stage, ELSEWHERE))
    with pytest.raises(OutsideJurisdiction):
        await counted(stage.officer("河南省"), "sex", on, scope_of(stage, ELSEWHERE))
    stage.clock.advance(timedelta(days=1))
    await stage.officer("河南省").figures.report_day(on.isoformat())
    whole = inquiry_pb2.Scope(kind="nation", code="00")

    async def nations() -> dict[str, int | None] | None:
        answer = await counted(stage.nation, "province", on, whole)
        return answer if "41" in answer else None

    province = await counted(stage.officer("河南省"), "sex", on)
    assert (await stage.until("全国收到河南的合计", nations))["41"] == province["*"]
    with pytest.raises(OutsideJurisdiction):  # no record, and no school's figure, leaves the province
        await counted(stage.nation, "sex", on, scope_of(stage, COUNTED))


async def _all_ways(desk: Desk, on: date) -> dict[str, dict[str, int]]:
    ways = ("stage", "grade", "sex", "ethnicity", "boarding", "migrant", "left_behind", "disability")
    return {by: {key: count or 0 for key, count in (await counted(desk, by, on)).items()} for by in ways}


@pytest.mark.clause("3.5")
async def test_large_classes_are_seen_by_the_authority(stage: Stage) -> None:
    """金水区示范第二小学二年级1班56人，是大班额：学校看得到每个班的人数，区教育局看得到大班。"""
    stage.clock.open_on(date(2026, 10, 14))
    children = [stage.child("丁小满", school=COUNTED, grade="小学二年级", school_class="1班") for _ in range(56)]
    await stage.enters(*children)
    case = await stage.submits(COUNTED)
    await stage.sees_through(case, school=COUNTED)
    on = stage.clock.today.isoformat()
    own, listed = await stage.registrar(COUNTED).figures.classes(OWN, on=on, at_least=1)
    assert (own.large_from, own.huge_from) == (56, 66)
    assert (listed[0].grade, listed[0].school_class, listed[0].pupils) == ("102", "1班", 56)
    assert (own.large, own.huge) == (1, 0)
    above, large = await stage.authority_of(COUNTED).figures.classes(OWN, on=on)
    assert stage.school(COUNTED).code.text in {one.school for one in large}
    assert above.large == len(large)
    assert all(one.pupils >= 56 for one in large)


@pytest.mark.clause("3.3", "3.5")
async def test_freshmen_graduates_and_who_stays_to_the_end(stage: Stage) -> None:
    """初中招生五人、毕业三人，其中一人已升入高中；两年前初一五人，现在初三四人，巩固率80%。"""
    stage.clock.open_on(date(2024, 9, 9))
    await stage.enrolled(*_pupils(stage, 5, "初中一年级", "21班"))
    stage.clock.open_on(date(2026, 6, 15))
    graduates = _pupils(stage, 3, "初中三年级", "31班")
    await stage.enrolled(*graduates)
    stage.clock.to(date(2026, 6, 22))
    await stage.does("graduation", *graduates, outcome="graduated")
    first = stage.clock.today
    stage.clock.to(date(2026, 8, 25))
    await stage.does("admission", graduates[0], at=COMPLETE, grade="高中一年级", entry_way="统一招生考试/普通入学")
    stage.clock.open_on(date(2026, 9, 9))
    await stage.enrolled(*_pupils(stage, 5, "初中一年级", "22班"), *_pupils(stage, 4, "初中三年级", "32班"))
    on = stage.clock.today
    registrar = stage.registrar(JUNIOR)
    told = await flows(registrar, first, on)
    assert (told["freshmen"], told["out_graduated"], told["graduates_unplaced"]) == (5, 3, 2)
    rates = await registrar.figures.retention(OWN, on=on.isoformat())
    junior = next(one for one in rates.retentions if one.figure == "retention_junior")
    assert (junior.remaining, junior.entrants, junior.basis_points) == (4, 5, 8000)
    above = await stage.authority_of(JUNIOR).figures.retention(scope_of(stage, JUNIOR), on=on.isoformat())
    assert all(one.withheld for one in above.retentions if one.figure == "retention_junior")


def _pupils(stage: Stage, count: int, grade: str, school_class: str) -> list[Child]:
    names = "甲乙丙丁戊己庚辛"
    return [
        stage.child(f"白{names[n]}{grade[2]}", school=JUNIOR, grade=grade, school_class=school_class)
        for n in range(count)
    ]


@pytest.mark.clause("3.3")
async def test_who_moves_to_another_province_leaves_one_count_and_enters_the_other(stage: Stage) -> None:
    """方可欣、方可心随父母从郑州迁往广州：河南的学校少两人，流向广东；广东的学校多两人，来自河南。"""
    begins = stage.clock.today
    children = [
        stage.child(name, school=COUNTED, grade="小学三年级", school_class="7班") for name in ("方可欣", "方可心")
    ]
    await stage.enrolled(*children)
    stage.clock.to(date(2026, 9, 7))
    for child in children:
        await stage.transferred(child, to=ELSEWHERE, grade="小学三年级")
    moved = stage.clock.today
    left = await flows(stage.registrar(COUNTED), moved, moved)
    came = await flows(stage.registrar(ELSEWHERE), moved, moved)
    assert (left["out_transfer_province"], left["out_transfer_province/44"]) == (2, 2)
    assert (came["in_transfer_province"], came["in_transfer_province/41"]) == (2, 2)
    assert left["opening"] - left["out"] == left.get("closing", 0)
    whole = await flows(stage.registrar(COUNTED), begins, moved)
    assert whole["in_registered"] - whole["out_transfer_province"] == whole.get("closing", 0) - whole.get("opening", 0)


@pytest.mark.clause("3.3")
async def test_whoever_is_registered_and_moves_on_the_same_day_is_told_by_both_provinces(stage: Stage) -> None:
    """郝一鸣上午在郑州建学籍、当天办完跨省转学：河南算新建一人、转出一人，广东算外省转入一人，不算新建。"""
    stage.clock.open_on(date(2026, 9, 9))
    child = await stage.enrolled_pupil("郝一鸣", school=COUNTED, grade="小学三年级", school_class="8班", sex="男")
    await stage.transferred(child, to=ELSEWHERE, grade="小学三年级")
    day = stage.clock.today
    left = await flows(stage.registrar(COUNTED), day, day)
    came = await flows(stage.registrar(ELSEWHERE), day, day)
    assert (left["in_registered"], left["out_transfer_province/44"]) == (1, 1)
    assert (came["in_transfer_province/41"], came.get("in_registered", 0)) == (1, 0)
