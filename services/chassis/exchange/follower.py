"""What comes down: a feed followed with a cursor that commits together with what each entry did."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Protocol, TypeVar

import grpc

from chassis.exchange.wire import entry_from_message
from chassis.ledger import Following
from chassis.sql import Database
from kernel.clock import Clock
from kernel.feed import Entry
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

FEED_PAGE = 100
FEED_WAIT_MS = 10_000  # how long one read may wait for news


TX = TypeVar("TX", bound=Following)
TX_contra = TypeVar("TX_contra", bound=Following, contravariant=True)


class Absorb(Protocol[TX_contra]):
    """A use case that takes one entry in: ``absorb(tx, entry, now=...)``."""

    def __call__(self, tx: TX_contra, entry: Entry, /, *, now: datetime) -> None: ...


class Follower(Generic[TX]):
    """Follows the feed of the tier above.

    Entries are taken one transaction each, in order; the cursor moves in the same transaction, so each takes effect
    exactly once. An entry that cannot be taken in stops the feed there, loudly: order is part of its meaning.
    """

    def __init__(
        self, database: Database[TX], channel: grpc.aio.Channel, *, name: str, absorb: Absorb[TX], clock: Clock
    ) -> None:
        self._database = database
        self._feed = exchange_pb2_grpc.FeedServiceStub(channel)
        self._name = name
        self._absorb = absorb
        self._clock = clock

    async def step(self) -> bool:
        """Read one page, waiting for it where there is none; always True, since the waiting is done upstairs."""
        await self._read(wait_ms=FEED_WAIT_MS)
        return True

    async def catch_up(self) -> None:
        """Take in what the tier above has said by now, so that whoever asked it for something finds it here."""
        while await self._read(wait_ms=0) == FEED_PAGE:
            pass

    async def _read(self, *, wait_ms: int) -> int:
        after = await self._database.run(_position, self._name)
        page = await self._feed.Read(
            exchange_pb2.ReadRequest(after=after, limit=FEED_PAGE, wait_ms=wait_ms), timeout=wait_ms / 1000 + 10
        )
        for message in page.entries:
            await self._database.run(
                _take, self._name, message.sequence, entry_from_message(message), self._absorb, now=self._clock.now()
            )
        return len(page.entries)


def _position(tx: Following, name: str) -> int:
    return tx.cursors.get(name)


def _take(tx: TX, name: str, sequence: int, entry: Entry, absorb: Absorb[TX], *, now: datetime) -> None:
    if sequence <= tx.cursors.hold(name):
        return  # somebody else of this node took it
    tx.cursors.advance(name, to=sequence)
    absorb(tx, entry, now=now)
