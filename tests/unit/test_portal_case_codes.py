"""A parent's code finds its case at its school, and none can be made without the key."""

from __future__ import annotations

import uuid
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from portal.papers.case_codes import case_code, read_case_code
from portal.papers.codes import Issued, code_of, read_code, typed

KEY = bytes(32)
SCHOOL, OTHER = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2144000001")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.uuids())
def test_a_code_says_how_the_id_of_its_case_ends_however_it_is_typed(case_id: uuid.UUID) -> None:
    code = case_code(KEY, SCHOOL, str(case_id))
    found_by = read_case_code(KEY, SCHOOL, code)
    assert found_by is not None
    assert str(case_id).endswith(found_by)
    assert read_case_code(KEY, SCHOOL, code.lower().replace("-", " ").replace("1", "l")) == found_by


@given(st.uuids(), st.integers(0, 15), st.integers(1, 31))
def test_a_code_with_one_character_changed_finds_nothing(case_id: uuid.UUID, place: int, by: int) -> None:
    characters = list(case_code(KEY, SCHOOL, str(case_id)).replace("-", ""))
    characters[place] = ALPHABET[(ALPHABET.index(characters[place]) + by) % 32]
    assert read_case_code(KEY, SCHOOL, "".join(characters)) is None


def test_a_code_is_of_one_school_and_one_key_and_no_papers() -> None:
    code = case_code(KEY, SCHOOL, str(new_uuid7()))
    assert read_case_code(KEY, OTHER, code) is None
    assert read_case_code(bytes([1]) * 32, SCHOOL, code) is None
    assert read_code(KEY, "学籍证明", [str(SCHOOL)], code) is None
    certificate = code_of(KEY, "学籍证明", [], Issued(on=_a_day(), stated=0))
    assert read_case_code(KEY, SCHOOL, certificate) is None


def test_what_is_no_code_is_read_as_none() -> None:
    for words in ("", "3K7Q", "3K7Q-VN2A-XH5D-9TWU", "三三三三-VN2A-XH5D-9TWC", "X" * 10_000, "'; DROP TABLE cases"):
        assert typed(words) is None
        assert read_case_code(KEY, SCHOOL, words) is None


def _a_day() -> date:
    return date(2026, 9, 9)
