"""What a person would otherwise have to bring again: an answer of the node that is too large to draw in one page.

Each session has one place. What was not looked at for as long as a session may idle is gone, and so is what was longest
not looked at when all together grow too large: whoever finds their place empty brings the file again, which changes
nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.guard.sessions import IDLE_SECONDS

SHELF_BYTES_MAX = 128 * 2**20  # of all sessions together


@dataclass
class _Place:
    thing: Any
    size_bytes: int
    looked_at: float


class Shelf:
    """All places of this process, by the session's token."""

    def __init__(self, *, bytes_max: int = SHELF_BYTES_MAX, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bytes_max = bytes_max
        self._monotonic = monotonic
        self._places: dict[str, _Place] = {}  # the longest not looked at first
        self._lock = threading.Lock()

    def put(self, token: str, thing: object, *, size_bytes: int) -> None:
        """Put it in the place of whatever the session had there; what is larger than the shelf is not kept."""
        with self._lock:
            self._places.pop(token, None)
            if size_bytes <= self._bytes_max:
                self._make_room(size_bytes)
                self._places[token] = _Place(thing, size_bytes, self._monotonic())

    def get(self, token: str) -> Any:
        """What the session has there; None where there is nothing, or nothing any more."""
        with self._lock:
            self._make_room(0)
            place = self._places.pop(token, None)
            if place is None:
                return None
            place.looked_at = self._monotonic()
            self._places[token] = place
            return place.thing

    def clear(self, token: str) -> None:
        with self._lock:
            self._places.pop(token, None)

    def _make_room(self, size_bytes: int) -> None:
        since = self._monotonic() - IDLE_SECONDS
        total = size_bytes + sum(place.size_bytes for place in self._places.values())
        for token, place in list(self._places.items()):
            if place.looked_at >= since and total <= self._bytes_max:
                return
            total -= place.size_bytes
            del self._places[token]
