"""第七条、第八条: what an archive holds, and that the school adds to it as things come."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.archive_parts import ArchivePart
from kernel.evidence import EvidenceKind
from kernel.refusals import Refusal
from scenarios.stage import Stage

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"


@pytest.mark.clause("7.2.3", "7.2.4", "7.2.5", "7.2.6", "7.2.7", "13.1")
@pytest.mark.parametrize(
    ("part", "material"),
    [
        ("综合素质发展报告", "三年级第一学期学业良好、参加社区服务两次"),
        ("体质健康测试、健康体检和预防接种信息", "体质健康测试良好、乙肝疫苗第三针已接种"),
        ("在校期间的获奖信息", "区中小学生书法比赛一等奖"),
        ("享受资助信息", "家庭经济困难学生生活补助"),
        ("省级规定的其他信息和材料", "研学实践记录"),
    ],
)
async def test_the_school_adds_to_the_archive_as_things_come(stage: Stage, part: str, material: str) -> None:
    """体检、获奖、资助、综合素质……学校随时归档，不用上级核准，哪一天的、谁归的都有记录。"""
    child = await stage.enrolled_pupil("沈佳怡", school=PRIMARY, grade="小学三年级")
    stage.clock.to(date(2026, 12, 10))
    await stage.does("archive_addition", child, archive_part=part, material=material, dated="2026-12-07")
    (key,) = [one.standing_key for one in ArchivePart if one.label == part]
    assert (await stage.told(child)).standing[key] == f"2026-12-07 {material}"
    entry = (await stage.history(child))[-1]
    assert (entry.procedure_title, entry.effective_on, entry.office) == (
        "学籍档案材料归档",
        "2026-12-07",
        f"school/{stage.school(PRIMARY).code}",
    )


@pytest.mark.clause("7.2.5", "9.1", "16.1")
async def test_what_was_added_goes_along_when_the_child_moves(stage: Stage) -> None:
    """在广州得的奖、做的体检，转学到郑州以后都在档案里，一件不少；新学校接着往下记。"""
    child = await stage.enrolled_pupil("冯天佑", school=ELSEWHERE, grade="小学四年级", sex="男")
    for material in ("校运动会跳远第二名", "区航模比赛一等奖"):
        await stage.does(
            "archive_addition", child, archive_part="在校期间的获奖信息", material=material, dated="2026-09-01"
        )
    await stage.transferred(child, to=PRIMARY, grade="小学四年级")
    await stage.does(
        "archive_addition", child, archive_part="在校期间的获奖信息", material="市科技节三等奖", dated="2026-09-01"
    )
    prizes = [
        change.after
        for entry in await stage.history(child)
        for change in entry.changes
        if change.label == "在校期间的获奖信息"
    ]
    assert [prize.partition(" ")[2] for prize in prizes] == ["校运动会跳远第二名", "区航模比赛一等奖", "市科技节三等奖"]


@pytest.mark.clause("7.2.2", "8.1", "13.1")
async def test_the_proof_of_a_change_is_in_the_archive(stage: Stage) -> None:
    """更名凭的户口簿复印件，归入学籍档案：写在那一笔变动里，原件扫描件随时调得出来。"""
    child = await stage.enrolled_pupil("袁安", school=PRIMARY)
    case = await stage.does(
        "key_data_correction",
        child,
        proofs=(EvidenceKind.HOUSEHOLD_REGISTER,),
        new_name="袁安然",
        reason="户口簿已更名",
    )
    (digest,) = (await stage.history(child))[-1].evidence
    (named,) = (await stage.registrar(PRIMARY).case(case)).evidence
    assert named.digest.hex() == digest
    assert named.kind == EvidenceKind.HOUSEHOLD_REGISTER


@pytest.mark.clause("8.2")
async def test_the_paper_archive_can_be_found_from_the_electronic_one(stage: Stage) -> None:
    """纸质档案由学校保管：存放的柜号归在电子档案里，凭电子档案找得到纸质原件。"""
    child = await stage.enrolled_pupil("董妍", school=PRIMARY)
    await stage.does(
        "archive_addition",
        child,
        archive_part="省级规定的其他信息和材料",
        material="纸质档案存档案室3号柜2层，户口簿复印件1份",
        dated="2026-09-01",
    )
    kept = (await stage.told(child)).standing[ArchivePart.PROVINCIAL.standing_key]
    assert "3号柜2层" in kept


@pytest.mark.clause("7.2.7")
async def test_an_archive_has_the_parts_that_the_measures_name_and_no_other(stage: Stage) -> None:
    """档案里放什么由第七条规定，不在其中的类别归不进去。"""
    child = await stage.enrolled_pupil("潘乐仪", school=PRIMARY)
    with pytest.raises(Refusal, match="CODE_UNKNOWN"):
        await stage.does("archive_addition", child, archive_part="班级排名", material="第三名", dated="2026-09-01")
