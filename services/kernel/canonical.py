"""One value, one sequence of bytes: what signatures and digests are taken of.

A subset of the JSON Canonicalization Scheme (RFC 8785): objects with ASCII keys in order, arrays, strings, integers
within ±(2^53 - 1), true, false and null; no blanks, UTF-8. Left out on purpose: floats, whose writing is the hard part
of RFC 8785, and other keys, for which its order by UTF-16 code units would differ from ours. Within the subset the
bytes are those of RFC 8785, so any implementation of it can check our signatures.

Strings stay exactly as given, with no Unicode normalisation: a name is what its bearer's papers say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32
_DOMAIN = b"xueji/v1/"
_KIND_FORM = re.compile(r"[!-~]+")


def canonical_bytes(value: Any) -> bytes:
    """``value`` in canonical form.

    Raises:
        TypeError: a value outside the subset; a bug of the caller, for nothing that came over the wire is one.
    """
    _require_canonical(value, depth=0)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise TypeError("a string holds half of a surrogate pair") from None


def digest(kind: str, value: Any) -> bytes:
    """SHA-256 (32 bytes) over ``xueji/v1/<kind>``, a zero byte and the canonical form.

    The kind keeps a digest of one sort of thing from ever being taken for another's.

    Args:
        kind: what ``value`` is, in printable ASCII, e.g. ``case``.
    """
    assert _KIND_FORM.fullmatch(kind), "a kind is plain ASCII"
    return hashlib.sha256(_DOMAIN + kind.encode("ascii") + b"\0" + canonical_bytes(value)).digest()


def _require_canonical(value: Any, *, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise TypeError(f"nested deeper than {DEPTH_MAX}, or in itself")
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise TypeError("a key is an ASCII string")
        inside: Iterable[Any] = value.values()
    elif isinstance(value, list):
        inside = value
    else:
        _require_scalar(value)
        return
    for one in inside:
        if type(one) is not str:  # nearly all of an intake of 2,000 pupils is, and needs no call
            _require_canonical(one, depth=depth + 1)


def _require_scalar(value: Any) -> None:
    if isinstance(value, int):  # bool is one, and always in range
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise TypeError("an integer beyond 2^53 - 1 is not the same in every reader")
    elif value is not None and not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} has no canonical form")
