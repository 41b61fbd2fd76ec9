"""Why two records are suspected: what agrees, what nearly does, what differs, and what cannot be compared.

The index says it in words, one of each thing that it compares; what else is among them is what whoever asked wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# The levels of the index's model (``national_index.domain.matching``), by what they say of the two.
AGREES = frozenset({"姓名相同", "出生日期相同", "性别相同", "监护人证件相同", "监护人姓名相同"})
NEARLY = frozenset(
    {
        "姓名同音不同字",
        "姓名有形近字",
        "译名写法不同",
        "姓名中有无法录入的字",
        "出生月日颠倒",
        "出生日期有一处不同",
        "身份证号只有一处不同",
    }
)
DIFFERS = frozenset({"姓名不同", "出生日期不同", "性别不同", "身份证号不同", "身份证号相近而姓名不同", "监护人不同"})
UNKNOWN = frozenset({"一方没有姓名", "一方没有出生日期", "一方没有性别", "一方没有居民身份证", "一方没有监护人"})


@dataclass(frozen=True)
class Likeness:
    """Words of each kind, in the order of the comparison. ``said``: by whoever asked."""

    agrees: tuple[str, ...]
    nearly: tuple[str, ...]
    differs: tuple[str, ...]
    unknown: tuple[str, ...]
    said: tuple[str, ...]


def likeness(reasons: Iterable[str]) -> Likeness:
    told = tuple(reasons)
    found = AGREES | NEARLY | DIFFERS | UNKNOWN
    agrees, nearly, differs, unknown = (
        tuple(one for one in told if one in kind) for kind in (AGREES, NEARLY, DIFFERS, UNKNOWN)
    )
    return Likeness(agrees, nearly, differs, unknown, said=tuple(one for one in told if one not in found))
