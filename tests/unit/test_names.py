"""Names: one spelling each, and no rare character harmed."""

import pytest

from kernel.names import NAME_LENGTH_MAX, fold_width, normalise_name
from kernel.refusals import NameMalformed


@pytest.mark.parametrize("dot", list("·•．‧・･∙⋅."))
def test_every_dot_that_a_registrar_finds_becomes_the_registers_own(dot: str) -> None:
    assert normalise_name(f"买买提{dot}艾力") == "买买提·艾力"
    assert normalise_name(f" 买买提 {dot} 艾力 ") == "买买提·艾力"


@pytest.mark.parametrize("name", ["㛃", "王㛃", "李\U0002b86e", "\U00030000龙", "\U00031350山", "\U0002a6a5"])
def test_rare_characters_of_every_extension_are_kept(name: str) -> None:
    assert normalise_name(name) == name


@pytest.mark.parametrize("ideograph", ["\ufa11", "\uf91d", "\U0002f81a"])
def test_a_compatibility_ideograph_is_not_replaced(ideograph: str) -> None:
    assert normalise_name(f"山{ideograph}") == f"山{ideograph}"


def test_a_radical_copied_from_a_pdf_becomes_the_character_it_stands_for() -> None:
    assert normalise_name("\u2f65\u2f20") == "\u7530\u58eb"  # 田士


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张　三", "张三"),
        ("张 三", "张三"),
        ("\ufeff张\u200b三\t", "张三"),
        ("张三\U000e0100", "张三"),
        ("Ｍａｒｙ　Ａｎｎ", "Mary Ann"),
        ("JEAN-PAUL   O’NEIL", "JEAN-PAUL O'NEIL"),
        ("Rene\u0301", "René"),
        ("J. Smith", "J. Smith"),
        ("欧阳〇", "欧阳〇"),
        ("བསྟན་འཛིན".replace("་", " "), "བསྟན འཛིན"),
    ],
)
def test_the_same_name_compares_equal_however_it_was_typed(typed: str, name: str) -> None:
    assert normalise_name(typed) == name
    assert normalise_name(name) == name


def test_a_long_name_of_an_ethnic_minority_is_accepted() -> None:
    name = "阿卜杜热合曼·" * 8 + "买买提"
    assert normalise_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "张3",
        "张３",
        "=SUM(A1)",
        "+张三",
        "-张三",
        "@张三",
        "<b>张</b>",
        "张三;DROP",
        "···",
        "张三·",
        "\ue000",
        "张?",
    ],
)
def test_what_no_name_holds_is_refused(name: str) -> None:
    with pytest.raises(NameMalformed):
        normalise_name(name)


def test_a_name_may_have_a_hundred_characters_and_not_one_more() -> None:
    assert normalise_name("张" * NAME_LENGTH_MAX) == "张" * NAME_LENGTH_MAX
    with pytest.raises(NameMalformed):
        normalise_name("张" * (NAME_LENGTH_MAX + 1))


def test_folding_width_leaves_chinese_punctuation_of_addresses_readable() -> None:
    assert fold_width("　朝阳路１２号，\u200b３单元 ") == "朝阳路12号,3单元"
