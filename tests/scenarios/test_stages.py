"""第九条、第十三条、第十四条: the end of a stage, and the entrance to the next."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.refusals import CompulsoryYearsForbid, EntranceWindowClosed, GraduationNotAllowed, NotTheNextStage, Refusal
from scenarios.stage import Stage

PRIMARY, JUNIOR, COMPLETE = "金水区示范小学", "金水区示范初级中学", "郑州市示范完全中学"
ELSEWHERE = "天河区示范小学"


@pytest.mark.clause("13.1")
async def test_a_class_graduates_and_the_school_keeps_the_records_up(stage: Stage) -> None:
    """六年级期末，学校为两名毕业生办理毕业，学籍信息当天更新，记入档案。"""
    stage.clock.open_on(date(2026, 6, 22))
    children = [stage.child(name, school=PRIMARY, grade="小学六年级") for name in ("谢晨", "唐妍")]
    await stage.enrolled(*children)
    await stage.does("graduation", *children, outcome="graduated")
    for child in children:
        assert (await stage.told(child)).status_title == "毕业"
        assert (await stage.history(child))[-1].procedure_title == "毕业、结业、肄业"


@pytest.mark.clause("13.1")
async def test_nobody_graduates_before_the_last_grade(stage: Stage) -> None:
    """五年级学生办不了毕业：学校按六三学制，六年级才是毕业年级。"""
    child = await stage.enrolled_pupil("杨博文", school=PRIMARY, grade="小学五年级", sex="男")
    with pytest.raises(GraduationNotAllowed):
        await stage.does("graduation", child, outcome="graduated")


@pytest.mark.clause("9.1", "14.1", "16.1")
async def test_a_graduate_enters_the_next_stage_with_the_same_record(stage: Stage) -> None:
    """小学毕业生升入初中：初中办理录取，学籍号和档案跟着走，小学留下备份。"""
    stage.clock.open_on(date(2026, 6, 22))
    child = await stage.enrolled_pupil("郭若曦", school=PRIMARY, grade="小学六年级")
    await stage.does("graduation", child, outcome="graduated")
    stage.clock.to(date(2026, 8, 25))
    await stage.does("admission", child, at=JUNIOR, grade="初中一年级", school_class="3班", entry_way="就近入学")
    record = await stage.told(child)
    assert (record.number, record.school) == (child.number, stage.school(JUNIOR).code.text)
    assert (record.status_title, record.values["grade"]) == ("在读", "201")
    assert [entry.procedure_title for entry in await stage.history(child)] == [
        "学籍建立",
        "毕业、结业、肄业",
        "招生录取",
    ]

    async def left() -> bool | None:
        return (await stage.on_the_roll(child, school=PRIMARY)) == ["left"] or None

    await stage.until("小学知道毕业生已升学", left)


@pytest.mark.clause("14.1")
async def test_a_school_of_the_city_admits_a_graduate_of_the_county_and_both_authorities_say_so(stage: Stage) -> None:
    """区属小学毕业生被市直管完全中学录取：两个主管部门，录取方先核办，生源方后核办。"""
    stage.clock.open_on(date(2026, 6, 22))
    child = await stage.enrolled_pupil("林子轩", school=PRIMARY, grade="小学六年级", sex="男")
    await stage.does("graduation", child, outcome="graduated")
    stage.clock.to(date(2026, 8, 25))
    case = await stage.does("admission", child, at=COMPLETE, grade="初中一年级", entry_way="就近入学")
    steps = [entry.step for entry in (await stage.hub_of(COMPLETE).case(case)).timeline]
    assert steps.index("in_authority") < steps.index("out_authority")
    assert (await stage.told(child)).school == stage.school(COMPLETE).code.text


@pytest.mark.clause("14.1")
async def test_a_graduate_enters_only_the_first_grade_of_the_next_stage(stage: Stage) -> None:
    """小学毕业生不能直接录取到初二。"""
    stage.clock.open_on(date(2026, 6, 22))
    child = await stage.enrolled_pupil("周致远", school=PRIMARY, grade="小学六年级", sex="男")
    await stage.does("graduation", child, outcome="graduated")
    stage.clock.to(date(2026, 8, 25))
    with pytest.raises(NotTheNextStage):
        await stage.does("admission", child, at=JUNIOR, grade="初中二年级", entry_way="就近入学")


@pytest.mark.clause("11.1", "13.1")
async def test_completion_is_for_senior_high_alone(stage: Stage) -> None:
    """结业、肄业只在高中阶段办理，义务教育阶段只有毕业。"""
    stage.clock.open_on(date(2026, 6, 22))
    child = await stage.enrolled_pupil("吴蕾", school=PRIMARY, grade="小学六年级")
    with pytest.raises((CompulsoryYearsForbid, GraduationNotAllowed)):
        await stage.does("graduation", child, outcome="completed")
    senior = await stage.enrolled_pupil("徐浩然", school=COMPLETE, grade="高中三年级", sex="男")
    try:
        await stage.does("graduation", senior, outcome="completed")
    except Refusal as no:
        raise AssertionError(no.sentence) from no
    assert (await stage.told(senior)).status_title == "结业"


@pytest.mark.clause("9.1", "14.1", "16.1")
async def test_a_graduate_goes_on_to_school_in_another_province(stage: Stage) -> None:
    """天河区小学毕业生到郑州读初中：窗口期内办理毕业后跨省就学，双方主管部门核办，学籍号和档案跟着走。"""
    stage.clock.open_on(date(2026, 6, 22))
    child = await stage.enrolled_pupil("欧阳文静", school=ELSEWHERE, grade="小学六年级")
    await stage.does("graduation", child, outcome="graduated")
    stage.clock.to(date(2026, 8, 4))
    with pytest.raises(EntranceWindowClosed):
        await stage.does("admission", child, at=JUNIOR, grade="初中一年级", school_class="5班")
    stage.clock.to(date(2026, 8, 25))
    await stage.does("admission", child, at=JUNIOR, grade="初中一年级", school_class="5班")
    child.school = stage.school(JUNIOR)
    record = await stage.told(child)
    assert (record.number, record.status_title, record.values["grade"]) == (child.number, "在读", "201")
    assert (await stage.at_the_index(child)).custodian == "41"
    assert [entry.procedure_title for entry in await stage.history(child)] == [
        "学籍建立",
        "毕业、结业、肄业",
        "毕业后跨省就学",
    ]
