"""第二十四条: each term, class by class, the roll against who sits there; sampled by lot, sealed, and followed up."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import date
from functools import partial

import pytest

from console.desk import Desk
from kernel.ids import new_uuid7
from kernel.refusals import (
    DifferenceUnfitting,
    ReviewClassConfirmed,
    ReviewClassNotSampled,
    ReviewClosed,
    ReviewNotComplete,
    ReviewSampleNotDrawn,
    ReviewSampleUnfinished,
)
from kernel.review import SampledClass, draw
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.review.v1 import review_pb2
from xueji.supervision.v1 import supervision_pb2

PRIMARY, SPECIAL, JUNIOR, REFORM = (
    "金水区示范小学",
    "金水区示范特殊教育学校",
    "金水区示范初级中学",
    "郑州市示范工读学校",
)
OF_THE_COUNTY = (PRIMARY, SPECIAL, JUNIOR, REFORM)
COMMAND_SECONDS = 60


async def opened(stage: Stage, by: Desk, *at: str) -> str:
    """A review, once the rolls are at those schools; its id."""
    review = await by.review.open(str(new_uuid7()))
    for school in at:
        await stage.until(f"{school}取到复核名册", partial(ready, stage, school, review.review_id))
    return review.review_id


async def ready(stage: Stage, school: str, review_id: str) -> list[review_pb2.ReviewClass] | None:
    known = [one.review_id for one in await stage.registrar(school).review.reviews()]
    return await stage.registrar(school).review.classes(review_id) if review_id in known else None


def name_of(one: review_pb2.ReviewClass) -> review_pb2.ClassName:
    return review_pb2.ClassName(school=one.school, grade=one.grade, school_class=one.school_class)


async def answers(stage: Stage, school: str, review_id: str, **differing: list[review_pb2.Difference]) -> None:
    """The school answers for all of its classes and confirms; ``differing`` by the name of the class."""
    for one in await stage.registrar(school).review.classes(review_id):
        if one.state != "confirmed":
            told = differing.get(one.school_class, [])
            name = name_of(one)
            await stage.registrar(school).review.answer(review_id, name, teacher="班主任甲", differences=told)
            await stage.principal(school).review.check(review_id, name)


def differs(kind: str, child: Child | str, note: str) -> review_pb2.Difference:
    if isinstance(child, str):
        return review_pb2.Difference(kind=kind, name=child, note=note)
    return review_pb2.Difference(kind=kind, name=child.name, number=child.number, note=note)


async def sealed(stage: Stage, officer: Desk, review_id: str, *, note: str = "相符") -> review_pb2.Review:
    """Drawn, looked at, sealed."""
    await officer.review.draw(review_id)
    for one in await officer.review.classes(review_id, sampled=True):
        await officer.review.record(review_id, name_of(one), agreed=True, note=note)
    return await officer.review.seal(review_id)


async def clue(stage: Stage, desk: Desk, ground: str, *, about: str) -> supervision_pb2.Finding:
    async def look() -> supervision_pb2.Finding | None:
        listed = await desk.supervision.findings(state="found")
        return next((one for one in listed if (one.ground, one.about) == (ground, about)), None)

    return await stage.until(f"线索{ground}", look)


@pytest.mark.clause("24.1")
async def test_a_term_is_reviewed_class_by_class_sampled_by_lot_and_sealed(stage: Stage) -> None:
    """区教育局开启学期复核：各校逐班核对，班主任签名、学校审核人确认；全部完成后抽签抽查，封存上报，差异成为线索。"""
    here = await stage.enrolled_pupil("安子墨", school=PRIMARY, grade="小学三年级", school_class="复核一班")
    gone = await stage.enrolled_pupil("卜一凡", school=PRIMARY, grade="小学三年级", school_class="复核一班")
    officer, registrar, principal = stage.authority_of(PRIMARY), stage.registrar(PRIMARY), stage.principal(PRIMARY)
    review_id = await opened(stage, officer, *OF_THE_COUNTY)
    (mine,) = [one for one in await registrar.review.classes(review_id) if one.school_class == "复核一班"]
    assert (mine.pupils, mine.state_title) == (2, "待核对")
    shown = await registrar.review.show(review_id, name_of(mine))
    assert {pupil.number for pupil in shown.pupils} == {here.number, gone.number}

    told = [
        differs("registered_not_present", gone, "9月起没有来上学，家长说在外地"),
        differs("present_not_registered", "插班生王小雨", "8月31日到校就读，还没有学籍"),
    ]
    answered = await registrar.review.answer(review_id, name_of(mine), teacher="李老师", differences=told)
    assert (answered.state_title, answered.teacher) == ("待审核", "李老师")
    with pytest.raises(ReviewNotComplete):
        await officer.review.draw(review_id)
    confirmed = await principal.review.check(review_id, name_of(mine))
    assert (confirmed.state_title, confirmed.principal) == ("已上报", principal.who.person)
    with pytest.raises(ReviewClassConfirmed):
        await registrar.review.answer(review_id, name_of(mine), teacher="李老师")
    remedies = {
        one.kind: list(one.remedies) for one in (await registrar.review.show(review_id, name_of(mine))).differences
    }
    assert "辍学报告" in remedies["registered_not_present"]
    assert remedies["present_not_registered"] == ["学籍建立"]

    for school in OF_THE_COUNTY:
        await answers(stage, school, review_id)

    async def complete() -> bool | None:
        return await officer.review.progress(review_id, missing=True) == [] or None

    await stage.until("各校都已核对完", complete)
    with pytest.raises(ReviewSampleNotDrawn):
        await officer.review.seal(review_id)
    drawn = await officer.review.draw(review_id)
    assert (await officer.review.draw(review_id)).review.seed == drawn.review.seed
    every = await officer.review.classes(review_id)
    lot = draw(
        drawn.review.seed,
        [SampledClass(one.school, one.grade, one.school_class) for one in every],
        percent=drawn.review.sample_percent,
    )
    sampled = await officer.review.classes(review_id, sampled=True)
    assert [(one.school, one.grade, one.school_class) for one in sampled] == [
        (one.school, one.grade, one.school_class) for one in lot
    ]
    assert drawn.sampled == len(lot) >= 1
    with pytest.raises(ReviewSampleUnfinished):
        await officer.review.seal(review_id)
    result = await sealed(stage, officer, review_id)
    assert (result.state_title, len(result.digest)) == ("已封存", 64)
    assert (await officer.review.seal(review_id)).digest == result.digest

    no_record = await clue(stage, officer, "NO_RECORD", about=review_id)
    assert (no_record.clause, no_record.count, no_record.source_title) == ("27.1.1", 1, "学籍复核")
    assert (await clue(stage, officer, "CHANGE_NOT_RECORDED", about=review_id)).clause == "27.1.3"

    async def told_so() -> str | None:
        mine = [one for one in await registrar.review.reviews() if one.review_id == review_id]
        return mine[0].digest or None

    assert await stage.until("学校知道已封存", told_so) == result.digest


@pytest.mark.clause("24.1")
async def test_the_roll_is_that_of_the_day_of_the_review(stage: Stage) -> None:
    """名册以开启复核的时刻为准：当天以后调了班的孩子，核对的仍是原来的班。"""
    child = await stage.enrolled_pupil("车以安", school=PRIMARY, grade="小学五年级", school_class="复核二班")
    officer = stage.authority_of(PRIMARY)
    review_id = str(new_uuid7())
    await officer.review.open(review_id)
    await stage.does("class_change", child, school_class="复核三班")
    classes = await stage.until("名册", partial(ready, stage, PRIMARY, review_id))
    (before,) = [one for one in classes if one.school_class == "复核二班"]
    shown = await stage.registrar(PRIMARY).review.show(review_id, name_of(before))
    assert [pupil.number for pupil in shown.pupils] == [child.number]
    assert (await stage.told(child)).values["school_class"] == "复核三班"
    for school in OF_THE_COUNTY:
        await stage.until(f"{school}名册", partial(ready, stage, school, review_id))
        await answers(stage, school, review_id)

    async def complete() -> bool | None:
        return await officer.review.progress(review_id, missing=True) == [] or None

    await stage.until("各校都已核对完", complete)
    await sealed(stage, officer, review_id)


@pytest.mark.clause("24.1")
async def test_an_answer_must_be_one_that_can_be_true(stage: Stage) -> None:
    """不在本班名册上的学籍号不能填“籍在人不在”；录入的人不能自己确认；没有抽中的班不能代替抽中的班。"""
    child = await stage.enrolled_pupil("邸晓", school=PRIMARY, grade="小学二年级", school_class="复核四班")
    other = await stage.enrolled_pupil("丰一诺", school=PRIMARY, grade="小学二年级", school_class="复核五班")
    officer, registrar = stage.authority_of(PRIMARY), stage.registrar(PRIMARY)
    review_id = await opened(stage, officer, *OF_THE_COUNTY)
    (mine,) = [one for one in await registrar.review.classes(review_id) if one.school_class == "复核四班"]
    for wrong in (
        [differs("registered_not_present", other, "别的班的")],
        [differs("never_attended", "无号生", "没有写学籍号")],
        [differs("present_not_registered", child, "就在名册上")],
        [differs("wrong_data", child, "一"), differs("never_attended", child, "二")],
    ):
        with pytest.raises(DifferenceUnfitting):
            await registrar.review.answer(review_id, name_of(mine), teacher="李老师", differences=wrong)
    await registrar.review.answer(
        review_id, name_of(mine), teacher="李老师", differences=[differs("never_attended", child, "从未到校")]
    )
    given_back = await stage.principal(PRIMARY).review.check(review_id, name_of(mine), confirmed=False)
    assert given_back.state_title == "待核对"
    for school in OF_THE_COUNTY:
        await answers(stage, school, review_id)

    async def complete() -> bool | None:
        return await officer.review.progress(review_id, missing=True) == [] or None

    await stage.until("各校都已核对完", complete)
    await officer.review.draw(review_id)
    unsampled = [one for one in await officer.review.classes(review_id) if not one.sampled]
    if unsampled:
        with pytest.raises(ReviewClassNotSampled):
            await officer.review.record(review_id, name_of(unsampled[0]), agreed=True, note="自己挑的")
    await sealed(stage, officer, review_id)


@pytest.mark.clause("24.1", "26.1", "27.1.8")
async def test_the_province_sees_who_has_not_done_it_and_who_did_not_is_a_clue(stage: Stage) -> None:
    """省里开启全省复核，看得到每所学校、每个主管部门的进度；学期结束没有完成的，学校由区里、区里由省里列为线索。"""
    await stage.enrolled_pupil("甘雨", school=PRIMARY, grade="小学四年级", school_class="复核七班")
    province, officer = stage.officer("河南省"), stage.authority_of(PRIMARY)
    review_id = await opened(stage, province, PRIMARY, JUNIOR)
    await answers(stage, JUNIOR, review_id)
    junior = f"school/{stage.school(JUNIOR).code}"

    async def heard() -> review_pb2.Progress | None:
        listed = await province.review.progress(review_id)
        return next((one for one in listed if one.office == junior and one.done), None)

    assert (await stage.until("省里看到初中已完成", heard)).confirmed >= 0
    missing = {one.office for one in await province.review.progress(review_id, missing=True)}
    assert {"authority/410105", "authority/410100", f"school/{stage.school(PRIMARY).code}"} <= missing
    assert junior not in missing

    review = next(one for one in await officer.review.reviews() if one.review_id == review_id)
    stage.clock.to(date.fromisoformat(review.due_on))
    with pytest.raises(ReviewNotComplete):
        await officer.review.draw(review_id)
    stage.clock.working_days(1)
    late = await clue(stage, province, "REVIEW_NOT_DONE", about=review_id)
    assert (late.clause, late.days_late >= 1) == ("26.1", True)
    await sealed(stage, officer, review_id)
    school = await clue(stage, officer, "REVIEW_NOT_DONE", about=review_id)
    assert (school.clause, school.breached_clause) == ("27.1.8", "24.1")

    async def arrived() -> str | None:
        listed = await province.review.progress(review_id)
        return next((one.digest for one in listed if one.office == "authority/410105"), None) or None

    assert len(await stage.until("省里收到封存结果", arrived)) == 64
    (mine, *_) = [one for one in await stage.registrar(PRIMARY).review.classes(review_id) if one.state == "open"]

    async def closed() -> bool | None:
        try:
            await stage.registrar(PRIMARY).review.answer(review_id, name_of(mine), teacher="李老师")
        except ReviewClosed:
            return True
        return None

    await stage.until("封存以后不再收核对情况", closed)


async def xueji(stage: Stage, *words: str) -> str:
    environment = os.environ | {"XUEJI_FEDERATION": str(stage.theatre.file), "COLUMNS": "240"}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "review", *words),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(running.communicate(), COMMAND_SECONDS)
    assert running.returncode == 0, err.decode() + out.decode()
    return out.decode()


@pytest.mark.clause("24.1")
async def test_a_school_answers_in_a_terminal(stage: Stage) -> None:
    """学校在终端里看名册、录入、确认，区里在终端里看进度、抽签、记录、封存。"""
    child = await stage.enrolled_pupil("顾言", school=SPECIAL, grade="特教二年级", school_class="复核六班")
    officer = stage.authority_of(PRIMARY)
    review_id = await opened(stage, officer, *OF_THE_COUNTY)
    registrar, principal = ("--desk", "5141000004/registrar"), ("--desk", "5141000004/principal")
    named = (review_id, "--grade", "特教二年级", "--class", "复核六班")
    assert review_id in await xueji(stage, "list", *registrar)
    told = f"信息有误:{child.name}:{child.number}:出生日期与户口簿不符"
    assert "待审核" in await xueji(stage, "answer", *named, "--teacher", "周老师", "--difference", told, *registrar)
    assert "已上报" in await xueji(stage, "confirm", *named, *principal)
    shown = await xueji(stage, "show", *named, *principal)
    for words in ("信息有误", child.name, "关键信息变更", "出生日期与户口簿不符"):
        assert words in shown
    for school in OF_THE_COUNTY:
        await answers(stage, school, review_id)

    async def complete() -> bool | None:
        return await officer.review.progress(review_id, missing=True) == [] or None

    await stage.until("各校都已核对完", complete)
    assert SPECIAL in await xueji(stage, "missing", review_id, "--all", "--desk", "410105")
    assert "种子" in await xueji(stage, "sample", review_id, "--desk", "410105")
    (one, *rest) = await officer.review.classes(review_id, sampled=True)
    seen = ("--school", one.school, "--grade", one.grade, "--class", one.school_class, "--note", "少一人", "--differs")
    assert "不符" in await xueji(stage, "finding", review_id, *seen, "--desk", "410105")
    for other in rest:
        await officer.review.record(review_id, name_of(other), agreed=True, note="相符")
    assert "已封存" in await xueji(stage, "seal", review_id, "--desk", "410105")
    untrue = await clue(stage, officer, "REVIEW_NOT_TRUE", about=review_id)
    assert untrue.subject == f"school/{one.school}"
