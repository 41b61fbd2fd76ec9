"""A lane of the outbox that climbs: what is in it is sent until the tier above has answered."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from chassis.ledger import Sending
from chassis.logs import get_logger
from chassis.sql import Backoff, Database, OutboxRow
from kernel.clock import Clock
from kernel.refusals import EvidenceNotReceived, Kind, Refusal

LANE_BATCH = 20  # rows claimed at a time
LANE_LEASE = timedelta(seconds=60)  # a crashed sender's rows come back after this
LANE_BACKOFF = Backoff(first=timedelta(seconds=1), most=timedelta(minutes=1))
# Answers that a later try may change. Anything else is the upper tier's final word on this row; so is a lost race,
# which is an endorsement that came after the case had been closed above.
_PASSING = frozenset({Kind.UNREACHABLE, Kind.TOO_MUCH, Kind.NOT_KNOWN})

log = get_logger()

TX = TypeVar("TX", bound=Sending)
TX_contra = TypeVar("TX_contra", bound=Sending, contravariant=True)


class Settle(Protocol[TX_contra]):
    """What becomes true with the tier above having taken a row."""

    def __call__(self, tx: TX_contra, row: OutboxRow, /, *, now: datetime) -> None: ...


class GiveUp(Protocol[TX_contra]):
    """What becomes of a row when the tier above has refused it for good."""

    def __call__(self, tx: TX_contra, row: OutboxRow, said: Refusal, /, *, now: datetime) -> None: ...


def _nothing_more(tx: Sending, row: OutboxRow, /, *, now: datetime) -> None:
    del tx, row, now


class LaneSender(Generic[TX]):
    """Drains one lane upward.

    Args:
        send: asks the tier above, with no transaction open; raises the refusal that it answers with. A row may be sent
            again after it was answered, and so the other side is idempotent.
        settle, give_up: use cases, in the transaction that ends the row.
        bind: while it is open, every line of the log says what the row is about.
    """

    def __init__(
        self,
        database: Database[TX],
        lane: str,
        *,
        send: Callable[[OutboxRow], Awaitable[None]],
        give_up: GiveUp[TX],
        settle: Settle[TX] = _nothing_more,
        bind: Callable[[OutboxRow], AbstractContextManager[None]],
        clock: Clock,
    ) -> None:
        self._database = database
        self._lane = lane
        self._send = send
        self._settle = settle
        self._give_up = give_up
        self._bind = bind
        self._clock = clock
        self._postponed = False

    async def step(self) -> bool:
        """Send what is due; True when there may be more.

        Raises:
            Unreachable: the tier above cannot be reached; what was claimed waits its turn.
        """
        rows = await self._database.run(_claim, self._lane, now=self._clock.now())
        for position, row in enumerate(rows):
            try:
                with self._bind(row):
                    await self._send_one(row)
            except Refusal as said:
                # One that cannot be taken now must not hold the others; where nobody answers, none can be sent.
                nobody_there = said.kind is Kind.UNREACHABLE
                for waiting in rows[position:] if nobody_there else [row]:
                    await self._database.run(_postpone, waiting.id, said.code, now=self._clock.now())
                self._postponed = True
                if nobody_there:
                    raise
                log.warning("submission_postponed", lane=self._lane, code=said.code, field=said.field)
        return len(rows) == LANE_BATCH

    async def _send_one(self, row: OutboxRow) -> None:
        """Raises the refusal where a later try may be answered otherwise."""
        try:
            await self._send(row)
        except Refusal as said:
            # What was missing there is sent with the next try.
            if said.kind in _PASSING or isinstance(said, EvidenceNotReceived):
                raise
            log.warning("submission_refused", lane=self._lane, code=said.code, field=said.field)
            await self._database.run(_refused, row, said, self._give_up, now=self._clock.now())
            return
        revive = self._lane if self._postponed else ""
        await self._database.run(_answered, row, self._settle, now=self._clock.now(), revive=revive)
        self._postponed = False


def _claim(tx: Sending, lane: str, *, now: datetime) -> list[OutboxRow]:
    return tx.outbox.claim(lane, now=now, limit=LANE_BATCH, lease=LANE_LEASE)


def _answered(tx: TX, row: OutboxRow, settle: Settle[TX], *, now: datetime, revive: str) -> None:
    settle(tx, row, now=now)
    tx.outbox.done(row.id, now=now)
    if revive:  # the tier above is back: nothing need wait out its back-off
        tx.outbox.revive(revive)


def _refused(tx: TX, row: OutboxRow, said: Refusal, give_up: GiveUp[TX], *, now: datetime) -> None:
    give_up(tx, row, said, now=now)
    tx.outbox.done(row.id, now=now)


def _postpone(tx: Sending, row_id: int, code: str, *, now: datetime) -> None:
    tx.outbox.failed(
        row_id,
        now=now,
        error_code=code,
        backoff=LANE_BACKOFF,
        random_unit=random.random(),  # noqa: S311 - jitter
    )
