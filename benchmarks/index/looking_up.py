"""Single look-ups beside an empty echo, with as many callers at a time."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import grpc

from index.echo import METHOD
from xueji.index.v1 import index_pb2, index_pb2_grpc

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Rate:
    """Calls a second, and latencies in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


async def measured(call: Call, *, calls: int, callers: int) -> Rate:
    """So many calls, so many at a time."""
    latencies: list[float] = []

    async def caller() -> None:
        while len(latencies) + callers <= calls:
            began = time.perf_counter()
            await call()
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    seconds = time.perf_counter() - began
    cuts = statistics.quantiles(latencies, n=100)
    return Rate(len(latencies) / seconds, cuts[49] * 1000, cuts[98] * 1000)


def echo_call(channel: grpc.aio.Channel) -> Call:
    """A call of the same size that nobody does anything for."""
    ask: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(METHOD)
    content = bytes(24)
    return lambda: ask(content)


def look_up_call(channels: Sequence[grpc.aio.Channel], numbers: Sequence[str]) -> Call:
    """One child of these at random, by number."""
    stubs = [index_pb2_grpc.NationalIndexServiceStub(channel) for channel in channels]
    dice = random.Random(7)  # noqa: S311 - which child does not matter

    async def call() -> None:
        asked = dice.choice(numbers)
        found = await dice.choice(stubs).LookUp(index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=asked)]))
        if found.found[0].number != asked:
            raise SystemExit("a child that has a number was not found by it")

    return call
