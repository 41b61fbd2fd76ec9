"""第五条: the formal number (正式学籍号) each spring, by a citizen ID that the register confirms; for life."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from console.demo.rosters import a_citizen_id
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.refusals import NumberingNotNow, ProblemRecordOpen
from scenarios.children import Child
from scenarios.stage import Stage
from scenarios.terminal import typed
from xueji.adjudication.v1 import adjudication_pb2
from xueji.numbers.v1 import province_pb2

HERE = "金水区示范小学"
CLASS = "7班"  # of these stories alone: a class has so many places
SPRING = date(2027, 3, 8)
MOTHER = {
    "guardian1_document_kind": "1-居民身份证",
    "guardian1_document_number": a_citizen_id("410199", date(1986, 3, 2), 24),
}
PROOFS = (EvidenceKind.HOUSEHOLD_REGISTER,)


@pytest.fixture
def register(stage: Stage) -> Iterator[Any]:
    """What the population register knows in this story; everybody else has the ID that is asked about."""
    file = stage.theatre.parts.population.knowledge

    def knows(**knowledge: Any) -> None:
        file.write_text(json.dumps(knowledge), encoding="utf-8")

    yield knows
    file.unlink(missing_ok=True)


async def given(stage: Stage, *, year: int = 2027) -> province_pb2.Run:
    """The officer of Henan has formal numbers given, and waits until all are."""
    run = province_pb2.Run()
    async for news in stage.officer("河南省").numbers.Give(province_pb2.GiveRequest(year=year)):
        run = news.run
    return run


async def renumbered(stage: Stage, child: Child) -> str:
    """The number under which the school's roll has the child, once it is the formal one."""

    async def look() -> str | None:
        found = await stage.registrar(HERE).students(number=f"G{child.document_number}")
        return found[0].number if found else None

    return await stage.until(f"{child.name}的正式学籍号", look)


@pytest.mark.clause("5.1")
async def test_a_child_gets_the_formal_number_in_spring_and_the_one_of_before_leads_to_the_record_for_ever(
    stage: Stage,
) -> None:
    """春季向国家人口基础信息库核验后发放正式学籍号：一人一号，以后换了身份证号也不变；原学籍号在各级都查得到。"""
    child = await stage.enrolled_pupil("卓文君", school=HERE, school_class=CLASS)
    temporary = child.number
    with pytest.raises(NumberingNotNow):
        await given(stage, year=2026)
    stage.clock.to(SPRING)
    run = await given(stage)
    assert run.given >= 1
    assert run.asked == run.total
    assert await renumbered(stage, child) == f"G{child.document_number}"
    told = await stage.told(child)
    assert (told.number, list(told.aliases)) == (f"G{child.document_number}", [temporary])
    assert (await stage.at_the_index(child)).number == f"G{child.document_number}"
    titles = [entry.procedure_title for entry in await stage.history(child)]
    assert titles == ["学籍建立", "正式学籍号发放"]
    again = await given(stage)
    assert again.given == 0, "nobody gets two"


@pytest.mark.clause("5.1", "6.1")
async def test_whom_the_register_does_not_confirm_is_a_problem_record_until_it_is_corrected(
    stage: Stage, register: Any
) -> None:
    """号与姓名不匹配的列为问题学籍，学籍号照旧有效；更正以后再次核验，发号并解除标记。"""
    child = await stage.enrolled_pupil("卓文军", school=HERE, school_class=CLASS)
    nobody = await stage.enrolled_pupil("卓文均", school=HERE, school_class=CLASS)
    register(names={child.document_number: "卓文钧"}, unknown=[nobody.document_number])
    stage.clock.to(SPRING)
    assert (await given(stage)).doubted >= 2
    assert (await stage.told(child)).standing["problem"] == "id_of_another"
    assert (await stage.told(nobody)).standing["problem"] == "id_wrong"
    assert (await stage.told(child)).number == child.number
    with pytest.raises(ProblemRecordOpen):
        await stage.does("class_change", child, school_class="2班")
    await stage.does("key_data_correction", child, new_name="卓文钧", reason="户口簿为钧", proofs=PROOFS)
    child.name = "卓文钧"
    await given(stage)
    told = await stage.told(child)
    assert told.number == f"G{child.document_number}"
    assert "problem" not in told.standing
    assert "problem" in (await stage.told(nobody)).standing


@pytest.mark.clause("5.1")
async def test_a_register_that_is_down_holds_the_run_up_and_nobody_is_lost(stage: Stage, register: Any) -> None:
    """人口库连不上的，发放暂停等候，恢复以后从停下的地方继续。"""
    child = await stage.enrolled_pupil("卓文俊", school=HERE, school_class=CLASS)
    register(down=True)
    stage.clock.to(SPRING)
    run = asyncio.create_task(given(stage))

    async def held_up() -> bool | None:
        page = await stage.officer("河南省").numbers.ListRuns(province_pb2.ListRunsRequest(page_size=1))
        return (bool(page.runs) and page.runs[0].finished_at_ms == 0) or None

    assert await stage.until("发放已开始", held_up)
    assert (await stage.told(child)).number == child.number
    register()
    assert (await run).finished_at_ms > 0
    assert (await stage.told(child)).number == f"G{child.document_number}"


@pytest.mark.clause("5.1", "28.1")
async def test_who_has_no_citizen_id_or_stands_in_doubt_keeps_the_number(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """没有身份证的保留自编学籍号，正在核查的先不发；预演说明有多少人、为什么。"""
    bare = await stage.enrolled_pupil(
        "卓无证", school=HERE, school_class=CLASS, document_kind="Z-其他", document_number=None, **MOTHER
    )
    doubted, other = [
        await stage.enrolled_pupil(name, school=HERE, school_class=CLASS) for name in ("卓存疑", "卓存遗")
    ]
    case = await stage.officer("河南省").adjudications.open(
        str(new_uuid7()), doubted.number, other.number, why="同音同日"
    )

    async def marked() -> bool | None:
        return "problem" in (await stage.told(other)).standing or None

    assert await stage.until("核查标记", marked)
    stage.clock.to(SPRING)
    rehearsed = await typed(stage, monkeypatch, "numbers", "rehearse", "--desk", "41")
    assert "没有居民身份证，保留现有学籍号" in rehearsed
    assert "问题学籍未解决" in rehearsed
    assert "已发放" in await typed(stage, monkeypatch, "numbers", "give", "2027", "--desk", "41")
    for child in (bare, doubted, other):
        assert (await stage.told(child)).number == child.number
    assert bare.number.startswith("J")
    await stage.nation.nations_adjudications.decide(
        case.adjudication_id, adjudication_pb2.DECISION_DIFFERENT, why="核实为两人"
    )
    assert "2027" in await typed(stage, monkeypatch, "numbers", "runs", "--desk", "41")
