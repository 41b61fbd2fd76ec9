"""An intake is read row by row: what each child's number is coded by, and why a row has none."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kernel.check_character import check_character
from kernel.number import NumberKind
from kernel.refusals import Refusal
from national_index.domain.applicants import Applicants, Intake, read_intake

TODAY = date(2026, 9, 1)
FIRST17 = "41019920150301001"
CITIZEN_ID = FIRST17 + check_character(FIRST17)
ROW: dict[str, Any] = {
    "item_ids": "01923f5c-0000-7000-8000-000000000001",
    "document_kinds": "1",
    "document_numbers": CITIZEN_ID,
    "birth_dates": 20150301,
    "schools": "2141000001",
    "divisions": "410105",
    "nationalities": "",
}


def an_intake(*rows: dict[str, Any]) -> Intake:
    return Intake(**{column: [(ROW | row)[column] for row in rows] for column in ROW})


def read(**given: Any) -> Applicants | Refusal:
    """Of one row: its columns' names without the plural."""
    columns = {"nationalities" if name == "nationality" else f"{name}s": value for name, value in given.items()}
    applicants, refused = read_intake(an_intake(columns), province="41", today=TODAY)
    assert len(applicants.rows) + len(refused) == 1
    return applicants if applicants.rows else refused[0]


def number_of(one: Applicants, sequence: int) -> str:
    (number,) = one.blocks[0].numbers(range(sequence, sequence + 1))
    return number


def code_of(one: Applicants | Refusal) -> str:
    assert isinstance(one, Refusal)
    return one.code


def applicant(one: Applicants | Refusal) -> Applicants:
    assert isinstance(one, Applicants)
    return one


def test_a_citizen_id_leads_to_a_temporary_number_of_the_schools_place() -> None:
    one = applicant(read())
    assert one.blocks[0].kind is NumberKind.TEMPORARY
    assert number_of(one, 7).startswith("L41010520150301007")
    assert one.document_keys[0] == f"1:{CITIZEN_ID}"


def test_any_other_document_leads_to_a_self_coded_number() -> None:
    one = applicant(read(document_kind="A", document_number="E12345678", nationality="BRA"))
    assert one.blocks[0].kind is NumberKind.SELF_CODED
    assert one.document_keys[0] == "A:BRA:E12345678"


def test_a_child_without_a_number_on_paper_has_no_document_key() -> None:
    for nothing in ({"document_kind": "Z"}, {"document_kind": ""}, {"document_kind": "1"}):
        one = applicant(read(**nothing, document_number=" "))
        assert one.document_keys[0] == ""
        assert one.blocks[0].kind is NumberKind.SELF_CODED


def test_a_bad_value_is_refused_by_its_own_name() -> None:
    assert code_of(read(document_number=FIRST17 + "?")) == "CITIZEN_ID_CHARACTER_WRONG"
    assert code_of(read(document_kind="?")) == "DOCUMENT_KIND_UNKNOWN"
    assert code_of(read(birth_date=20150302)) == "BIRTH_DATE_CONTRADICTS_ID"
    assert code_of(read(division="000000")) == "DIVISION_UNKNOWN"
    assert code_of(read(school="1234")) == "SCHOOL_CODE_MALFORMED"
    assert code_of(read(school="2144000001")) == "OUTSIDE_JURISDICTION"


def test_nobody_is_born_after_today() -> None:
    assert code_of(read(document_number="", birth_date=20260902)) == "BIRTH_DATE_IMPOSSIBLE"
    assert isinstance(read(document_number="", birth_date=20260901), Applicants)


def test_a_bad_row_leaves_the_others_alone() -> None:
    applicants, refused = read_intake(an_intake({}, {"divisions": ""}, {}), province="41", today=TODAY)
    assert applicants.rows == [0, 2]
    assert list(refused) == [1]


def test_the_nations_part_of_a_block_ends_where_the_countys_begins() -> None:
    assert [number[15:18] for number in applicant(read()).blocks[0].numbers(range(798, 1002))] == ["798", "799"]
    assert applicant(read()).blocks[0].numbers(range(900, 902)) == []


def test_what_is_read_of_a_child_shows_nothing_in_a_repr() -> None:
    for one in (an_intake({}), read()):
        assert CITIZEN_ID not in repr(one)


@given(
    values=st.fixed_dictionaries(
        {
            "document_kind": st.sampled_from(["", "1", "A", "C", "Z", "E", "8"]) | st.text(max_size=3),
            "document_number": st.text(max_size=30) | st.just(CITIZEN_ID),
            "birth_date": st.integers(-(2**31), 2**31 - 1) | st.integers(19000101, 20991231),
            "school": st.text(max_size=12) | st.just("2141000001"),
            "division": st.text(max_size=8) | st.just("410105"),
        }
    )
)
def test_whatever_a_row_says_it_is_an_applicant_or_a_refusal(values: dict[str, Any]) -> None:
    one = read(**values)
    assert isinstance(one, (Applicants, Refusal))
    if isinstance(one, Applicants):
        assert len(number_of(one, 799)) == 19
