"""One event loop for all channels: pages are plain functions in threads, and gRPC's channels are coroutines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import grpc

from chassis.rpc import open_channel
from kernel.office import Office
from portal.guard.accounts import Account

T = TypeVar("T")


class Lines:
    """A thread with a loop in it, and a channel for each account that has been used."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._thread.start()
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._lock = threading.Lock()

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread for what the loop finds; every call has its own deadline (``chassis.rpc.asking``).

        Raises RuntimeError from within the loop, which would wait for itself for ever.
        """
        if threading.current_thread() is self._thread:
            asked.close()
            raise RuntimeError("a coroutine of the lines awaits; only a page's thread runs")
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    def channel(self, account: Account, address: str) -> grpc.aio.Channel:
        """The account's channel to its node, opened at its first use and kept: it renews itself."""
        with self._lock:
            channel = self._channels.get(account.key)
            if channel is None:
                channel = self.run(_open(address, office=account.who.office, account=account))
                self._channels[account.key] = channel
            return channel

    def close(self) -> None:
        self.run(self._close_channels())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close_channels(self) -> None:
        for channel in self._channels.values():
            await channel.close()


async def _open(address: str, *, office: Office, account: Account) -> grpc.aio.Channel:
    return open_channel(address, office=office, tls=account.tls)
