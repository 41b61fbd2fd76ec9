"""第六条、第十七条: a child attends at one place while its record is at another, or not at school at all."""

from __future__ import annotations

import pytest

from kernel.evidence import EvidenceKind
from scenarios.stage import Stage

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
