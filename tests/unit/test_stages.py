import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import GradeAmbiguous, GradeUnknown, Refusal
from kernel.stages import Grade, SchoolSystem, Stage

SIX, FIVE = SchoolSystem.SIX_THREE, SchoolSystem.FIVE_FOUR

systems = st.sampled_from(SchoolSystem)
placed_grades = systems.flatmap(
    lambda system: st.sampled_from(Stage).flatmap(
        lambda stage: st.integers(1, stage.years(system)).map(lambda year: (Grade(stage, year), system))
    )
)


@pytest.mark.parametrize(
    ("typed", "system", "grade"),
    [
        ("一年级", SIX, Grade(Stage.PRIMARY, 1)),
        (" 小学 一年级", SIX, Grade(Stage.PRIMARY, 1)),
        ("小一", SIX, Grade(Stage.PRIMARY, 1)),
        ("１年级", SIX, Grade(Stage.PRIMARY, 1)),
        ("六年级", SIX, Grade(Stage.PRIMARY, 6)),
        ("六年级", FIVE, Grade(Stage.JUNIOR, 1)),
        ("预初", FIVE, Grade(Stage.JUNIOR, 1)),
        ("七年级", SIX, Grade(Stage.JUNIOR, 1)),
        ("七年级", FIVE, Grade(Stage.JUNIOR, 2)),
        ("初中七年级", SIX, Grade(Stage.JUNIOR, 1)),
        ("初一", SIX, Grade(Stage.JUNIOR, 1)),
        ("初3年级", SIX, Grade(Stage.JUNIOR, 3)),
        ("初四", FIVE, Grade(Stage.JUNIOR, 4)),
        ("初中一年级", FIVE, Grade(Stage.JUNIOR, 1)),
        ("九年级", FIVE, Grade(Stage.JUNIOR, 4)),
        ("高一", FIVE, Grade(Stage.SENIOR, 1)),
        ("普通高中三年级", SIX, Grade(Stage.SENIOR, 3)),
        ("十二年级", SIX, Grade(Stage.SENIOR, 3)),
        ("特教三年级", SIX, Grade(Stage.SPECIAL, 3)),
    ],
)
def test_common_writings_are_read_by_the_schools_system(typed: str, system: SchoolSystem, grade: Grade) -> None:
    assert Grade.parse(typed, system=system) == grade


def test_a_bare_year_is_of_the_one_stage_that_a_school_teaches() -> None:
    assert Grade.parse("三年级", system=SIX, stage=Stage.SPECIAL) == Grade(Stage.SPECIAL, 3)
    assert Grade.parse("一年级", system=SIX, stage=Stage.JUNIOR) == Grade(Stage.JUNIOR, 1)
    assert Grade.parse("八年级", system=SIX, stage=Stage.JUNIOR) == Grade(Stage.JUNIOR, 2)


@pytest.mark.parametrize(
    ("typed", "system"),
    [("", SIX), ("大班", SIX), ("小学六年级", FIVE), ("小学七年级", SIX), ("初四", SIX), ("高四", SIX), ("预初", SIX)],
)
def test_a_grade_that_the_system_does_not_have_is_refused(typed: str, system: SchoolSystem) -> None:
    with pytest.raises(GradeUnknown):
        Grade.parse(typed, system=system)


@pytest.mark.parametrize("typed", ["初一", "初二年级", "初3"])
def test_a_writing_that_means_two_years_in_two_places_is_not_guessed(typed: str) -> None:
    with pytest.raises(GradeAmbiguous):
        Grade.parse(typed, system=FIVE)


@given(placed_grades)
def test_every_grade_is_read_back_from_its_label_and_its_code(placed: tuple[Grade, SchoolSystem]) -> None:
    grade, system = placed
    assert Grade.parse(grade.label, system=system) == grade
    assert Grade.of_code(grade.code) == grade


@given(st.text(max_size=8), systems)
def test_any_text_is_a_grade_or_a_refusal(text: str, system: SchoolSystem) -> None:
    try:
        grade = Grade.parse(text, system=system)
    except Refusal:
        return
    assert grade.year <= grade.stage.years(system)


@given(placed_grades)
def test_the_roll_over_moves_every_child_up_one_level_or_out_of_the_stage(placed: tuple[Grade, SchoolSystem]) -> None:
    grade, system = placed
    after = grade.next(system)
    if after is None:
        assert grade.year == grade.stage.years(system) or grade.level(system) == 9
    else:
        assert after.stage is grade.stage
        assert after.level(system) == grade.level(system) + 1
        assert after.compulsory == grade.compulsory


def test_the_last_primary_grade_depends_on_the_system() -> None:
    assert Grade(Stage.PRIMARY, 5).next(FIVE) is None
    assert Grade(Stage.PRIMARY, 5).next(SIX) == Grade(Stage.PRIMARY, 6)


def test_the_sixth_year_is_one_level_under_both_systems() -> None:
    assert Grade.parse("六年级", system=SIX).level(SIX) == Grade.parse("六年级", system=FIVE).level(FIVE) == 6


def test_compulsory_education_is_nine_years() -> None:
    for system in SchoolSystem:
        assert Stage.PRIMARY.years(system) + Stage.JUNIOR.years(system) == 9
    assert not Grade(Stage.SENIOR, 1).compulsory
    assert Grade(Stage.SPECIAL, 9).compulsory
    assert not Grade(Stage.SPECIAL, 10).compulsory


@pytest.mark.parametrize("code", ["", "1", "107", "205", "413", "101 "])
def test_a_code_of_no_grade_is_refused(code: str) -> None:
    with pytest.raises(GradeUnknown):
        Grade.of_code(code)
