"""Papers say what they are given and nothing else, and their codes cannot be made without the key."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from kernel.refusals import CharacterNotPrintable
from portal.papers.codes import STATED_MAX, Issued, code_of, read_code
from portal.papers.typesetting import typeset

KEY = bytes(32)
ISSUED = st.builds(Issued, st.dates(date(2020, 1, 1), date(2199, 1, 1)), st.integers(0, STATED_MAX))
FIELDS = st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20), max_size=4)


@given(FIELDS, ISSUED)
def test_a_code_is_read_as_what_it_was_made_of(certified: list[str], issued: Issued) -> None:
    code = code_of(KEY, "学籍证明", certified, issued)
    assert read_code(KEY, "学籍证明", certified, code) == issued
    assert read_code(KEY, "学籍证明", certified, code.lower().replace("-", " ").replace("0", "o")) == issued


@given(FIELDS, ISSUED, st.integers(0, 15), st.integers(1, 31))
def test_a_code_with_one_character_changed_is_no_code(
    certified: list[str], issued: Issued, place: int, by: int
) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    typed = list(code_of(KEY, "学籍证明", certified, issued).replace("-", ""))
    typed[place] = alphabet[(alphabet.index(typed[place]) + by) % 32]
    assert read_code(KEY, "学籍证明", certified, "".join(typed)) is None


def test_a_code_is_of_one_paper_one_key_and_these_words() -> None:
    issued = Issued(date(2026, 9, 9), 0)
    code = code_of(KEY, "学籍证明", ["2141000001", "张三"], issued)
    assert read_code(KEY, "花名册", ["2141000001", "张三"], code) is None
    assert read_code(bytes([1]) * 32, "学籍证明", ["2141000001", "张三"], code) is None
    assert read_code(KEY, "学籍证明", ["2141000001", "李四"], code) is None
    assert read_code(KEY, "学籍证明", ["2141000001张三"], code) is None
    assert read_code(KEY, "学籍证明", ["2141000001", "张三"], "") is None


def test_a_name_is_set_as_it_is_written_and_never_read_as_markup() -> None:
    """Also a rare character, a minority name, and what would be a program in the language of the templates."""
    names = ["张㛃䶮", "阿卜杜热合曼·买买提", "#panic() $x$ *b* @ref"]
    pupils = [{"name": name, "number": "L4101", "status": "在读"} for name in names]
    data = {
        "office": "示范小学",
        "school": "示范小学",
        "class": "小学一年级1班",
        "issued": "2026年9月9日",
        "pupils": pupils,
    }
    reader = PdfReader(io.BytesIO(typeset("roster", data)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert [name for name in names if name.replace(" ", "") not in text.replace(" ", "")] == []


@pytest.mark.parametrize("character", ["\U00030000", "\ua000"])
def test_a_character_without_a_glyph_is_named_and_never_printed_as_a_box(character: str) -> None:
    pupils = [{"name": f"张{character}{character}", "number": "L4101", "status": "在读"}]
    data = {"office": "示范小学", "school": "示范小学", "class": "", "issued": "", "pupils": pupils}
    with pytest.raises(CharacterNotPrintable) as no:
        typeset("roster", data)
    assert no.value.detail == {"character": character, "point": f"{ord(character):04X}"}


def test_every_font_of_a_paper_is_in_it() -> None:
    data = {"office": "示范小学", "school": "示范小学", "class": "", "issued": "", "pupils": []}
    reader = PdfReader(io.BytesIO(typeset("roster", data)))
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = [font.get_object() for one in resources for font in one["/Font"].values()]
    assert fonts
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert [one for one in descriptors if not {"/FontFile2", "/FontFile3"} & set(one)] == []


def test_a_long_roster_has_as_many_pages_as_it_needs() -> None:
    pupils = [{"name": "张三", "number": "L410105202003010011", "status": "在读"}] * 500
    data = {"office": "示范小学", "school": "示范小学", "class": "", "issued": "", "pupils": pupils}
    assert len(PdfReader(io.BytesIO(typeset("roster", data))).pages) > 5
