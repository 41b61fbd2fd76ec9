"""第六条、第十七条: a child attends at one place while its record is at another, or not at school at all."""

from __future__ import annotations

from functools import partial

import pytest

from console.desk import Desk
from kernel.evidence import EvidenceKind
from kernel.refusals import CaseNotFound, StudentNotFound
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.attending.v1 import attending_pb2
from xueji.desk.v1 import desk_pb2
from xueji.inquiry.v1 import inquiry_pb2

PRIMARY, SPECIAL, REFORM = "金水区示范小学", "金水区示范特殊教育学校", "郑州市示范工读学校"
DISABILITY = (EvidenceKind.DISABILITY_PROOF,)


@pytest.mark.clause("17.1")
async def test_a_pupil_of_a_special_school_attends_an_ordinary_one_and_the_record_stays(stage: Stage) -> None:
    """特教学校学生到普通小学随班就读，家长愿意把学籍留在原校：人在小学上课，学籍不动。"""
    child = await stage.enrolled_pupil("萧安", school=SPECIAL, grade="特教二年级", disability="2-听力残疾")
    await stage.does(
        "dual_placement", child, at=PRIMARY, proofs=DISABILITY, attendance_mode="inclusive", reason="随班就读"
    )
    record = await stage.told(child)
    assert record.school == stage.school(SPECIAL).code.text
    assert record.standing["attends"] == stage.school(PRIMARY).code.text
    await stage.does("dual_placement_end", child, at=SPECIAL, reason="返回特教学校")
    assert "attends" not in (await stage.told(child)).standing


@pytest.mark.clause("17.1")
async def test_the_record_may_as_well_move_to_the_new_school(stage: Stage) -> None:
    """也可以把学籍转入新学校：特教学校学生转入普通小学随班就读，按转学办。"""
    child = await stage.enrolled_pupil("马可馨", school=SPECIAL, grade="特教二年级", disability="2-听力残疾")
    await stage.transferred(child, to=PRIMARY, grade="小学二年级")
    record = await stage.told(child)
    assert (record.school, record.values["grade"]) == (stage.school(PRIMARY).code.text, "102")


@pytest.mark.clause("17.2")
async def test_a_child_goes_to_a_reform_school_by_agreement_and_the_record_stays(stage: Stage) -> None:
    """学生进入工读学校就读，原学校与家长商定学籍不转：学籍仍在原校，档案里写明在哪里就读。"""
    school = "金水区示范初级中学"
    child = await stage.enrolled_pupil("梁宇航", school=school, grade="初中二年级", sex="男")
    await stage.does(
        "reform_school_placement", child, at=REFORM, proofs=(EvidenceKind.PLACEMENT_AGREEMENT,), reason="与监护人商定"
    )
    record = await stage.told(child)
    assert (record.school, record.standing["attends"]) == (
        stage.school(school).code.text,
        stage.school(REFORM).code.text,
    )


@pytest.mark.clause("6.2")
async def test_who_cannot_come_to_school_has_a_record_at_the_school_that_comes(stage: Stage) -> None:
    """重度残疾、无法到校的孩子，由承担送教上门的学校建立学籍，登记为送教上门。"""
    child = await stage.enrolled_pupil("宋念慈", school=SPECIAL, grade="特教一年级", disability="5-智力残疾")
    await stage.does(
        "attendance_mode", child, proofs=DISABILITY, attendance_mode="home_teaching", reason="无法到校，每周送教两次"
    )
    assert (await stage.told(child)).standing["attendance_mode"] == "home_teaching"


async def attending(stage: Stage, child: Child, desk: Desk, *, ended: bool = False) -> attending_pb2.Attending | None:
    """How an office has a child who attends a school of its own."""
    found = await desk.attending(ended=ended)
    return next((one for one in found if one.number == child.number), None)


@pytest.mark.clause("17.1", "6.2")
async def test_the_school_where_the_child_is_knows_it_teaches_it_and_files_what_is_its_to_file(stage: Stage) -> None:
    """学籍在特教学校、人在小学：小学看得到这个学生、看不到身份证号；材料归档、结束就读由小学办，其他仍由原校办。"""
    child = await stage.enrolled_pupil("崔念安", school=SPECIAL, grade="特教二年级", disability="2-听力残疾")
    await stage.does(
        "dual_placement", child, at=PRIMARY, proofs=DISABILITY, attendance_mode="inclusive", reason="随班就读"
    )
    for desk in (stage.registrar(PRIMARY), stage.authority_of(PRIMARY), stage.hub_of(PRIMARY)):
        taught = await stage.until(f"{desk.name}看到{child.name}", partial(attending, stage, child, desk))
        assert (taught.record_school, taught.mode) == (stage.school(SPECIAL).code.text, "inclusive")
        assert taught.values["name"] == child.name
        assert "document_number" not in taught.values
    assert await attending(stage, child, stage.registrar(SPECIAL)) is None
    assert await stage.on_the_roll(child, school=PRIMARY) == []
    await stage.does(
        "archive_addition", child, at=PRIMARY, archive_part="health", material="2026年秋季体检", dated="20260901"
    )
    assert (await stage.history(child))[-1].procedure_title == "学籍档案材料归档"
    with pytest.raises(StudentNotFound):
        await stage.does("class_change", child, at=PRIMARY, school_class="2班")
    await stage.does("dual_placement_end", child, at=PRIMARY, reason="返回特教学校")
    assert "attends" not in (await stage.told(child)).standing

    async def over() -> attending_pb2.Attending | None:
        return (
            None
            if await attending(stage, child, stage.registrar(PRIMARY))
            else await attending(stage, child, stage.registrar(PRIMARY), ended=True)
        )

    assert (await stage.until("小学知道就读已经结束", over)).until == "2026-09-01"


@pytest.mark.clause("17.1", "13.1")
async def test_what_changes_where_the_record_is_reaches_the_school_where_the_child_is(stage: Stage) -> None:
    """学籍所在学校更正电话、学生改名，就读学校跟着更新；学籍转走了，就读也就结束。"""
    child = await stage.enrolled_pupil("江小满", school=SPECIAL, grade="特教二年级", disability="2-听力残疾")
    await stage.does(
        "dual_placement", child, at=PRIMARY, proofs=DISABILITY, attendance_mode="inclusive", reason="随班就读"
    )
    await stage.does("other_data_correction", child, new_phone="19901117777", reason="换号")

    async def told() -> bool | None:
        taught = await attending(stage, child, stage.registrar(PRIMARY))
        return True if taught and taught.values["phone"] == "19901117777" else None

    assert await stage.until("小学知道新电话", told)
    await stage.transferred(child, to="天河区示范小学", grade="小学二年级")

    async def over() -> bool | None:
        return True if await attending(stage, child, stage.registrar(PRIMARY)) is None else None

    assert await stage.until("小学知道学籍已经转走", over)
    assert "attends" not in (await stage.told(child)).standing


@pytest.mark.clause("17.1")
async def test_a_child_who_attends_elsewhere_is_counted_once_where_its_record_is(stage: Stage) -> None:
    """统计只数一次：数在学籍所在的特教学校，不数在就读的小学。"""
    child = await stage.enrolled_pupil("龙在渊", school=SPECIAL, grade="特教三年级", disability="2-听力残疾", sex="男")
    before = [await counted(stage, PRIMARY), await counted(stage, SPECIAL)]
    await stage.does(
        "dual_placement", child, at=PRIMARY, proofs=DISABILITY, attendance_mode="inclusive", reason="随班就读"
    )
    assert [await counted(stage, PRIMARY), await counted(stage, SPECIAL)] == before


async def counted(stage: Stage, school: str) -> list[tuple[dict[str, str], int, bool]]:
    """What the province counts of a school's pupils today."""
    scope = inquiry_pb2.Scope(kind="school", code=stage.school(school).code.text)
    answer = await stage.hub_of(school).figures.figures(scope)
    return [(dict(cell.by), cell.pupils, cell.withheld) for cell in answer.cells]


@pytest.mark.clause("17.2", "25.1")
async def test_that_a_child_is_at_a_reform_school_is_told_to_few(stage: Stage) -> None:
    """工读（专门）学校就读只让经办的人知道：原校负责人看得到，原校录入员看不到，专门学校自己看得到。"""
    school = "金水区示范初级中学"
    child = await stage.enrolled_pupil("卓一凡", school=school, grade="初中二年级", sex="男")
    case = await stage.does(
        "reform_school_placement", child, at=REFORM, proofs=(EvidenceKind.PLACEMENT_AGREEMENT,), reason="与监护人商定"
    )
    assert (await stage.principal(school).case(case)).summary.procedure_title == "专门学校就读（学籍保留原校）"
    with pytest.raises(CaseNotFound):
        await stage.registrar(school).case(case)
    assert case not in {one.case_id for one in await stage.registrar(school).cases(desk_pb2.VIEW_ALL)}
    assert case in {one.case_id for one in await stage.registrar(REFORM).cases(desk_pb2.VIEW_ALL)}
    await stage.does("dual_placement_end", child, at=REFORM, reason="期满")
