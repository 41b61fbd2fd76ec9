"""The code on a paper: by it and by what else the paper says, anybody can ask whether the paper is genuine.

    3K7Q-VN2A-XH5D-9TWC    Crockford's Base32: no I, L, O, U; a small letter, an I or an O is read as what was meant

Ten bytes: the day of issue, one byte that the paper states (such as a status), and the first seven of an HMAC-SHA-256
over both and everything else that the paper certifies. Nothing is kept and no record is looked up, so asking tells
nobody anything that is not on the paper already; and whoever asks is throttled, so 56 bits cannot be tried out.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

VALID_DAYS = 90
STATED_MAX = 255

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("ILO", "110")
_HEAD_BYTES = 3
_SEAL_BYTES = 7
_CHARACTERS = 16
CODE_BYTES = 10
_FIRST_DAY = date(2020, 1, 1)
_SEPARATOR = b"\x1f"  # in no field of a form


@dataclass(frozen=True)
class Issued:
    """What a genuine code says: the day of issue, and the byte that the paper states."""

    on: date
    stated: int


def code_of(key: bytes, purpose: str, certified: Sequence[str], issued: Issued) -> str:
    """The code of a paper.

    Args:
        purpose: which paper; the code of one kind is none of another.
        certified: what it says, field by field, in the order that ``read_code`` is given.
        issued: a day from 2020 to 2199, and 0 to ``STATED_MAX``.
    """
    assert 0 <= issued.stated <= STATED_MAX, "it is one byte"
    head = (issued.on - _FIRST_DAY).days.to_bytes(2, "big") + bytes([issued.stated])
    return written(head + _seal(key, purpose, certified, head))


def read_code(key: bytes, purpose: str, certified: Sequence[str], code: str) -> Issued | None:
    """When the paper was issued and what it states; None where the code is not the code of such a paper."""
    content = typed(code)
    if content is None:
        return None
    head, seal = content[:_HEAD_BYTES], content[_HEAD_BYTES:]
    if not hmac.compare_digest(seal, _seal(key, purpose, certified, head)):
        return None
    return Issued(_FIRST_DAY + timedelta(days=int.from_bytes(head[:2], "big")), head[2])


def written(content: bytes) -> str:
    """Ten bytes as people write them: four groups of four characters."""
    assert len(content) == CODE_BYTES, "sixteen characters of five bits"
    number = int.from_bytes(content, "big")
    digits = "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_CHARACTERS - 1), -1, -5))
    return "-".join(digits[start : start + 4] for start in range(0, _CHARACTERS, 4))


def typed(code: str) -> bytes | None:
    """The ten bytes that somebody meant; None where that is no code."""
    characters = "".join(one for one in code.upper() if one.isalnum()).translate(_MEANT)
    if len(characters) != _CHARACTERS or any(one not in _ALPHABET for one in characters):
        return None
    number = 0
    for one in characters:
        number = number << 5 | _ALPHABET.index(one)
    return number.to_bytes(CODE_BYTES, "big")


def _seal(key: bytes, purpose: str, certified: Sequence[str], head: bytes) -> bytes:
    told = _SEPARATOR.join([purpose.encode(), head.hex().encode(), *(field.encode() for field in certified)])
    return hmac.new(key, told, hashlib.sha256).digest()[:_SEAL_BYTES]
