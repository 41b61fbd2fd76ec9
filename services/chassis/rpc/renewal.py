"""A channel that goes on with renewed certificates.

gRPC fixes a channel's credentials at its birth, and a leaf lives for days: a channel kept longer would one day show an
expired certificate at every reconnection. So the channel that callers hold is a front, and behind it a new one is
opened when the files were replaced. Calls under way finish on the old one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import grpc

from chassis.keys.files import ReadAgain

_OLD_CHANNEL_GRACE_SECONDS = 120.0


class RenewingChannel(grpc.aio.Channel):
    """A front for the channel that ``connect`` opens, and opens again when one of the files was replaced.

    Args:
        paths: the files that the channel's credentials are made of.
        connect: opens a channel with the files as they are; OSError leaves the former one in use.
    """

    def __init__(self, *paths: Path, connect: Callable[[], grpc.aio.Channel]) -> None:
        self._connect = connect
        self._open: grpc.aio.Channel | None = None
        self._former: dict[grpc.aio.Channel, asyncio.Future[None]] = {}
        self._current = ReadAgain(*paths, read=self._renew)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self, grace: float | None = None) -> None:
        assert self._open is not None
        for waiting in self._former.values():
            waiting.cancel()
        await asyncio.gather(*(channel.close(grace) for channel in (self._open, *self._former)))

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._current().get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._current().wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._current().channel_ready()

    # Stubs ask for their methods once and keep them, so what they keep finds the channel anew at each call.

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._each_time("unary_unary", args, kwargs)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._each_time("unary_stream", args, kwargs)

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._each_time("stream_unary", args, kwargs)

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._each_time("stream_stream", args, kwargs)

    def _each_time(self, shape: str, args: Any, kwargs: Any) -> Any:
        def call(*request: Any, **options: Any) -> Any:
            return getattr(self._current(), shape)(*args, **kwargs)(*request, **options)

        return call

    def _renew(self) -> grpc.aio.Channel:
        opened = self._connect()
        if (former := self._open) is not None:
            # Referenced until done: the loop holds its tasks weakly.
            closing = asyncio.ensure_future(former.close(_OLD_CHANNEL_GRACE_SECONDS))
            self._former[former] = closing
            closing.add_done_callback(lambda _: self._former.pop(former, None))
        self._open = opened
        return opened
