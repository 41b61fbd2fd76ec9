"""Names as they come a second time, and what two rows of tokens say of two people."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.keys import Tokens
from chassis.script import simplified, sound
from national_index.domain.matching.features import Encoder, Features, Guardian, Person
from national_index.domain.matching.model import read_model
from national_index.domain.matching.names import NameForms, Script
from national_index.store.suspicions import SuspectedPair
from national_index.store.sweep import sweep

SCRIPT = Script(simplified, sound)
ENCODER = Encoder(Tokens(b"t" * 32), SCRIPT)
# 440199 and 410199 were never given to a county.
CHILD = Person(
    "曾佳怡", 2, date(2015, 3, 9), "410199201503090024", (Guardian("曾伟", "410199198501010018"), Guardian("王芳", ""))
)
HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [
        ("sound", "曾佳怡", "增嘉宜"),  # 曾 is a surname and read zeng
        ("sound", "王䶮", "王YAN"),
        ("look", "吴晴", "昊睛"),
        ("look", "𠮷祥", "吉祥"),
        ("written", "张倩雲", "张倩云"),
        ("written", "阿依古丽·买买提", "阿依古丽•买买提"),
        ("written", "阿依古丽·买买提", "阿依古丽 买买提"),
        ("skeleton", "买买提·阿不都拉", "麦麦提·阿卜杜拉"),
        ("written", "ZHANG San", "san zhang"),
        ("written", "王\u3000小明", "王小明"),
    ],
)
def test_two_writings_of_one_name_have_a_form_in_common(form: str, one: str, other: str) -> None:
    assert getattr(NameForms.of(one, SCRIPT), form) == getattr(NameForms.of(other, SCRIPT), form)


@pytest.mark.parametrize(("one", "other"), [("张子轩", "张子涵"), ("李一", "李二"), ("王伟", "王伟伟")])
def test_other_names_have_none(one: str, other: str) -> None:
    first, second = NameForms.of(one, SCRIPT), NameForms.of(other, SCRIPT)
    assert not {first.written, first.sound, first.look} & {second.written, second.sound, second.look}
    assert first.skeleton == second.skeleton == ""


@pytest.mark.parametrize("written", ["王?", "王□", "王\ue863", "王＊"])
def test_a_character_that_could_not_be_written_is_seen(written: str) -> None:
    assert NameForms.of(written, SCRIPT).unreadable
    assert not NameForms.of("王䶮", SCRIPT).unreadable


@given(st.text(max_size=30))
def test_any_text_has_forms(text: str) -> None:
    assert NameForms.of(text, SCRIPT).length <= 4 * len(text)  # one sign may stand for several


@given(st.text(st.sampled_from("曾佳怡張雲䶮ABCabc·• ?\u3000"), max_size=12))
def test_folding_twice_is_folding_once(text: str) -> None:
    written = NameForms.of(text, SCRIPT).written
    assert NameForms.of(written, SCRIPT).written == written


@given(HANZI)
def test_separators_and_blanks_change_nothing(name: str) -> None:
    assert NameForms.of("·".join(name), SCRIPT) == NameForms.of(name, SCRIPT) == NameForms.of(f" {name}　", SCRIPT)


def test_no_column_says_anything_that_can_be_read_and_another_key_says_it_otherwise() -> None:
    row, other = ENCODER.features(CHILD), Encoder(Tokens(b"u" * 32), SCRIPT).features(CHILD)
    plain = {row.length, row.unreadable, row.sex}
    readable = {2015, 3, 9, 20150309, 410199, 2, 1, 41019920150309002}
    assert not (set(row) - plain - {None}) & readable
    assert all(a != b for a, b in zip(row, other, strict=True) if a is not None and a not in plain)
    assert "佳怡" not in repr(CHILD)


def test_a_month_and_a_day_that_change_places_keep_their_tokens() -> None:
    row, swapped = ENCODER.features(CHILD), ENCODER.features(replace(CHILD, birth_date=date(2015, 9, 3)))
    assert (row.birth, row.month, row.day) == (swapped.birth, swapped.day, swapped.month)


def swept(people: Sequence[Person], folder: Path) -> list[SuspectedPair]:
    file = folder / "features.csv"
    with file.open("w", newline="", encoding="ascii") as opened:
        writer = csv.writer(opened)
        writer.writerow(("student_key", *Features._fields))
        writer.writerows((f"{place:032x}", *ENCODER.features(person)) for place, person in enumerate(people))
    return list(sweep(file))


@pytest.mark.parametrize(
    ("again", "reason"),
    [
        (replace(CHILD, name="曾嘉怡", citizen_id=""), "姓名同音不同字"),
        (replace(CHILD, name="會佳怡", citizen_id=""), "姓名有形近字"),
        (replace(CHILD, birth_date=date(2015, 9, 3), citizen_id=""), "出生月日颠倒"),
        (replace(CHILD, birth_date=date(2014, 3, 9), citizen_id=""), "出生日期有一处不同"),
        (replace(CHILD, citizen_id="440199201503090024"), "身份证号只有一处不同"),
        (replace(CHILD, guardians=(Guardian("曾伟", ""),), citizen_id=""), "监护人姓名相同"),
    ],
)
def test_a_child_registered_again_is_suspected_and_the_reason_is_said(
    again: Person, reason: str, tmp_path: Path
) -> None:
    (pair,) = swept([CHILD, again], tmp_path)
    assert (pair.first, pair.second) == (f"{0:032x}", f"{1:032x}")
    assert reason in pair.reasons
    assert pair.weight >= 0


@pytest.mark.parametrize(
    "other",
    [
        replace(CHILD, name="曾佳琪", citizen_id="410199201503090040"),
        replace(CHILD, name="曾嘉怡", citizen_id="410199201503090040"),  # of one sound, and numbers beside each other
        replace(CHILD, name="會佳怡", citizen_id="410199201503090040"),  # of one look
        replace(CHILD, guardians=(Guardian("李强", "440199198001010011"),), citizen_id="440199201503090041"),
    ],
    ids=["twins", "twins whose names sound alike", "twins whose names look alike", "a namesake of the same day"],
)
def test_twins_and_namesakes_are_never_suspected(other: Person, tmp_path: Path) -> None:
    assert swept([CHILD, other], tmp_path) == []


def test_every_comparison_ends_with_what_is_left_and_begins_with_what_cannot_be_compared() -> None:
    for comparison in read_model().comparisons:
        first, *between, last = comparison.levels
        assert first.is_null
        assert last.condition == "ELSE"
        assert not any(level.is_null for level in between)
        assert all(level.label for level in comparison.levels)
