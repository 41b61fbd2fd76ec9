"""What climbs: an outbox lane, sent until the tier above has answered."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import grpc

from chassis.exchange.wire import case_to_message
from chassis.ledger import Climbing
from chassis.logs import bind_case, get_logger
from chassis.sql import Backoff, Database, OutboxRow
from kernel.case import Case
from kernel.clock import Clock
from kernel.refusals import Kind, Refusal
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

LANE_UP = "up"
SUBMIT_BATCH = 20  # cases claimed at a time
SUBMIT_LEASE = timedelta(seconds=60)  # a crashed sender's rows come back after this
SUBMIT_BACKOFF = Backoff(first=timedelta(seconds=1), most=timedelta(minutes=1))
# Answers that a later try may change. Anything else is the upper tier's final word on this case; so is a lost race,
# which is an endorsement that came after the case had been closed above.
_PASSING = frozenset({Kind.UNREACHABLE, Kind.TOO_MUCH, Kind.NOT_KNOWN})

log = get_logger()


TX = TypeVar("TX", bound=Climbing)
TX_contra = TypeVar("TX_contra", bound=Climbing, contravariant=True)


class Refused(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, case: Case, said: Refusal, /, *, now: datetime) -> None: ...


class Submitter(Generic[TX]):
    """Sends the lane ``up``: a row names a case; the case itself is read from the ledger as it stands.

    Args:
        refused: use case run when the upper tier's answer is final: ``refused(tx, case, refusal, now=...)``. The case
            stays with this tier; nothing is lost.
    """

    def __init__(
        self,
        database: Database[TX],
        channel: grpc.aio.Channel,
        *,
        clock: Clock,
        refused: Refused[TX],
    ) -> None:
        self._database = database
        self._intake = exchange_pb2_grpc.IntakeServiceStub(channel)
        self._clock = clock
        self._refused = refused
        self._postponed = False

    async def step(self) -> bool:
        """Send what is due; True when there may be more.

        Raises:
            Unreachable: the tier above cannot be reached; what was claimed waits its turn.
        """
        rows = await self._database.run(_claim, now=self._clock.now())
        for position, row in enumerate(rows):
            try:
                await self._send(row)
            except Refusal as said:
                # One case that cannot be taken now must not hold the others; where nobody answers, none can be sent.
                nobody_there = said.kind is Kind.UNREACHABLE
                for waiting in rows[position:] if nobody_there else [row]:
                    await self._database.run(_postpone, waiting.id, said.code, now=self._clock.now())
                self._postponed = True
                if nobody_there:
                    raise
                log.warning("submission_postponed", code=said.code, field=said.field)
        return len(rows) == SUBMIT_BATCH

    async def _send(self, row: OutboxRow) -> None:
        """Raises the refusal where a later try may be answered otherwise."""
        case: Case = await self._database.run(_load, row.payload["case_id"])
        with bind_case(case.case_id):
            try:
                await self._intake.Submit(exchange_pb2.SubmitRequest(case=case_to_message(case)))
            except Refusal as said:
                if said.kind in _PASSING:
                    raise
                log.warning("submission_refused", code=said.code, field=said.field)
                await self._database.run(_give_up, row.id, case, said, self._refused, now=self._clock.now())
            else:
                await self._database.run(_settle, row.id, now=self._clock.now(), revive=self._postponed)
                self._postponed = False
                log.info("case_submitted", count=len(case.items))


def _claim(tx: Climbing, *, now: datetime) -> list[OutboxRow]:
    return tx.outbox.claim(LANE_UP, now=now, limit=SUBMIT_BATCH, lease=SUBMIT_LEASE)


def _load(tx: Climbing, case_id: str) -> Case:
    return tx.cases.get(case_id).case


def _settle(tx: Climbing, row_id: int, *, now: datetime, revive: bool) -> None:
    tx.outbox.done(row_id, now=now)
    if revive:  # the tier above is back: nothing need wait out its back-off
        tx.outbox.revive(LANE_UP)


def _postpone(tx: Climbing, row_id: int, code: str, *, now: datetime) -> None:
    tx.outbox.failed(
        row_id,
        now=now,
        error_code=code,
        backoff=SUBMIT_BACKOFF,
        random_unit=random.random(),  # noqa: S311 - jitter
    )


def _give_up(tx: TX, row_id: int, case: Case, said: Refusal, refused: Refused[TX], *, now: datetime) -> None:
    refused(tx, case, said, now=now)
    tx.outbox.done(row_id, now=now)
