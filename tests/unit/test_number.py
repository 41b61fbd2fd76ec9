from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.identity import CitizenId
from kernel.number import NumberKind, StudentNumber, permanent_number, self_coded_number, temporary_number
from kernel.refusals import DivisionUnknown, NumberSpaceExhausted, StudentNumberMalformed

BORN = date(2019, 2, 28)


def test_a_permanent_number_is_g_and_the_citizen_id() -> None:
    number = permanent_number(CitizenId.parse("11010519491231002X"))
    assert (number.text, number.kind, number.body) == (
        "G11010519491231002X",
        NumberKind.GENERAL,
        "11010519491231002X",
    )


@given(st.sampled_from(["410105", "441900", "659001"]), st.dates(date(1900, 1, 1)), st.integers(0, 999))
def test_every_number_that_we_make_is_read_back_as_itself(division: str, born: date, sequence: int) -> None:
    for make, letter in ((temporary_number, "L"), (self_coded_number, "J")):
        number = make(division=division, birth_date=born, sequence=sequence)
        assert number.text.startswith(f"{letter}{division}{born:%Y%m%d}{sequence:03d}")
        assert StudentNumber.parse(number.text) == number


def test_two_sequences_give_two_numbers() -> None:
    made = {temporary_number(division="410105", birth_date=BORN, sequence=n).text for n in range(1000)}
    assert len(made) == 1000


def test_the_thousandth_child_of_a_county_and_day_is_refused_by_name() -> None:
    with pytest.raises(NumberSpaceExhausted):
        temporary_number(division="410105", birth_date=BORN, sequence=1000)


@pytest.mark.parametrize("division", ["", "41010", "990101", "４１０１", "41010A"])
def test_a_number_is_not_coded_for_a_place_that_cannot_be(division: str) -> None:
    with pytest.raises(DivisionUnknown):
        temporary_number(division=division, birth_date=BORN, sequence=1)


def test_a_temporary_number_of_others_may_end_in_any_four() -> None:
    read = {StudentNumber.parse(f"L41010520190228123{last}").text[-1] for last in "0123456789X"}
    assert len(read) == 11


def test_a_self_coded_number_must_have_its_check_character() -> None:
    number = self_coded_number(division="410105", birth_date=BORN, sequence=7).text
    with pytest.raises(StudentNumberMalformed):
        StudentNumber.parse(number[:-1] + ("1" if number[-1] != "1" else "2"))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "11010519491231002X",
        "LG11010519491231002",
        "A11010519491231002X",
        "G110105194912310021",
        "L410105201902291234",
        "L990105201902281234",
        "L41010520190228123Y",
        "L4101052019022812XX",
    ],
)
def test_a_number_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(StudentNumberMalformed):
        StudentNumber.parse(typed)


def test_a_number_typed_in_full_width_and_lower_case_is_the_same_number() -> None:
    assert StudentNumber.parse(" ｇ110105 19491231002x").text == "G11010519491231002X"


def test_no_repr_shows_the_birth_date() -> None:
    number = StudentNumber.parse("G11010519491231002X")
    assert repr(number) == str(number) == "StudentNumber(G11************002X)"
