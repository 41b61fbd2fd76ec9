"""Identifiers of cases, items and transfers: UUID version 7 (RFC 9562 §5.7), in the order of their making.

An id says when it was made and nothing of whom it is about, so it may stand in a log, an address or a file name.
"""

from __future__ import annotations

import secrets
import time
import uuid
from threading import Lock

RANDOM_BYTES = 10
_TIME_MAX = 1 << 48


def uuid7(*, now_ms: int, randomness: bytes) -> uuid.UUID:
    """A UUIDv7 of a moment and ten random bytes, of which 74 bits are used.

    Args:
        now_ms: milliseconds since 1970-01-01 UTC.
        randomness: exactly ten bytes from a cryptographic source.
    """
    assert 0 <= now_ms < _TIME_MAX, "the time of a UUIDv7 has 48 bits"
    assert len(randomness) == RANDOM_BYTES, "a UUIDv7 is made of ten random bytes"
    bits = int.from_bytes(randomness, "big")
    rand_a = bits >> 68  # the upper 12 of 80 bits
    rand_b = bits & ((1 << 62) - 1)
    return uuid.UUID(int=now_ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def new_uuid7() -> uuid.UUID:
    """A UUIDv7 of now. For the edges; a use case gets its ids as arguments."""
    return uuid7(now_ms=time.time_ns() // 1_000_000, randomness=secrets.token_bytes(RANDOM_BYTES))


class AscendingIds:
    """UUIDv7s of one process, each above the one before, also within a millisecond (RFC 9562 §6.2, method 2).

    What is made in an order is found in that order by its ids.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def __call__(self) -> uuid.UUID:
        with self._lock:
            self._last = max(new_uuid7().int, self._last + 1)
            return uuid.UUID(int=self._last)
