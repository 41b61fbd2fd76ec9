"""How Chinese characters are read and simplified: two libraries, a character at a time.

A name has no context that would say which of two readings or forms is meant, so a character always comes to the same.
"""

from __future__ import annotations

from functools import cache, lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_REMEMBERED = 1 << 16  # characters, and syllables in Latin letters that stand for one


@lru_cache(_REMEMBERED)
def simplified(character: str) -> str:
    """The simplified character (简体) of a traditional one; any other as it is."""
    return character if character.isascii() else str(_converter().convert(character))


@lru_cache(_REMEMBERED)
def sound(character: str) -> str:
    """Its first reading as pinyin without a tone; what has none as it is, in lower case."""
    return "".join(lazy_pinyin(character, style=Style.NORMAL)).lower()


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
