"""Streams of pieces from a caller: taken whole within a bound, and let run out where they are refused."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from kernel.refusals import Refusal

DISCARD_SECONDS = 10.0

T = TypeVar("T")


async def discard(requests: AsyncIterator[T], *, size: Callable[[T], int], bytes_max: int) -> None:
    """Let a refused sender finish, within bounds: cut off while it sends, it would hear of a broken line alone."""
    with contextlib.suppress(TimeoutError, Refusal):
        async with asyncio.timeout(DISCARD_SECONDS):
            discarded = 0
            async for request in requests:
                discarded += size(request)
                if discarded > bytes_max:
                    return
