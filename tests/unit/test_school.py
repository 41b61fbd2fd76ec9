import pytest

from kernel.refusals import DivisionUnknown, SchoolCodeMalformed, SchoolKeepsNoStatus
from kernel.school import School, SchoolCategory, SchoolCode
from kernel.stages import SchoolSystem


def a_school(*, place: str = "410105", authority: str = "410105") -> School:
    return School(
        code=SchoolCode.parse("2141000001"),
        name="示例小学",
        place=place,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )


def test_a_school_code_tells_category_and_province() -> None:
    code = SchoolCode.parse("２１42001636 ")
    assert (code.text, code.category, code.province) == ("2142001636", SchoolCategory.PRIMARY, "42")


def test_the_corps_of_xinjiang_has_schools_like_a_province() -> None:
    assert SchoolCode.parse("2166000001").province == "66"


@pytest.mark.parametrize("typed", ["", "214200163", "21420016366", "9942001636", "2199001636", "21A2001636"])
def test_a_code_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(SchoolCodeMalformed):
        SchoolCode.parse(typed)


def test_the_measures_speak_of_schools_for_children_alone() -> None:
    kept = {category.label for category in SchoolCategory if category.keeps_status}
    assert kept == {"小学", "普通初中", "职业初中", "普通高中", "工读学校", "特殊教育学校"}


def test_a_schools_category_is_that_of_its_code() -> None:
    assert a_school().category is SchoolCategory.PRIMARY


@pytest.mark.parametrize(
    ("place", "authority", "directly"),
    [
        ("410105", "410105", False),
        ("410105", "410100", True),
        ("410105", "410000", True),
        ("441900", "441900", False),
        ("441900", "440000", True),
    ],
)
def test_a_school_run_over_its_countys_head_is_directly_run(place: str, authority: str, *, directly: bool) -> None:
    assert a_school(place=place, authority=authority).directly_run is directly


def test_a_school_stands_in_a_place_that_can_be() -> None:
    with pytest.raises(DivisionUnknown):
        a_school(place="4101")
    with pytest.raises(DivisionUnknown):
        a_school(authority="990000")


@pytest.mark.clause("2.1")
def test_a_kindergarten_or_a_school_for_adults_keeps_no_status() -> None:
    assert SchoolCode.parse("3741000005").require_status_kept().category.label == "工读学校"
    for code in ("1141000001", "2241000001", "3541000001", "4141000001"):
        with pytest.raises(SchoolKeepsNoStatus, match="SCHOOL_KEEPS_NO_STATUS"):
            SchoolCode.parse(code).require_status_kept()
