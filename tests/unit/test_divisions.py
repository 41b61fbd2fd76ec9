from datetime import date

import pytest

from kernel.divisions import (
    PROVINCES,
    DivisionLevel,
    division,
    division_code,
    is_known,
    level_of,
    name_of,
    province_name,
    valid_on,
)
from kernel.refusals import DivisionUnknown


@pytest.mark.parametrize(("digits", "name"), sorted(PROVINCES.items()))
def test_the_table_of_provinces_agrees_with_the_last_revision(digits: str, name: str) -> None:
    found = division(f"{digits}0000")
    assert found is not None
    assert (found.name, found.in_force, found.level) == (name, True, DivisionLevel.PROVINCE)


def test_the_corps_is_a_province_of_education_alone() -> None:
    assert province_name("66") == "新疆生产建设兵团"
    assert not is_known("660000")


def test_an_abolished_county_is_still_known_by_its_last_name() -> None:
    chaoyang = division("440524")
    assert chaoyang is not None
    assert (chaoyang.name, chaoyang.in_force) == ("潮阳县", False)
    assert valid_on("440524", date(1990, 1, 1))
    assert not valid_on("440524", date(2020, 1, 1))
    assert not valid_on("440524", date(1982, 1, 1))


def test_a_renamed_district_is_called_by_the_name_of_the_day() -> None:
    assert name_of("120110", on=date(1985, 6, 1)) == "东郊区"
    assert name_of("120110", on=date(2000, 6, 1)) == "东丽区"
    assert name_of("120110") == "东丽区"


def test_the_first_revision_reaches_back_without_end() -> None:
    assert valid_on("110105", date(1949, 12, 31))


def test_a_code_out_of_force_has_no_name_on_that_day_and_an_unknown_one_on_none() -> None:
    assert name_of("440524", on=date(2020, 1, 1)) is None
    assert name_of("999999") is None
    assert division("999999") is None
    assert not valid_on("999999", date(2020, 1, 1))


def test_spans_of_one_code_never_overlap() -> None:
    for code in ("120108", "120110", "120111"):
        found = division(code)
        assert found is not None
        for older, newer in zip(found.spans, found.spans[1:], strict=False):
            assert older.gone_in <= newer.first_seen


def test_the_zeros_of_a_code_say_its_level() -> None:
    levels = [level_of(code) for code in ("410000", "410100", "410105")]
    assert levels == [DivisionLevel.PROVINCE, DivisionLevel.PREFECTURE, DivisionLevel.COUNTY]


@pytest.mark.parametrize("typed", ["", "4101", "990101", "41010５５", "4101AB"])
def test_a_code_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(DivisionUnknown):
        division_code(typed)


def test_a_code_need_not_be_in_the_table() -> None:
    assert division_code(" ４４9999") == "449999"


def test_a_province_that_is_none_is_refused() -> None:
    with pytest.raises(DivisionUnknown):
        province_name("83")
