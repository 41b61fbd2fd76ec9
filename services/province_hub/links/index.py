"""Questions to the national index, and reports to it: lanes ``index`` and ``figures``, until they are answered.

What a question is about is its ``kind``; each kind has a handler that asks without a transaction open and brings the
answer into the database in one of its own. A handler may be run again after it succeeded, and so is idempotent.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from chassis.logs import bind_case, get_logger
from chassis.sql import Backoff, Database, OutboxRow
from kernel.clock import Clock
from kernel.refusals import Kind, Refusal
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import LANE_INDEX

INDEX_LEASE = timedelta(seconds=60)  # a crashed process's question comes back after this
INDEX_BACKOFF = Backoff(first=timedelta(seconds=1), most=timedelta(minutes=1))
# Answers that say nothing of the question itself, only that it could not be put now.
_PASSING = frozenset({Kind.UNREACHABLE, Kind.TOO_MUCH, Kind.LOST_RACE, Kind.NOT_KNOWN})

Handler = Callable[[Mapping[str, Any]], Awaitable[None]]

log = get_logger()


class IndexLink:
    """Drains a lane to the index, one question at a time; several may run side by side.

    Args:
        handlers: by kind of question; each takes the question's payload.
        lane: of the outbox; what can wait has one of its own, so that numbers need not wait behind it.
        unit: random numbers from 0 to 1, for the jitter of the back-off.
    """

    def __init__(
        self,
        database: Database[HubTransaction],
        *,
        handlers: Mapping[str, Handler],
        clock: Clock,
        lane: str = LANE_INDEX,
        unit: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._lane = lane
        self._handlers = handlers
        self._clock = clock
        self._unit = unit
        self._was_refused = False

    async def step(self) -> bool:
        """Put the question that has been due the longest; True when there may be more.

        Raises:
            Refusal: the index cannot be asked now; the question waits for its next turn.
        """
        rows = await self._database.run(_claim, self._lane, now=self._clock.now())
        for row in rows:
            with _about(row):
                await self._ask(row)
        return bool(rows)

    async def _ask(self, row: OutboxRow) -> None:
        kind = row.payload["kind"]
        try:
            await self._handlers[kind](row.payload)
        except Refusal as said:
            await self._database.run(_ask_later, row, said.code, now=self._clock.now(), unit=self._unit())
            if said.kind in _PASSING:
                self._was_refused = True
                raise
            # The index will say so again until somebody looks; other questions must not wait for this one.
            log.error("index_refused", kind=kind, code=said.code, field=said.field, attempts=row.attempts)
            return
        await self._database.run(_answered, row, now=self._clock.now(), revive=self._was_refused)
        self._was_refused = False


def _about(row: OutboxRow) -> AbstractContextManager[None]:
    """Every line says which case it is about, where the question is about one."""
    case_id = row.payload.get("case_id") or row.payload.get("transfer_id")
    return bind_case(case_id) if case_id else nullcontext()


def _claim(tx: HubTransaction, lane: str, *, now: datetime) -> list[OutboxRow]:
    return tx.outbox.claim(lane, now=now, limit=1, lease=INDEX_LEASE)


def _answered(tx: HubTransaction, row: OutboxRow, *, now: datetime, revive: bool) -> None:
    tx.outbox.done(row.id, now=now)
    if revive:  # the index is back: nothing need wait out its back-off
        tx.outbox.revive(row.lane)


def _ask_later(tx: HubTransaction, row: OutboxRow, code: str, *, now: datetime, unit: float) -> None:
    tx.outbox.failed(row.id, now=now, error_code=code, backoff=INDEX_BACKOFF, random_unit=unit)
