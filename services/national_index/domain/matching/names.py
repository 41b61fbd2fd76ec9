"""A name in the forms in which it may come a second time: by ear, by eye, in another script, in another spelling."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

# What stands between the parts of a minority name (GB 18030 has one sign for it, keyboards have many), and what is put
# around or between characters by accident.
_SEPARATORS = re.compile(r"[\s·•‧∙⋅・･.。,，'’`\-—_/()（）]+")
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")  # nothing to fold but the script
_CHARACTERS = re.compile(r"[A-Z]+|.", re.DOTALL)
# A character that a machine could not write: a question mark, a box, or a place of private use (GB 18030-2022 moved
# characters out of there, old systems still write them so).
_UNREADABLE = frozenset("?？*＊□■〓�")

# Surnames that are read otherwise than the word that they are written with (多音字姓氏).
_SURNAME_SOUNDS = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "盖": "ge", "区": "ou",
    "任": "ren", "华": "hua", "宁": "ning", "缪": "miao", "员": "yun", "尉": "yu", "种": "chong", "乐": "yue",
    "折": "she", "召": "shao", "贲": "ben", "幺": "yao", "翟": "zhai", "黑": "he", "秘": "bi", "冼": "xian",
}  # fmt: skip

# The skeleton of a transliteration: initials, without what one clerk hears voiced and the next one does not. Vowels go:
# 买买提 and 麦麦提, 阿卜杜 and 阿布都 are one name.
_SKELETON_OF = {
    "b": "B", "p": "B", "m": "M", "f": "F", "d": "D", "t": "D", "n": "N", "l": "L", "r": "L", "g": "G", "k": "G",
    "h": "G", "j": "J", "q": "J", "x": "X", "zh": "J", "ch": "J", "sh": "X", "z": "J", "c": "J", "s": "X",
}  # fmt: skip
_INITIAL = re.compile(r"zh|ch|sh|[bpmfdtnlgkhjqxrzcs]")
_TRANSLITERATED_LENGTH = 5  # characters; names of Chinese form have four at most


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """How characters are read, one at a time: libraries know, and are handed in.

    Attributes:
        simplified: the simplified form (简体). sound: pinyin without tones.
    """

    simplified: Callable[[str], str]
    sound: Callable[[str], str]


@dataclass(frozen=True, slots=True, repr=False)
class NameForms:
    """A name, folded: equal forms are one name for somebody who writes so.

    Attributes:
        written: without separators, in simplified characters, Latin letters in upper case. sound: pinyin without tones,
            a syllable a character. look: with one character for all that look like it.
        skeleton: of a transliterated name, its consonants; empty for others.
        family: the first character, or the first word of a Latin name.
        length: in characters. unreadable: some character could not be written.
    """

    written: str
    sound: str
    look: str
    skeleton: str
    family: str
    length: int
    unreadable: bool

    @classmethod
    def of(cls, name: str, script: Script) -> NameForms:
        """Any text; one without a letter has empty forms."""
        parts = _parts(name)
        written = "".join(map(script.simplified, "".join(parts)))
        if written.isascii():  # a Latin name: its order is a matter of the form that was filled in
            words = " ".join(sorted(parts))
            return cls(words, words, words, "", words.partition(" ")[0], len(written), "?" in words)
        characters = _CHARACTERS.findall(written)  # within a Chinese name, Latin letters stand for one rare character
        surname_sound = _SURNAME_SOUNDS.get(characters[0]) or script.sound(characters[0])
        sounds = [surname_sound, *map(script.sound, characters[1:])]
        first_of = look_of()
        return cls(
            written=written,
            sound=" ".join(sounds),
            look="".join([first_of.get(one, one) for one in characters]),
            skeleton=_skeleton(sounds) if len(characters) >= _TRANSLITERATED_LENGTH else "",
            family=characters[0],
            length=len(characters),
            unreadable=any(map(_is_unreadable, characters)),
        )


def written(name: str, script: Script) -> str:
    """``NameForms.written`` of a name, and nothing else of it."""
    parts = _parts(name)
    folded = "".join(map(script.simplified, "".join(parts)))
    return " ".join(sorted(parts)) if folded.isascii() else folded


def _parts(name: str) -> tuple[str, ...]:
    if _PLAIN.fullmatch(name):
        return (name,)
    return tuple(part for part in _SEPARATORS.split(unicodedata.normalize("NFKC", name).upper()) if part)


@cache
def look_of() -> dict[str, str]:
    """The first of its group for each character that has look-alikes."""
    content = resources.files(__package__).joinpath("look_alikes.toml").read_text(encoding="utf-8")
    first_of: dict[str, str] = {}
    for group in tomllib.loads(content)["groups"].split():
        for one in group:
            first_of.setdefault(one, first_of.get(group[0], group[0]))
    return first_of


def _skeleton(sounds: list[str]) -> str:
    initials = (_INITIAL.match(sound) for sound in sounds)
    return "".join(_SKELETON_OF[initial.group()] for initial in initials if initial)


def _is_unreadable(character: str) -> bool:
    return character in _UNREADABLE or unicodedata.category(character[0]) == "Co"
