"""第五章 附则: children from abroad, from Hong Kong, Macao and Taiwan, by the same Measures (Art. 28)."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.rpc.wire import refusal_from_message
from console.demo.rosters import a_citizen_id
from kernel.number import NumberKind, StudentNumber
from scenarios.children import Child
from scenarios.stage import Stage

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"
NO_HOUSEHOLD_REGISTER = {"birth_place": None, "household_place": None, "household_kind": None}


def a_foreigner(stage: Stage, name: str, passport: str, *, school: str = PRIMARY) -> Child:
    return stage.child(
        name,
        school=school,
        ethnicity="97-其他",
        nationality="BRA-巴西",
        document_kind="A-护照",
        document_number=passport,
        hk_mo_tw_overseas="51-外国人",
        **NO_HOUSEHOLD_REGISTER,
    )


@pytest.mark.clause("28.1", "5.1")
async def test_a_foreign_child_is_registered_by_passport_and_gets_a_j_number(stage: Stage) -> None:
    """巴西籍学生没有身份证号，凭护照建立学籍，发 J 号。"""
    child = a_foreigner(stage, "MARIA CLARA DE SOUZA", "ZZ41280101")
    await stage.enrolled(child)
    assert StudentNumber.parse(child.number).kind is NumberKind.SELF_CODED
    assert (await stage.record(child)).name == "MARIA CLARA DE SOUZA"


@pytest.mark.clause("28.1", "6.1")
async def test_a_passport_too_gets_no_second_record(stage: Stage) -> None:
    """同一本护照在两个省登记，查重一样查得出。"""
    first = a_foreigner(stage, "JOAO PEDRO LIMA", "ZZ44280102", school=ELSEWHERE)
    await stage.enrolled(first)
    again = a_foreigner(stage, "JOAO PEDRO LIMA", "ZZ44280102")
    await stage.enters(again)
    case = await stage.submits(PRIMARY)
    await stage.sees_through(case, school=PRIMARY)
    item = (await stage.outcome(case, school=PRIMARY))[again.name]
    assert refusal_from_message(item.refusal).code == "ALREADY_REGISTERED"


@pytest.mark.clause("28.1")
@pytest.mark.parametrize(
    ("kind", "division", "from_where", "name"),
    [
        ("C-港澳居民居住证", "810000", "01-香港同胞", "陈嘉懿"),
        ("D-台湾居民居住证", "830000", "05-台湾同胞", "林明哲"),
    ],
)
async def test_a_child_with_a_residence_permit_is_registered_like_any_other(
    stage: Stage, kind: str, division: str, from_where: str, name: str
) -> None:
    """持居住证的港澳台学生，用18位居住证号码建立学籍，以后转学也一样办。"""
    born = date(2019, 12, 5)
    child = stage.child(
        name,
        school=ELSEWHERE,
        birth_date=f"{born:%Y%m%d}",
        document_kind=kind,
        document_number=a_citizen_id(division, born, 902),
        hk_mo_tw_overseas=from_where,
        **NO_HOUSEHOLD_REGISTER,
    )
    await stage.enrolled(child)
    await stage.transferred(child, to=PRIMARY)
    assert (await stage.record(child, province="河南省")).custody == "held"
