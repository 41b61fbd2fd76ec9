"""Wakes from the threads of the database to what waits in the event loop.

A signal saves a wait and carries no truth: whoever is woken looks at the rows, and whoever missed it looks later.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading


class Bell:
    """What all signals of one name hang on."""

    def __init__(self) -> None:
        self.rings = 0
        self._lock = threading.Lock()
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits now; who comes later sees that the number of rings has grown."""
        with self._lock:
            self.rings += 1
            woken, self._waiting = self._waiting, set()
        for future in woken:
            with contextlib.suppress(RuntimeError):  # its event loop has been closed meanwhile
                future.get_loop().call_soon_threadsafe(_resolve, future)

    def join(self, future: asyncio.Future[None], *, unless_beyond: int) -> bool:
        """Wait for the next ring, unless it rang already; one lock around both, so that none is missed between."""
        with self._lock:
            if self.rings != unless_beyond:
                return False
            self._waiting.add(future)
            return True

    def leave(self, future: asyncio.Future[None]) -> None:
        with self._lock:
            self._waiting.discard(future)


class Signal:
    """One waiter's ear on a bell: every ring since it was made, or since it last heard one, ends its next wait.

    Make it before you look at the rows, and wait after: then nothing that happens between is missed. Two waiters need
    two signals of the same name; a ring reaches both.
    """

    def __init__(self, bell: Bell | None = None) -> None:
        self._bell = bell or Bell()
        self._heard = self._bell.rings

    def set(self) -> None:
        """Ring for everybody who has a signal of this name. From any thread."""
        self._bell.ring()

    async def wait(self, timeout_seconds: float) -> bool:
        """True when it rang, at once if it has rung since the last time; False when the time is over."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._bell.join(future, unless_beyond=self._heard):
            try:
                await asyncio.wait((future,), timeout=timeout_seconds)
            finally:
                self._bell.leave(future)
        rings = self._bell.rings
        rang, self._heard = rings != self._heard, rings
        return rang


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
