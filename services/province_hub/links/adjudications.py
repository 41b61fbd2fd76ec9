"""Adjudications: what the nation said is carried out (lane ``adjudication``), and what is asked of index and peers."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import grpc

from chassis.logs import bind_case, get_logger
from chassis.sql import Backoff, Database, OutboxRow
from kernel.clock import Clock
from kernel.refusals import (
    AdjudicationClosed,
    AdjudicationNotFound,
    ProvinceNotInDirectory,
    Refusal,
    Unreachable,
)
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.adjudication import LANE_ADJUDICATION, carry_out_adjudication
from province_hub.usecases.rules import Rules
from xueji.adjudication.v1 import adjudication_pb2, adjudication_pb2_grpc, province_pb2, province_pb2_grpc

CARRY_OUT_LEASE = timedelta(seconds=60)
# A record in another case, or on its way to another province, is free again some day.
CARRY_OUT_BACKOFF = Backoff(first=timedelta(seconds=1), most=timedelta(minutes=10))
INDEX_SECONDS = 10.0
PEER_SECONDS = 8.0

log = get_logger()


@dataclass(frozen=True)
class AdjudicationWork:
    """Carries out one after the other; several processes may side by side."""

    database: Database[HubTransaction]
    rules: Rules
    clock: Clock
    unit: Callable[[], float] = random.random

    async def step(self) -> bool:
        """True when there may be more."""
        rows = await self.database.run(_claim, now=self.clock.now())
        for row in rows:
            adjudication_id = row.payload["adjudication_id"]
            with bind_case(adjudication_id):
                try:
                    await self.database.run(
                        carry_out_adjudication, adjudication_id, now=self.clock.now(), rules=self.rules
                    )
                except Refusal as said:
                    log.info("adjudication_waits", code=said.code, attempts=row.attempts)
                    await self.database.run(_again_later, row, said.code, now=self.clock.now(), unit=self.unit())
                else:
                    await self.database.run(_done, row, now=self.clock.now())
        return bool(rows)


@dataclass(frozen=True)
class AdjudicationLink:
    """Asks the index, and the other party's hub.

    Attributes:
        heard: takes in what the nation says, so that what was just opened or answered is shown here at once.
        peer: None of a province to which there is no line.
    """

    index: grpc.aio.Channel
    heard: Callable[[], Awaitable[None]]
    peer: Callable[[str], grpc.aio.Channel | None]

    async def open(self, request: adjudication_pb2.OpenRequest) -> adjudication_pb2.Adjudication:
        stub = adjudication_pb2_grpc.AdjudicationServiceStub(self.index)
        case = (await stub.Open(request, timeout=INDEX_SECONDS)).adjudication
        await self.heard()
        return case

    async def say(self, word: str) -> adjudication_pb2.Adjudication:
        """Raises as the index refused: AdjudicationClosed, and what it says of the word."""
        stub = adjudication_pb2_grpc.AdjudicationServiceStub(self.index)
        case = (await stub.Say(adjudication_pb2.SayRequest(word=word), timeout=INDEX_SECONDS)).adjudication
        await self.heard()
        return case

    async def compare(
        self, adjudication_id: str, *, province: str, person: str
    ) -> list[province_pb2.ComparedRecord] | None:
        """The other party's records: none where it knows of an end before we do; None where its hub does not answer
        now, or has not heard of the case yet."""
        request = province_pb2.CompareRequest(adjudication_id=adjudication_id, person=person)
        try:
            channel = self.peer(province)
            if channel is None:
                return None
            stub = province_pb2_grpc.AdjudicationPeerServiceStub(channel)
            answer = await stub.Compare(request, timeout=PEER_SECONDS)
        except AdjudicationClosed:
            return []
        except (Unreachable, ProvinceNotInDirectory, AdjudicationNotFound) as silent:
            log.warning("adjudication_unanswered", code=silent.code)
            return None
        return list(answer.records)


def _claim(tx: HubTransaction, *, now: datetime) -> list[OutboxRow]:
    return tx.outbox.claim(LANE_ADJUDICATION, now=now, limit=1, lease=CARRY_OUT_LEASE)


def _done(tx: HubTransaction, row: OutboxRow, *, now: datetime) -> None:
    tx.outbox.done(row.id, now=now)


def _again_later(tx: HubTransaction, row: OutboxRow, code: str, *, now: datetime, unit: float) -> None:
    tx.outbox.failed(row.id, now=now, error_code=code, backoff=CARRY_OUT_BACKOFF, random_unit=unit)
