"""第五条: a county gives numbers by itself while the nation cannot be reached; they are the children's for life."""

from __future__ import annotations

from datetime import date

import pytest

from console.demo.rosters import a_citizen_id
from kernel.evidence import EvidenceKind
from kernel.number import OFFLINE_FROM, StudentNumber
from kernel.office import NATION
from kernel.refusals import NotOfferedHere
from kernel.regulation import Step
from scenarios.children import Child
from scenarios.stage import Stage
from scenarios.terminal import typed
from xueji.desk.v1 import desk_pb2
from xueji.numbers.v1 import county_pb2

HERE, COUNTYS = "金水区示范小学", "410105"
CLASS = "8班"  # of these stories alone: a class has so many places


async def entered(stage: Stage, *children: Child) -> str:
    """The case of new pupils, checked by the principal, before the county."""
    imported = await stage.enters(*children)
    assert not imported.findings
    case_id = await stage.submits(HERE)
    await stage.principal(HERE).approve(case_id)
    await stage.asked(stage.authority_of(HERE), case_id, Step.IN_AUTHORITY)
    return case_id


async def given(stage: Stage, case_id: str) -> list[county_pb2.AllocatedNumber]:
    request = county_pb2.ListAllocatedRequest(page_size=100, case_id=case_id)
    return list((await stage.authority_of(HERE).allocations.ListAllocated(request)).numbers)


@pytest.mark.clause("4.1", "5.1")
async def test_children_have_their_numbers_the_same_day_though_the_nation_is_out_of_reach(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """九月连不上全国索引：县里核准时预发临时学籍号，当天就有号；恢复以后登记的就是这个号，一个不变，一个不缺。"""
    children = [stage.child(name, school=HERE, school_class=CLASS) for name in ("幸当天", "幸有号")]
    county = stage.authority_of(HERE)
    async with stage.theatre.without(NATION):
        case_id = await entered(stage, *children)
        await typed(stage, monkeypatch, "cases", "approve", case_id, "--allocate", "--desk", COUNTYS)
        numbers = {one.name: one.number for one in await given(stage, case_id)}
        assert set(numbers) == {child.name for child in children}
        assert all(StudentNumber.parse(number).sequence >= OFFLINE_FROM for number in numbers.values())
        assert "待登记" in await typed(stage, monkeypatch, "numbers", "allocated", "--waiting", "--desk", COUNTYS)
    outcome = await stage.outcome(case_id, school=HERE)
    assert {name: item.number for name, item in outcome.items()} == numbers
    for child in children:
        child.number = numbers[child.name]
        assert (await stage.at_the_index(child)).number == child.number

    async def all_registered() -> bool | None:
        return all(one.registered for one in await given(stage, case_id)) or None

    assert await stage.until("预发的号都已登记", all_registered)
    again = await county.decide(case_id, desk_pb2.DECISION_APPROVE, allocate_numbers=True)
    assert again.case_id == case_id, "a second click gives nothing new"
    assert len(await given(stage, case_id)) == len(children)


@pytest.mark.clause("5.1", "6.1")
async def test_a_number_that_was_given_and_never_came_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """预发以后发现孩子已有学籍的，不再建籍，预发的号作废、不再发给别人，全国核对时列出来。"""
    known = await stage.enrolled_pupil("幸重来", school="天河区示范小学")
    digits = str(known.row.cells["birth_date"])
    twice = stage.child(
        "幸重来", school=HERE, school_class=CLASS, document_number=known.document_number, birth_date=digits
    )
    born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    document = a_citizen_id(stage.school(HERE).place, born, 996)
    other = stage.child("幸同日", school=HERE, school_class=CLASS, birth_date=digits, document_number=document)
    case_id = await entered(stage, twice)
    county = stage.authority_of(HERE)
    await county.decide(case_id, desk_pb2.DECISION_APPROVE, allocate_numbers=True)
    (lost,) = await given(stage, case_id)
    assert (await stage.outcome(case_id, school=HERE))["幸重来"].refusal.code == "ALREADY_REGISTERED"
    later = await entered(stage, other)
    await county.decide(later, desk_pb2.DECISION_APPROVE, allocate_numbers=True)
    assert (await stage.outcome(later, school=HERE))["幸同日"].number != lost.number
    shown = await typed(stage, monkeypatch, "index", "gaps", "--desk", "00")
    sequence = StudentNumber.parse(lost.number).sequence
    told = (COUNTYS, born.isoformat(), str(sequence))
    assert any(all(part in line for part in told) for line in shown.splitlines())


@pytest.mark.clause("5.1")
async def test_only_a_county_gives_numbers_and_only_for_an_enrolment(stage: Stage) -> None:
    """预发只在县里核准新生时办；别的业务不能预发。"""
    child = await stage.enrolled_pupil("幸已有", school=HERE, school_class=CLASS)
    case_id = await stage.files(
        "key_data_correction", child, new_name="幸已更", reason="写错", proofs=(EvidenceKind.HOUSEHOLD_REGISTER,)
    )
    await stage.asked(stage.authority_of(HERE), case_id, Step.IN_AUTHORITY)
    with pytest.raises(NotOfferedHere):
        await stage.authority_of(HERE).decide(case_id, desk_pb2.DECISION_APPROVE, allocate_numbers=True)
