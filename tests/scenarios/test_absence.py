"""第十九条至第二十二条: away from school, back, gone."""

from __future__ import annotations

from datetime import date

import pytest

from console.desk import Desk
from console.notices import as_text, notice_view
from kernel.evidence import EvidenceKind
from kernel.refusals import CompulsoryYearsForbid, Refusal
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.notice.v1 import notice_pb2

PRIMARY, ELSEWHERE, COMPLETE = "金水区示范小学", "天河区示范小学", "郑州市示范完全中学"
ILL = (EvidenceKind.GUARDIAN_APPLICATION, EvidenceKind.MEDICAL_PROOF)


async def suspended(stage: Stage, child: Child) -> None:
    await stage.does(
        "suspension",
        child,
        proofs=ILL,
        leave_reason="illness",
        leave_from="2026-09-14",
        leave_until="2027-08-31",
        illness_months="12",
        reason="需住院治疗",
    )


@pytest.mark.clause("19.1", "19.2")
async def test_an_ill_child_is_suspended_and_keeps_its_place(stage: Stage) -> None:
    """韩雨桐因病休学一年：家长书面申请，学校同意后报区教育局登记；休学期间学籍一直在原校。"""
    child = await stage.enrolled_pupil("韩雨桐", school=PRIMARY, grade="小学四年级")
    stage.clock.to(date(2026, 9, 14))
    await suspended(stage, child)
    record = await stage.told(child)
    assert (record.status_title, record.school) == ("休学", stage.school(PRIMARY).code.text)
    assert (record.standing["leave_from"], record.standing["leave_until"]) == ("2026-09-14", "2027-08-31")
    stage.clock.to(date(2027, 6, 1))
    assert (await stage.told(child)).status_title == "休学"


@pytest.mark.clause("19.2")
async def test_a_suspended_child_does_not_transfer(stage: Stage) -> None:
    """休学期间学籍留在原校，要先复学才能转学。"""
    child = await stage.enrolled_pupil("曹知夏", school=PRIMARY, grade="小学四年级")
    stage.clock.to(date(2026, 9, 14))
    await suspended(stage, child)
    item = await stage.done("transfer", child, at=ELSEWHERE, grade="小学四年级", reason="搬家")
    assert item.state == "refused"
    assert (await stage.told(child)).school == stage.school(PRIMARY).code.text


@pytest.mark.clause("19.1")
async def test_a_child_comes_back_to_school(stage: Stage) -> None:
    """休学期满，冯沐瑶病愈复学，编入下一年级，学校及时办手续，学籍接着往下记。"""
    child = await stage.enrolled_pupil("冯沐瑶", school=PRIMARY, grade="小学四年级")
    stage.clock.to(date(2026, 9, 14))
    await suspended(stage, child)
    stage.clock.to(date(2027, 9, 1))
    await stage.does("resumption", child, grade="小学五年级", school_class="2班", resumed_on="2027-09-01")
    record = await stage.told(child)
    assert (record.status_title, record.values["grade"], record.values["school_class"]) == ("在读", "105", "2班")
    assert [entry.procedure_title for entry in await stage.history(child)] == ["学籍建立", "休学", "复学"]


@pytest.mark.clause("20.1")
async def test_who_studied_abroad_goes_on_with_the_old_record(stage: Stage) -> None:
    """许晨随父母去加拿大读书，凭证明办理；两年后回国，接续原来的学籍档案，学籍号不变。"""
    child = await stage.enrolled_pupil("许晨", school=PRIMARY, grade="小学二年级", sex="男")
    stage.clock.to(date(2026, 10, 12))
    await stage.does(
        "study_abroad",
        child,
        proofs=(EvidenceKind.STUDY_ABROAD_PROOF,),
        country="CAN-加拿大",
        left_on="2026-10-12",
        reason="随父母工作调动出境",
    )
    assert (await stage.told(child)).status_title == "出境就读"
    stage.clock.to(date(2028, 9, 1))
    await stage.does(
        "return_from_abroad",
        child,
        proofs=(EvidenceKind.OVERSEAS_STUDY_RECORD,),
        grade="小学四年级",
        school_class="1班",
        reason="随父母回国",
    )
    record = await stage.told(child)
    assert (record.number, record.status_title, record.values["grade"]) == (child.number, "在读", "104")
    assert [entry.procedure_title for entry in await stage.history(child)] == ["学籍建立", "出境就读", "回境接续学籍"]


@pytest.mark.clause("21.1")
async def test_a_childs_death_is_reported_with_proof_and_ends_the_record(stage: Stage) -> None:
    """学校凭证明在10个工作日内报告学生死亡，区教育局注销学籍；注销以后不再办理任何业务。"""
    child = await stage.enrolled_pupil("唐一鸣", school=PRIMARY, sex="男")
    stage.clock.to(date(2026, 9, 21))
    await stage.does("death", child, proofs=(EvidenceKind.DEATH_PROOF,), died_on="2026-09-17")
    record = await stage.told(child)
    assert record.status_title == "死亡"
    with pytest.raises(Refusal):
        await stage.does("class_change", child, school_class="2班")


@pytest.mark.clause("22.1")
async def test_a_dropouts_record_is_kept_and_goes_on_when_the_child_returns(stage: Stage) -> None:
    """初二学生辍学，学校上报；义务教育年限内学籍为他保留，劝返后接着读。"""
    child = await stage.enrolled_pupil("邓磊", school="金水区示范初级中学", grade="初中二年级", sex="男")
    stage.clock.to(date(2026, 10, 19))
    await stage.does("dropout", child, dropout_reason="weary", absent_since="2026-10-12", visits="家访两次，家长在外地")
    record = await stage.told(child)
    assert (record.status_title, record.school) == ("辍学", child.school.code.text)
    stage.clock.to(date(2027, 3, 1))
    await stage.does("dropout_return", child, grade="初中二年级", school_class="1班", returned_on="2027-03-01")
    assert (await stage.told(child)).status_title == "在读"


@pytest.mark.clause("22.1", "8.1")
async def test_the_county_the_authority_and_the_township_hear_of_a_dropout_at_once(stage: Stage) -> None:
    """市直中学学生辍学：学校所在区和主管的市教育局同时收到书面报告，区里打印转送街道，报告写明学籍保留到哪一天。"""
    child = await stage.enrolled_pupil("贺一鸣", school=COMPLETE, grade="初中二年级", sex="男")
    stage.clock.to(date(2026, 10, 19))
    case = await stage.does("dropout", child, dropout_reason="labour", absent_since="2026-10-12", visits="家访两次")
    assert (await stage.told(child)).standing["kept_until"] == "2028-08-31"
    for officer in (stage.officer("郑州市金水区教育局"), stage.authority_of(COMPLETE)):

        async def arrived(officer: Desk = officer) -> str | None:
            listed = await officer.notices(notice_pb2.NOTICE_VIEW_UNCONFIRMED, subject=case, kind="dropout_report")
            return listed[0].notice_id if listed else None

        notice_id = await stage.until(f"{officer.name}收到辍学报告", arrived)
        printed = as_text(notice_view(await officer.notice(notice_id), full=True))
        for told in ("金水区示范街道办事处：", COMPLETE, "贺一鸣", child.number, "外出务工", "家访两次", "2028-08-31"):
            assert told in printed
        await officer.confirm_notice(notice_id, answer="已组织劝返")


@pytest.mark.clause("22.1")
@pytest.mark.parametrize(
    ("procedure", "fields"),
    [("expulsion", {}), ("withdrawal", {"withdrawal_reason": "own_wish"})],
)
async def test_nobody_is_expelled_or_withdrawn_in_compulsory_years(
    stage: Stage, procedure: str, fields: dict[str, str]
) -> None:
    """义务教育阶段不得开除学生，也不得让学生退学，系统不受理，学籍保留。"""
    child = await stage.enrolled_pupil("罗子轩", school=PRIMARY, grade="小学六年级", sex="男")
    with pytest.raises(CompulsoryYearsForbid):
        await stage.does(procedure, child, reason="屡教不改", **fields)
    assert (await stage.told(child)).status_title == "在读"
