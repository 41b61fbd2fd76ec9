"""第五条、第六条、第十条、第二十八条: one person, many documents over time, and one number for life."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.rpc.wire import refusal_from_message
from console.demo.rosters import a_citizen_id
from kernel.evidence import EvidenceKind
from kernel.number import NumberKind, StudentNumber
from kernel.refusals import (
    BirthDateContradictsId,
    DocumentHeldByAnother,
    EvidenceRequired,
    IssuerIsKeyData,
)
from kernel.regulation import Step
from scenarios.children import Child
from scenarios.stage import Stage
from scenarios.test_foreign_children import a_foreigner
from xueji.desk.v1 import desk_pb2
from xueji.index.v1 import index_pb2

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"
REGISTER, PASSPORT = (EvidenceKind.HOUSEHOLD_REGISTER,), (EvidenceKind.IDENTITY_DOCUMENT,)
POLICE = (EvidenceKind.HOUSEHOLD_PROOF,)


def another_id(child: Child, sequence: int = 990) -> str:
    """A citizen ID of the child's place and birthday that is nobody's yet."""
    digits = child.document_number
    return a_citizen_id(digits[:6], date.fromisoformat(f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}"), sequence)


async def known_under(stage: Stage, kind: str, number: str, country: str = "") -> index_pb2.Found:
    document = index_pb2.Document(kind=kind, number=number, country=country)
    (found,) = await stage.nation.look_up([index_pb2.Handle(document=document)])
    return found


async def refused_entry(stage: Stage, child: Child) -> str:
    """The code with which a school's entry of a child who has a record is refused."""
    await stage.enters(child)
    case = await stage.submits(child.school)
    await stage.sees_through(case, school=child.school)
    return refusal_from_message((await stage.outcome(case, school=child.school))[child.name].refusal).code


@pytest.mark.clause("10.1", "5.1", "6.1")
async def test_an_id_number_that_the_police_put_right_reaches_the_nation(stage: Stage) -> None:
    """公安重号更正：凭户籍证明改身份证号，学籍号不变；按新号、旧号都查得到这个学生，用哪个号在外省重新建籍都查得出。"""
    child = await stage.enrolled_pupil("秦书瑶", school=PRIMARY)
    wrong, right = child.document_number, another_id(child, 992)
    stage.clock.to(date(2026, 11, 3))
    await stage.does("key_data_correction", child, proofs=POLICE, new_document_number=right, reason="公安重号更正")
    now, before = await stage.told(child), await stage.told(child, on=date(2026, 10, 1))
    assert now.number == child.number
    assert (before.values["document_number"], now.values["document_number"]) == (wrong, right)
    old, new = await known_under(stage, "1", wrong), await known_under(stage, "1", right)
    assert old.number == new.number == child.number
    assert (old.valid_to, new.valid_from) == ("2026-11-03", "2026-11-03")
    for number in (wrong, right):
        again = stage.child(
            "秦书瑶", school=ELSEWHERE, document_number=number, birth_date=child.row.cells["birth_date"]
        )
        assert await refused_entry(stage, again) == "ALREADY_REGISTERED"


@pytest.mark.clause("10.1", "6.1")
async def test_a_number_that_another_child_has_is_refused_and_tells_the_province_alone(stage: Stage) -> None:
    """改成的身份证号是外省另一名学生的：不予变更，只告知在哪个省，别的一概不说；两边学籍都不动。"""
    other = await stage.enrolled_pupil("严若曦", school=ELSEWHERE)
    child = await stage.enrolled_pupil("严若溪", school=PRIMARY)
    with pytest.raises(DocumentHeldByAnother) as said:
        await stage.does(
            "key_data_correction",
            child,
            proofs=REGISTER,
            new_document_number=other.document_number,
            new_birth_date=str(other.row.cells["birth_date"]),
            reason="录入有误",
        )
    assert said.value.detail == {"province": "广东省"}
    assert (await stage.told(child)).values["document_number"] == child.document_number
    assert (await known_under(stage, "1", other.document_number)).number == other.number
    await stage.does("key_data_correction", child, proofs=REGISTER, new_name="严若西", reason="学籍没有锁住")


@pytest.mark.clause("10.1")
async def test_a_correction_agrees_with_itself(stage: Stage) -> None:
    """身份证号和出生日期对不上、没有证明，学校都当不成这个变更。"""
    child = await stage.enrolled_pupil("毛一诺", school=PRIMARY)
    with pytest.raises(BirthDateContradictsId):
        await stage.does("key_data_correction", child, proofs=REGISTER, new_birth_date="20190228", reason="改")
    with pytest.raises(EvidenceRequired):
        await stage.does("key_data_correction", child, new_document_number=another_id(child, 994), reason="改")


@pytest.mark.clause("28.1", "10.1", "5.1")
async def test_a_child_with_a_passport_who_gains_a_household_register_keeps_its_number(stage: Stage) -> None:
    """持护照的学生入籍落户：证件类型变更逐级报省核准，学籍号不变，两种证件都查得到。"""
    child = a_foreigner(stage, "ANA LUIZA COSTA", "ZZ41990001")
    await stage.enrolled(child)
    assert StudentNumber.parse(child.number).kind is NumberKind.SELF_CODED
    born = str(child.row.cells["birth_date"])
    citizen = a_citizen_id("410105", date(int(born[:4]), int(born[4:6]), int(born[6:])), 990)
    case = await stage.files(
        "key_data_correction",
        child,
        proofs=REGISTER,
        new_document_kind="1-居民身份证",
        new_document_number=citizen,
        new_nationality="CHN-中国",
        new_name="科安娜",
        reason="加入中国国籍并落户",
    )
    await stage.sees_through(case, school=PRIMARY, before=Step.IN_PROVINCE)
    assert (await stage.told(child)).values["document_kind"] == "A"
    await stage.sees_through(case, school=PRIMARY)
    record = await stage.told(child)
    assert record.number == child.number
    assert (record.values["document_kind"], record.values["nationality"]) == ("1", "CHN")
    for found in (await known_under(stage, "A", "ZZ41990001", "BRA"), await known_under(stage, "1", citizen)):
        assert found.number == child.number
    entry = (await stage.history(child))[-1]
    assert entry.procedure_title == "证件类型变更"
    assert {(one.label, one.before, one.after) for one in entry.changes} >= {
        ("身份证件类型", "A", "1"),
        ("身份证件号", "ZZ41990001", citizen),
    }


@pytest.mark.clause("28.1", "6.1")
async def test_two_countries_passports_with_one_number_are_two_children(stage: Stage) -> None:
    """巴西和智利的护照号码碰巧一样，是两个学生，各建各的学籍；护照换发换了号，也还是同一个学生。"""
    first = a_foreigner(stage, "PEDRO ALVES", "ZZ40990002")
    second = a_foreigner(stage, "PEDRO ALVAREZ", "ZZ40990002", school=ELSEWHERE)
    second.row = second.row.but(nationality="CHL-智利")
    await stage.enrolled(first)
    await stage.enrolled(second)
    assert first.number != second.number
    await stage.does("key_data_correction", first, proofs=PASSPORT, new_document_number="ZZ40990003", reason="护照换发")
    renewed = a_foreigner(stage, "PEDRO ALVES", "ZZ40990003", school=ELSEWHERE)
    assert await refused_entry(stage, renewed) == "ALREADY_REGISTERED"
    with pytest.raises(IssuerIsKeyData):
        await stage.does("other_data_correction", first, new_nationality="PRT-葡萄牙", reason="改国籍")


@pytest.mark.clause("10.1", "13.1")
async def test_a_wrong_correction_of_a_document_is_taken_back_at_the_nation_too(stage: Stage) -> None:
    """证件号改错了人，用反向更正收回：学籍和全国查重都回到原来的号，改错的那个号仍留痕。"""
    child = await stage.enrolled_pupil("孟初夏", school=PRIMARY)
    right, wrong = child.document_number, another_id(child, 996)
    await stage.does("key_data_correction", child, proofs=REGISTER, new_document_number=wrong, reason="改错了人")
    mistaken = (await stage.history(child))[-1].version
    await stage.does("counter_entry", child, counters=str(mistaken), reason="更正的是另一名学生")
    assert (await stage.told(child)).values["document_number"] == right
    assert (await known_under(stage, "1", right)).valid_to == ""
    taken_back = await known_under(stage, "1", wrong)
    assert (taken_back.number, taken_back.valid_from) == (child.number, taken_back.valid_to)


@pytest.mark.clause("10.1", "6.1")
async def test_the_school_itself_knows_the_child_by_the_new_document(stage: Stage) -> None:
    """证件号变更以后，本校再导入同一个学生，当场就知道已经建过学籍。"""
    child = await stage.enrolled_pupil("沈听雨", school=PRIMARY)
    right = another_id(child, 998)
    await stage.does("key_data_correction", child, proofs=REGISTER, new_document_number=right, reason="录入有误")
    child.row = child.row.but(document_number=right, phone="19901119999")

    async def refused() -> bool | None:
        entered = await stage.enters(child)
        codes = {no.code for nos in entered.findings.values() for no in nos}
        return "ALREADY_REGISTERED_HERE" in codes or None

    assert await stage.until("学校认出这个学生", refused)


@pytest.mark.clause("10.1", "28.1")
async def test_a_change_of_kind_is_refused_by_the_province_and_nothing_changes(stage: Stage) -> None:
    """省里不核准证件类型变更：学籍照旧，理由退给学校。"""
    child = a_foreigner(stage, "LUCAS ROCHA", "ZZ41990004")
    await stage.enrolled(child)
    case = await stage.files(
        "key_data_correction",
        child,
        proofs=PASSPORT,
        new_document_kind="E-外国人永久居留身份证",
        new_document_number="BRA110015010101",
        reason="取得永久居留",
    )
    await stage.sees_through(case, school=PRIMARY, before=Step.IN_PROVINCE)
    await stage.officer("河南省").decide(case, desk_pb2.DECISION_REJECT, reason="证件复印件看不清")
    item = (await stage.outcome(case, school=PRIMARY))[child.name]
    assert refusal_from_message(item.refusal).code == "NOT_APPROVED"
    assert (await stage.told(child)).values["document_kind"] == "A"
