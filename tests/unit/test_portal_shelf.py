"""What the portal keeps for a session is bounded in time, in size, and by whom it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from portal.guard.sessions import IDLE_SECONDS
from portal.guard.shelf import Shelf


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_session_finds_what_it_put_and_nobody_elses() -> None:
    shelf = Shelf()
    shelf.put("a", "hers", size_bytes=10)
    assert (shelf.get("a"), shelf.get("b")) == ("hers", None)
    shelf.put("a", "newer", size_bytes=10)
    assert shelf.get("a") == "newer"
    shelf.clear("a")
    assert shelf.get("a") is None


def test_what_nobody_looks_at_is_gone_and_what_is_looked_at_stays() -> None:
    seconds = Seconds()
    shelf = Shelf(monotonic=seconds)
    shelf.put("looked at", 1, size_bytes=1)
    shelf.put("forgotten", 2, size_bytes=1)
    seconds.now = IDLE_SECONDS
    assert shelf.get("looked at") == 1
    seconds.now += 1
    assert (shelf.get("looked at"), shelf.get("forgotten")) == (1, None)


def test_all_together_never_take_more_than_there_is_room_for() -> None:
    shelf = Shelf(bytes_max=100)
    shelf.put("first", 1, size_bytes=60)
    shelf.put("second", 2, size_bytes=30)
    assert shelf.get("first") == 1  # and so the second is the longest not looked at
    shelf.put("third", 3, size_bytes=40)
    assert (shelf.get("first"), shelf.get("second"), shelf.get("third")) == (1, None, 3)
    shelf.put("third", "too large", size_bytes=101)
    assert (shelf.get("first"), shelf.get("third")) == (1, None)
