"""A loop works while there is work, rests when there is none, and survives whatever a step does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from chassis.backoff import Backoff
from chassis.loops import FAULTS_UNHEALTHY, Loop, Loops
from chassis.sql import Signal
from kernel.refusals import CommitUnknown, RequestMalformed, Unreachable

NEVER_SECONDS = 3600.0
SOON_SECONDS = 10.0
QUICKLY = Backoff(first=timedelta(milliseconds=1), most=timedelta(milliseconds=2))

Answer = bool | BaseException


class Script:
    """A step that does what it is told, one thing a call, and then rests; it says when the end is reached."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.calls = 0
        self.played = asyncio.Event()

    async def __call__(self) -> bool:
        self.calls += 1
        if not self._answers:
            self.played.set()
            return False
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


Running = Callable[[Loop], Awaitable[None]]


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """Starts loops and stops them after the test."""
    started: list[Loop] = []

    async def start(loop: Loop) -> None:
        started.append(loop)
        loop.start()

    yield start
    for loop in started:
        await loop.stop(grace_seconds=0.1)


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not condition():  # noqa: ASYNC110 - what it looks at rings no bell
            await asyncio.sleep(0.005)


def a_loop(step: Callable[[], Awaitable[bool]], *, wake: Signal | None = None, idle: float = NEVER_SECONDS) -> Loop:
    return Loop("up", step, wake=wake, idle_seconds=idle, backoff=QUICKLY)


async def test_a_step_is_done_again_until_there_is_no_more(running: Running) -> None:
    step = Script(True, True, True)
    await running(a_loop(step))
    await asyncio.wait_for(step.played.wait(), SOON_SECONDS)
    assert step.calls == 4


async def test_a_wake_ends_the_rest(running: Running) -> None:
    step, wake = Script(), Signal()
    await running(a_loop(step, wake=wake))
    await eventually(lambda: step.calls == 1)
    wake.set()
    await eventually(lambda: step.calls == 2)


async def test_a_wake_during_a_step_is_not_lost(running: Running) -> None:
    wake = Signal()
    calls = []

    async def step() -> bool:
        calls.append(1)
        if len(calls) == 1:
            wake.set()  # work came in after this step had looked
        return False

    await running(a_loop(step, wake=wake))
    await eventually(lambda: len(calls) == 2)


@pytest.mark.parametrize("wake", [None, Signal()])
async def test_without_a_wake_it_looks_when_the_rest_is_over(running: Running, wake: Signal | None) -> None:
    step = Script()
    await running(a_loop(step, wake=wake, idle=0.01))
    await eventually(lambda: step.calls >= 3)


async def test_a_step_that_always_has_more_lets_others_run(running: Running) -> None:
    async def greedy() -> bool:
        return True

    await running(a_loop(greedy))
    await asyncio.wait_for(asyncio.sleep(0), SOON_SECONDS)


async def test_a_failure_is_told_counted_and_tried_again(running: Running) -> None:
    step = Script(ValueError("张三"), RequestMalformed(why="张三"), True)
    counted: list[str] = []
    loop = Loop("up", step, idle_seconds=NEVER_SECONDS, failed=counted.append, backoff=QUICKLY)
    with capture_logs() as told:
        await running(loop)
        await asyncio.wait_for(step.played.wait(), SOON_SECONDS)
    assert [line["event"] for line in told] == ["loop_failed", "loop_refused", "loop_goes_on"]
    assert told[1]["code"] == "REQUEST_MALFORMED"
    assert counted == ["up", "up"]
    assert loop.healthy


async def test_an_outage_of_any_length_is_told_when_it_begins_and_when_it_is_over(running: Running) -> None:
    step = Script(*[Unreachable(office="省") for _ in range(20)], CommitUnknown(), True, Unreachable(office="省"))
    with capture_logs() as told:
        loop = a_loop(step)
        await running(loop)
        await asyncio.wait_for(step.played.wait(), SOON_SECONDS)
    assert [line["event"] for line in told] == [
        "loop_waits_for_peer",
        "loop_goes_on",
        "loop_waits_for_peer",
        "loop_goes_on",
    ]


async def test_who_finds_nobody_there_is_healthy_and_who_fails_by_its_own_fault_is_not(running: Running) -> None:
    async def nobody() -> bool:
        raise Unreachable(office="省")

    failures = []

    async def fault() -> bool:
        failures.append(1)
        raise ValueError

    waiting, failing = a_loop(nobody), a_loop(fault)
    await running(waiting)
    await running(failing)
    await eventually(lambda: len(failures) > FAULTS_UNHEALTHY)
    assert waiting.healthy
    assert not failing.healthy


async def test_a_call_that_was_cancelled_inside_a_step_does_not_end_the_loop(running: Running) -> None:
    step = Script(asyncio.CancelledError(), True)
    await running(a_loop(step))
    await asyncio.wait_for(step.played.wait(), SOON_SECONDS)


async def test_stopping_lets_the_step_end(running: Running) -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def step() -> bool:
        begun.set()
        await go_on.wait()
        ended.set()
        return True

    loop = a_loop(step)
    await running(loop)
    await begun.wait()
    stopping = asyncio.create_task(loop.stop(grace_seconds=SOON_SECONDS))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert ended.is_set()
    assert not loop.healthy


async def test_a_step_that_does_not_end_in_time_is_cancelled() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def step() -> bool:
        begun.set()
        try:
            await asyncio.sleep(NEVER_SECONDS)
        finally:
            cancelled.set()
        return True

    loop = a_loop(step)
    loop.start()
    await begun.wait()
    with capture_logs() as told:
        await loop.stop(grace_seconds=0.01)
    assert cancelled.is_set()
    assert [line["event"] for line in told] == ["loop_cancelled"]


async def test_neither_a_rest_nor_a_back_off_delays_the_stop() -> None:
    async def fail() -> bool:
        raise Unreachable(office="省")

    resting = Script()
    patient = Backoff(first=timedelta(hours=1), most=timedelta(hours=1))
    loops = Loops(
        [
            Loop("resting", resting, wake=Signal(), idle_seconds=NEVER_SECONDS),
            Loop("failing", fail, idle_seconds=NEVER_SECONDS, backoff=patient),
        ]
    )
    await loops.start()
    await asyncio.wait_for(resting.played.wait(), SOON_SECONDS)
    assert loops.healthy
    began = time.monotonic()
    await loops.stop(grace_seconds=SOON_SECONDS)
    assert time.monotonic() - began < SOON_SECONDS / 2
    assert not loops.healthy


async def test_two_waiters_of_one_bell_are_both_woken_and_a_closed_event_loop_harms_nobody() -> None:
    from_elsewhere = Signal()

    def wait_and_leave() -> None:
        asyncio.run(asyncio.wait_for(from_elsewhere.wait(0.01), SOON_SECONDS))

    await asyncio.to_thread(wait_and_leave)
    waiting = asyncio.create_task(from_elsewhere.wait(SOON_SECONDS))
    await asyncio.sleep(0)
    await asyncio.to_thread(from_elsewhere.set)
    assert await waiting


def test_a_process_without_loops_is_healthy_and_two_of_one_name_are_a_bug() -> None:
    assert Loops().healthy
    with pytest.raises(AssertionError, match="one name"):
        Loops([a_loop(Script()), a_loop(Script())])
