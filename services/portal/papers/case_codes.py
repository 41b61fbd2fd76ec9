"""The code by which a parent asks where a case is (办理进度查询码).

    3K7Q-VN2A-XH5D-9TWC    written as the codes of papers are, to be read out over a telephone

Ten bytes: the last eleven hexadecimal digits of the case's id, by which its office finds it, and 36 bits of an
HMAC-SHA-256 over them and the office. So the portal remembers nothing, a code that nobody gave out is refused before
any node is asked, and whoever tries is throttled: to hit one of ten thousand cases is a matter of 2 to the 66th tries.
"""

from __future__ import annotations

import hashlib
import hmac

from kernel.office import Office
from portal.papers.codes import CODE_BYTES, typed, written

VALID_DAYS = 180  # of a case that is over, from when it was filed; one that is not over is told of as long as it lasts

_PURPOSE = "办理进度查询码"
_DIGITS = 11
_SEAL_BITS = 36
assert 4 * _DIGITS + _SEAL_BITS == 8 * CODE_BYTES


def case_code(key: bytes, office: Office, case_id: str) -> str:
    """The code of a case at an office. ``case_id`` is a UUID in its usual form."""
    found_by = case_id.replace("-", "")[-_DIGITS:]
    number = int(found_by, 16) << _SEAL_BITS | _seal(key, office, found_by)
    return written(number.to_bytes(CODE_BYTES, "big"))


def read_case_code(key: bytes, office: Office, code: str) -> str | None:
    """How the id of the code's case ends; None where this portal gave out no such code for the office."""
    content = typed(code)
    if content is None:
        return None
    number = int.from_bytes(content, "big")
    found_by = f"{number >> _SEAL_BITS:0{_DIGITS}x}"
    seal = number & (1 << _SEAL_BITS) - 1
    width = (_SEAL_BITS + 7) // 8
    expected = _seal(key, office, found_by)
    same = hmac.compare_digest(seal.to_bytes(width, "big"), expected.to_bytes(width, "big"))
    return found_by if same else None


def _seal(key: bytes, office: Office, found_by: str) -> int:
    told = "\x1f".join((_PURPOSE, str(office), found_by)).encode()
    return int.from_bytes(hmac.new(key, told, hashlib.sha256).digest(), "big") >> 256 - _SEAL_BITS
