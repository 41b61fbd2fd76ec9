"""Names of people (姓名): one spelling for each, without harming a rare character.

Registrars type by sound and copy from many places, so the same name arrives full-width, with a dozen different dots,
with spaces used to align two characters with three, or with invisible characters from a web page. Two spellings of one
name must compare equal; a character that a child really has must survive. Hence NFKC is applied to width variants and
Kangxi radicals alone: applied to the whole it would replace compatibility ideographs (﨑, U+F9xx) that stand in
household registers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kernel.refusals import NameMalformed

NAME_LENGTH_MAX = 100  # characters; long Uygur and foreign names are real, a paragraph is not

_SEPARATOR = "\u00b7"  # 间隔号, the separator that the household registers use
_DOTS = "·•．‧・･∙⋅."
_LATIN_APOSTROPHES = "’‘ʼ`´"
_LATIN_PUNCTUATION = "'-."

# Half- and full-width forms, and the radicals (⼀..⿕) that text copied out of a PDF holds in place of characters.
_WIDTH = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2F00, 0x2FD6), 0x3000, *range(0xFF01, 0xFFEF))
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
_HANGUL_FILLERS = "\u115f\u1160\u3164"  # letters by category, and invisible
_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_IDEOGRAPH = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_DOT_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPH}])\s*[{re.escape(_DOTS)}]\s*(?=[{_IDEOGRAPH}])")
_SEPARATORS = dict.fromkeys(map(ord, _DOTS.replace(".", "")), _SEPARATOR)  # a full stop belongs to Latin initials
_SPACE_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPH}])\s+(?=[{_IDEOGRAPH}])")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# Most values need nothing done: told apart in one step, because a roster has millions.
_FOLDED_ALREADY = re.compile(rf"[!-~{_HAN}]+(?: [!-~{_HAN}]+)*")
_NAME_ALREADY = re.compile(rf"[{_HAN}]{{1,{NAME_LENGTH_MAX}}}")
_IS_IDEOGRAPH = re.compile(rf"[{_IDEOGRAPH}]")


def fold_width(text: str) -> str:
    """``text`` with full-width forms made half-width, invisible characters removed and spaces collapsed.

    Letters are composed (NFC), compatibility ideographs left alone. Meant for every text value of the form.
    """
    if _FOLDED_ALREADY.fullmatch(text):
        return text
    visible = "".join(_visible(text.translate(_WIDTH)))
    return re.sub(r"\s+", " ", _compose(visible)).strip()


def normalise_name(text: str) -> str:
    """The canonical spelling of a name: ``买买提 • 艾力`` becomes ``买买提·艾力``, ``张　三`` becomes ``张三``.

    Case is kept as given, since a passport writes capitals.

    Raises:
        NameMalformed: empty, longer than ``NAME_LENGTH_MAX``, or holding digits, markup or other characters that no
            name has. Characters of every CJK extension are accepted.
    """
    if _NAME_ALREADY.fullmatch(text):
        return text
    name = fold_width(text)
    name = _DOT_BETWEEN_IDEOGRAPHS.sub(_SEPARATOR, name).translate(_SEPARATORS)
    name = _SPACE_BETWEEN_IDEOGRAPHS.sub("", name)
    name = name.translate(dict.fromkeys(map(ord, _LATIN_APOSTROPHES), "'"))
    if not name:
        raise NameMalformed(why="姓名为空")
    if len(name) > NAME_LENGTH_MAX:
        raise NameMalformed(why=f"超过 {NAME_LENGTH_MAX} 个字符")
    for character in name:
        if not _may_stand_in_a_name(character):
            raise NameMalformed(why=f"含有姓名中不应出现的字符“{character}”")
    if not any(_is_letter(character) for character in name):
        raise NameMalformed(why="没有文字")
    if not _is_letter(name[0]):
        # Also what keeps a name from being read as a formula by whoever opens an exported workbook.
        raise NameMalformed(why=f"不能以“{name[0]}”开头")
    if name.endswith(_SEPARATOR):
        raise NameMalformed(why=f"不能以“{_SEPARATOR}”结尾")
    return name


def _visible(text: str) -> Iterator[str]:
    for character in text:
        if character.isspace():
            yield " "
        elif 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF:
            continue  # variation selectors choose a glyph, not a character: registers do not hold them
        elif character in _HANGUL_FILLERS:
            continue
        elif unicodedata.category(character) not in {"Cc", "Cf"}:
            yield character


def _compose(text: str) -> str:
    # NFC replaces compatibility ideographs as well (their decompositions are canonical): go around them.
    parts = _COMPATIBILITY_IDEOGRAPHS.split(text)
    return "".join(part if position % 2 else unicodedata.normalize("NFC", part) for position, part in enumerate(parts))


def _is_letter(character: str) -> bool:
    # The ideograph test comes first: extensions newer than this Python's Unicode tables have no category yet.
    return _IS_IDEOGRAPH.match(character) is not None or unicodedata.category(character).startswith("L")


def _may_stand_in_a_name(character: str) -> bool:
    return (
        _is_letter(character)
        or character in {" ", _SEPARATOR}
        or character in _LATIN_PUNCTUATION
        or unicodedata.category(character) in {"Mn", "Mc"}  # vowel signs of Tibetan, Thai and other scripts
    )
