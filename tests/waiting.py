"""How a test waits: for a condition, never for luck."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T | None]], *, seconds: float = 60.0) -> T:
    """What ``look`` finds, as soon as it finds something. ``seconds`` bounds a failure and is nobody's measure."""
    give_up_at = time.monotonic() + seconds
    while (found := await look()) is None:
        assert time.monotonic() < give_up_at, "it never came"
        await asyncio.sleep(0.05)
    return found
