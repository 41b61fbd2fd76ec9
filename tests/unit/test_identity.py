from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.check_character import check_character
from kernel.divisions import PROVINCES
from kernel.identity import CitizenId, DocumentKind, IdentityDocument, Sex
from kernel.refusals import (
    BirthDateImpossible,
    CheckCharacterWrong,
    CitizenIdCharacterWrong,
    CitizenIdLengthWrong,
    DocumentKindContradictsNumber,
    DocumentKindUnknown,
    DocumentNumberMalformed,
    IssuingCountryMissing,
    ProvinceUnknown,
    Refusal,
)
from kernel.writing import mask_number

PRINTED = "11010519491231002X"  # the standard's own two examples
PRINTED_FEMALE = "440524188001010014"


def a_number(first17: str) -> str:
    return first17 + check_character(first17)


citizen_ids = st.builds(
    lambda province, county, born, sequence: a_number(f"{province}{county:04d}{born:%Y%m%d}{sequence:03d}"),
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


@pytest.mark.parametrize("printed", [PRINTED, PRINTED_FEMALE])
def test_the_printed_examples_of_the_standard_have_their_check_characters(printed: str) -> None:
    assert check_character(printed[:17]) == printed[17]


def test_a_citizen_id_tells_division_birth_date_and_sex() -> None:
    citizen_id = CitizenId.parse(PRINTED)
    assert citizen_id.division == "110105"
    assert citizen_id.birth_date == date(1949, 12, 31)
    assert citizen_id.sex is Sex.FEMALE
    assert CitizenId.parse(a_number("11010520150101001")).sex is Sex.MALE


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231\u3000002X\n",
        "\ufeff110105\u200b19491231002X",
    ],
)
def test_the_way_of_typing_does_not_matter(typed: str) -> None:
    assert CitizenId.parse(typed) == CitizenId.parse(PRINTED)


def test_fifteen_digits_of_an_old_card_become_eighteen() -> None:
    assert CitizenId.parse("110105491231002").text == PRINTED


def test_a_county_that_no_table_holds_is_no_reason_to_refuse() -> None:
    assert CitizenId.parse(a_number("44999920150101001")).division == "449999"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", CitizenIdLengthWrong),
        ("1101051949123100", CitizenIdLengthWrong),
        ("110105194912310O2X", CitizenIdCharacterWrong),
        ("11010519491231002A", CitizenIdCharacterWrong),
        ("11010549123100X", CitizenIdCharacterWrong),
        ("1.10105194912E+17 ", CitizenIdLengthWrong),
        ("٣١٠١٠٥١٩٤٩١٢٣١٠٠٢١", CitizenIdCharacterWrong),
        (a_number("99010520150101001"), ProvinceUnknown),
        (a_number("11010520150230001"), BirthDateImpossible),
        (a_number("11010520151301001"), BirthDateImpossible),
        (a_number("11010518991231001"), BirthDateImpossible),
        ("110105194912310021", CheckCharacterWrong),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_name(typed: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        CitizenId.parse(typed)


def test_the_refusal_of_a_check_character_tells_the_expected_one() -> None:
    with pytest.raises(CheckCharacterWrong) as refused:
        CitizenId.parse("110105194912310021")
    assert refused.value.detail == {"expected": "X"}
    assert "“X”" in refused.value.sentence


def test_the_refusal_of_a_character_tells_its_position() -> None:
    with pytest.raises(CitizenIdCharacterWrong) as refused:
        CitizenId.parse("110105194912310O2X")
    assert refused.value.detail == {"position": "16"}


def test_a_birth_after_the_day_of_reading_is_refused_and_on_the_day_is_not() -> None:
    typed = a_number("11010520300102001")
    assert CitizenId.parse(typed, on=date(2030, 1, 2)).birth_date == date(2030, 1, 2)
    assert CitizenId.parse(typed).birth_date == date(2030, 1, 2)
    with pytest.raises(BirthDateImpossible):
        CitizenId.parse(typed, on=date(2030, 1, 1))


@given(citizen_ids)
def test_every_well_formed_number_parses_to_itself(text: str) -> None:
    if text[:2] in ("81", "82"):
        assert CitizenId.parse(text).text == text
        return
    document = IdentityDocument.parse("1", text)
    assert document.citizen_id == CitizenId.parse(text)
    assert document.key == f"1:{text}"


@given(citizen_ids, st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(text: str, position: int, shift: int) -> None:
    digit = (int(text[position]) + shift) % 10
    with pytest.raises(Refusal):
        CitizenId.parse(f"{text[:position]}{digit}{text[position + 1 :]}")


@given(citizen_ids, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_noticed(text: str, position: int) -> None:
    a, b = text[position], text[position + 1]
    if a != b:
        with pytest.raises(Refusal):
            CitizenId.parse(f"{text[:position]}{b}{a}{text[position + 2 :]}")


@given(st.text(max_size=25))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    for kind in DocumentKind:
        try:
            document = IdentityDocument.parse(kind, text)
        except Refusal:
            continue
        assert IdentityDocument.parse(kind, document.number) == document


@given(citizen_ids)
def test_no_repr_shows_the_birth_date(text: str) -> None:
    for shown in (repr(CitizenId(text)), str(CitizenId(text)), repr(IdentityDocument(DocumentKind.RESIDENT_ID, text))):
        assert text not in shown
        assert "*" * 11 in shown


def test_a_masked_number_keeps_its_length_and_little_else() -> None:
    assert mask_number(PRINTED) == "110***********002X"
    assert mask_number("E12345678") == "E******78"
    assert mask_number("12345") == "*****"
    assert mask_number("") == ""


def test_a_residence_permit_has_the_form_of_a_citizen_id_under_its_own_province_digits() -> None:
    hong_kong, taiwan = a_number("81000020150101001"), a_number("83000020150101002")
    assert IdentityDocument.parse("C", hong_kong).birth_date == date(2015, 1, 1)
    assert IdentityDocument.parse("D", taiwan).sex is Sex.FEMALE


@pytest.mark.parametrize(
    ("kind", "number", "actual"),
    [
        ("1", a_number("81000020150101001"), "港澳居民居住证"),
        ("1", a_number("83000020150101001"), "台湾居民居住证"),
        ("C", PRINTED, "居民身份证"),
        ("D", a_number("82000020150101001"), "港澳居民居住证"),
        ("1", a_number("91112420150101002"), "外国人永久居留身份证"),
    ],
)
def test_one_number_belongs_to_one_kind_of_document(kind: str, number: str, actual: str) -> None:
    with pytest.raises(DocumentKindContradictsNumber) as refused:
        IdentityDocument.parse(kind, number)
    assert refused.value.detail["actual"] == actual


def test_the_foreigners_card_is_read_in_its_old_and_its_new_form() -> None:
    assert IdentityDocument.parse("E", "usa110015010101").number == "USA110015010101"
    assert IdentityDocument.parse("E", "USA110015010101").birth_date is None
    new = IdentityDocument.parse("E", a_number("91112420150101002"))
    assert (new.birth_date, new.sex) == (date(2015, 1, 1), Sex.FEMALE)
    with pytest.raises(CheckCharacterWrong):
        IdentityDocument.parse("E", "91112420150101002" + "0123456789X"[-(new.number[17] != "X")])


def test_a_passport_is_told_from_one_of_another_country_with_an_equal_number() -> None:
    brazil, chile = (IdentityDocument.parse("A", "FH204417", country=code) for code in ("BRA", "CHL"))
    assert (brazil.key, chile.key) == ("A:BRA:FH204417", "A:CHL:FH204417")
    for unknown in ("", "QQQ"):
        with pytest.raises(IssuingCountryMissing):
            IdentityDocument.parse("A", "FH204417", country=unknown).require_issuer()


def test_who_issued_a_document_matters_to_passports_alone() -> None:
    assert IdentityDocument.parse("1", PRINTED, country="BRA") == IdentityDocument.parse("1", PRINTED)
    assert not IdentityDocument.parse("Z", "", country="BRA").require_issuer().country


@pytest.mark.parametrize(
    ("kind", "first", "renewed"),
    [("6", "H1234567800", "H1234567801"), ("7", "M12345678", "M1234567803"), ("8", "12345678", "1234567802(B)")],
)
def test_a_renewed_travel_permit_is_still_the_same_person(kind: str, first: str, renewed: str) -> None:
    assert IdentityDocument.parse(kind, first).key == IdentityDocument.parse(kind, renewed).key


def test_brackets_and_hyphens_of_a_foreign_number_are_not_part_of_it() -> None:
    assert IdentityDocument.parse("6", "A123456（7）").key == "6:A1234567"
    assert IdentityDocument.parse("a", "e 1234-5678").key == "A:E12345678"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("A", ""),
        ("A", "无"),
        ("A", "0000000"),
        ("A", "1.2E+17"),
        ("8", "1234"),
        ("9", "ABCDEF"),
        ("Z", "无"),
        ("Z", "0000"),
        ("E", "USA1"),
    ],
)
def test_a_placeholder_is_no_number(kind: str, number: str) -> None:
    with pytest.raises(DocumentNumberMalformed):
        IdentityDocument.parse(kind, number)


def test_a_child_without_a_number_is_accepted_and_identifies_nobody() -> None:
    document = IdentityDocument.parse("Z", " \u3000")
    assert document.identifies is False
    with pytest.raises(AssertionError):
        _ = document.key
    assert IdentityDocument.parse("Z", "出生证 M440012345").key == "Z:出生证M440012345"


@pytest.mark.parametrize("code", ["", "2", "B", "RESIDENT_ID", "11"])
def test_a_kind_that_the_form_does_not_know_is_refused(code: str) -> None:
    with pytest.raises(DocumentKindUnknown):
        IdentityDocument.parse(code, PRINTED)


def test_every_kind_and_sex_has_a_chinese_label() -> None:
    assert len({kind.label for kind in DocumentKind}) == len(DocumentKind)
    assert [sex.label for sex in (Sex.MALE, Sex.FEMALE)] == ["男", "女"]
