"""What goes on in the background: named loops that do a step, and again, and rest when there is nothing more to do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from chassis.backoff import Backoff
from chassis.logs import get_logger
from kernel.refusals import Kind, Refusal

if TYPE_CHECKING:
    from chassis.sql import Signal

FAILURE_BACKOFF = Backoff(first=timedelta(milliseconds=200), most=timedelta(seconds=15))
FAULTS_UNHEALTHY = 5  # failures in a row that are nobody's refusal: a bug, or a row that cannot be taken
STOP_SECONDS = 5.0

log = get_logger()


class Loop:
    """One step, done again and again until the loop is stopped.

    A step that fails is done again after a growing, jittered wait. While the other side cannot be reached, that is told
    once when it begins and once when it is over: an outage of a week is two lines.

    Args:
        name: how logs and metrics call it.
        step: does some work and says whether there may be more at once.
        wake: ends the rest early. idle_seconds: the longest rest; rows may have become due, or been written by another
            process, without a wake.
        failed: called with the name at every failure, e.g. ``Metrics.loop_failed``.
        backoff: the waits after failures.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[bool]],
        *,
        wake: Signal | None = None,
        idle_seconds: float,
        failed: Callable[[str], None] | None = None,
        backoff: Backoff = FAILURE_BACKOFF,
    ) -> None:
        self.name = name
        self._step = step
        self._wake = wake
        self._idle_seconds = idle_seconds
        self._failed = failed
        self._backoff = backoff
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failures = 0  # in a row, of any kind
        self._faults = 0  # in a row, other than refusals
        self._outage = False

    def start(self) -> None:
        """Begin, in the running event loop."""
        assert self._task is None, f"{self.name} runs already"
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self, *, grace_seconds: float = STOP_SECONDS) -> None:
        """Let the running step end, and cancel it when it has not in time; nothing when the loop does not run."""
        self._stopping.set()
        if self._task is None:
            return
        await asyncio.wait((self._task,), timeout=grace_seconds)
        if not self._task.done():
            log.warning("loop_cancelled", loop=self.name, seconds=grace_seconds)
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=grace_seconds)

    @property
    def healthy(self) -> bool:
        """It runs, and does not fail by its own fault. Being refused, or finding nobody there, is no illness."""
        return self._task is not None and not self._task.done() and self._faults < FAULTS_UNHEALTHY

    async def _run(self) -> None:
        while not self._stopping.is_set():
            rest = await self._step_once()
            if rest is None:
                await asyncio.sleep(0)  # a step that never waits must not keep all others from running
            else:
                await rest

    async def _step_once(self) -> Awaitable[None] | None:
        """One step; what to wait for before the next."""
        try:
            more = await self._step()
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Not we were cancelled but a call inside the step, whose channel was closed.
            return self._rest_after(cancelled)
        except Exception as raised:
            return self._rest_after(raised)
        self._recovered()
        return None if more else self._rest()

    def _rest_after(self, raised: BaseException) -> Awaitable[None]:
        self._failures += 1
        if self._failed is not None:
            self._failed(self.name)
        if isinstance(raised, Refusal) and raised.kind is Kind.UNREACHABLE:
            self._faults = 0
            if not self._outage:
                self._outage = True
                log.warning("loop_waits_for_peer", loop=self.name, code=raised.code)
        elif isinstance(raised, Refusal):
            self._faults = 0
            log.warning("loop_refused", loop=self.name, code=raised.code, field=raised.field, attempts=self._failures)
        else:
            self._faults += 1
            log.error("loop_failed", loop=self.name, attempts=self._failures, exc_info=raised)
        delay = self._backoff.delay(self._failures, random_unit=random.random())  # noqa: S311 - jitter
        return self._until_stopped(delay.total_seconds())

    def _recovered(self) -> None:
        if self._failures:
            log.info("loop_goes_on", loop=self.name, attempts=self._failures)
        self._failures = self._faults = 0
        self._outage = False

    async def _rest(self) -> None:
        if self._wake is None:
            await self._until_stopped(self._idle_seconds)
            return
        woken = asyncio.ensure_future(self._wake.wait(self._idle_seconds))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((woken, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            stopping.cancel()

    async def _until_stopped(self, seconds: float) -> None:
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait((stopping,), timeout=seconds)
        stopping.cancel()


class Loops:
    """All loops of a process: started together, stopped together."""

    def __init__(self, loops: Iterable[Loop] = ()) -> None:
        self._loops = list(loops)
        names = [loop.name for loop in self._loops]
        assert len(set(names)) == len(names), "two loops of one name"

    async def start(self) -> None:
        for loop in self._loops:
            loop.start()

    async def stop(self, grace_seconds: float = STOP_SECONDS) -> None:
        """Stop all at the same time: the grace is for all of them together."""
        await asyncio.gather(*(loop.stop(grace_seconds=grace_seconds) for loop in self._loops))

    @property
    def healthy(self) -> bool:
        """Every loop is; a process without any is healthy."""
        return all(loop.healthy for loop in self._loops)
