"""The upper tier's side of the exchange."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import grpc

from chassis.evidence.rules import require_received
from chassis.exchange.wire import case_from_message, entry_to_message
from chassis.ledger import Feeding, Ledgered
from chassis.logs import bind_case
from chassis.rpc import require_node
from chassis.sql import Database, FeedRow, Transaction
from kernel.calendar import Due
from kernel.case import Case
from kernel.clock import Clock, milliseconds
from kernel.feed import entry_from_content
from kernel.office import Office, Tier
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

FEED_RECHECK_SECONDS = 1.0  # another process of this node may have written what this one waits for


@dataclass(frozen=True)
class Received:
    """The receipt for a submitted case: for which head of chain, and the clock that started with it."""

    case_id: str
    head: str
    received_at: datetime
    due: Due | None


FTX = TypeVar("FTX", bound=Feeding)
TX = TypeVar("TX", bound=Ledgered)
TX_contra = TypeVar("TX_contra", bound=Transaction, contravariant=True)


class Receive(Protocol[TX_contra]):
    """A use case: ``receive(tx, case, sender=..., now=...)``; the same case again gives the same receipt."""

    def __call__(self, tx: TX_contra, case: Case, /, *, sender: Office, now: datetime) -> Received: ...


class Withdraw(Protocol[TX_contra]):
    """A use case: ``withdraw(tx, jws, sender=..., now=...)`` answers with the case's id; the same again as before."""

    def __call__(self, tx: TX_contra, jws: str, /, *, sender: Office, now: datetime) -> str: ...


class IntakeServicer(exchange_pb2_grpc.IntakeServiceServicer, Generic[TX]):
    """Answers Submit and Withdraw for the tiers allowed to submit here."""

    def __init__(
        self,
        database: Database[TX],
        *,
        receive: Receive[TX],
        withdraw: Withdraw[TX],
        senders: tuple[Tier, ...],
        clock: Clock,
    ) -> None:
        self._database = database
        self._receive = receive
        self._withdraw = withdraw
        self._senders = senders
        self._clock = clock

    async def Submit(
        self, request: exchange_pb2.SubmitRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> exchange_pb2.SubmitResponse:
        sender = require_node(context, *self._senders)
        with bind_case(request.case.case_id):
            case = case_from_message(request.case)
            received = await self._database.run(_take_in, case, self._receive, sender=sender, now=self._clock.now())
        return exchange_pb2.SubmitResponse(
            case_id=received.case_id,
            head=bytes.fromhex(received.head),
            received_at_ms=milliseconds(received.received_at),
            due_at_ms=milliseconds(received.due.at) if received.due else 0,
            due_provisional=received.due.provisional if received.due else False,
        )

    async def Withdraw(
        self, request: exchange_pb2.WithdrawRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> exchange_pb2.WithdrawResponse:
        sender = require_node(context, *self._senders)
        case_id = await self._database.run(self._withdraw, request.withdrawal, sender=sender, now=self._clock.now())
        return exchange_pb2.WithdrawResponse(case_id=case_id)


class FeedServicer(exchange_pb2_grpc.FeedServiceServicer, Generic[FTX]):
    """Answers Read: each reader sees the entries written for its own office, and no others."""

    def __init__(self, database: Database[FTX], *, readers: tuple[Tier, ...]) -> None:
        self._database = database
        self._readers = readers

    async def Read(
        self, request: exchange_pb2.ReadRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> exchange_pb2.ReadResponse:
        audience = str(require_node(context, *self._readers))
        signal = self._database.signal(f"feed:{audience}")
        now = asyncio.get_running_loop().time
        deadline = now() + request.wait_ms / 1000
        while True:
            rows = await self._database.run(_read, audience, after=request.after, limit=request.limit)
            patience = deadline - now()
            if rows or patience <= 0:
                break
            await signal.wait(min(FEED_RECHECK_SECONDS, patience))
        return exchange_pb2.ReadResponse(
            entries=[
                entry_to_message(row.sequence, milliseconds(row.recorded_at), entry_from_content(row.kind, row.content))
                for row in rows
            ]
        )


def _take_in(tx: TX, case: Case, receive: Receive[TX], *, sender: Office, now: datetime) -> Received:
    require_received(tx, case)
    return receive(tx, case, sender=sender, now=now)


def _read(tx: Feeding, audience: str, *, after: int, limit: int) -> list[FeedRow]:
    return tx.feed.read(audience, after=after, limit=limit)
