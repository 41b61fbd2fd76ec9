"""Why two records are suspected: what agrees, what nearly does, what differs, and what cannot be compared.

The index says it in words, one of each thing that it compares; how the words end says which of the four it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_UNKNOWN = "一方没有"
_NEARLY = ("一处不同", "同音不同字")


@dataclass(frozen=True)
class Likeness:
    agrees: tuple[str, ...]
    nearly: tuple[str, ...]
    differs: tuple[str, ...]
    unknown: tuple[str, ...]


def likeness(reasons: Iterable[str]) -> Likeness:
    told = tuple(reasons)
    unknown = tuple(one for one in told if one.startswith(_UNKNOWN))
    agrees = tuple(one for one in told if one.endswith("相同"))
    differs = tuple(one for one in told if one.endswith("不同") and not one.endswith(_NEARLY))
    apart = {*unknown, *agrees, *differs}
    return Likeness(agrees, tuple(one for one in told if one not in apart), differs, unknown)
