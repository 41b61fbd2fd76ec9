"""Evidence over gRPC: for an office's own people, and for the offices that send cases here or were asked about them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

import grpc

from chassis.evidence.cleaning import clean, inspect
from chassis.evidence.reading import Asked, EvidenceReader
from chassis.evidence.store import Proof
from chassis.evidence.wire import chunks, take
from chassis.ledger import Ledgered
from chassis.logs import bind_case, get_logger
from chassis.rpc import discard, require_desk, require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.evidence import EVIDENCE_BYTES_MAX, content_digest
from kernel.office import Office, Role, Tier
from kernel.refusals import EvidenceContentMismatch, Refusal
from xueji.evidence.v1 import evidence_pb2, evidence_pb2_grpc

OPENED_AT_ONCE = 2  # each document has a process of its own that opens it
DISCARD_BYTES_MAX = 4 * EVIDENCE_BYTES_MAX  # of what a refused sender still sends

TX = TypeVar("TX", bound=Ledgered)
Context = grpc.aio.ServicerContext[object, object]

log = get_logger()


class EvidenceDeskServicer(evidence_pb2_grpc.EvidenceDeskServiceServicer, Generic[TX]):
    """Answers an office's own people.

    Args:
        roles: who may look; bringing: who may bring.
    """

    def __init__(
        self,
        database: Database[TX],
        reader: EvidenceReader[TX],
        *,
        office: Office,
        roles: tuple[Role, ...],
        bringing: tuple[Role, ...],
        clock: Clock,
    ) -> None:
        self._database = database
        self._reader = reader
        self._office = office
        self._roles = roles
        self._bringing = bringing
        self._clock = clock
        self._turns = asyncio.Semaphore(OPENED_AT_ONCE)

    async def PutEvidence(
        self, request_iterator: AsyncIterator[evidence_pb2.PutEvidenceRequest], context: Context
    ) -> evidence_pb2.PutEvidenceResponse:
        try:
            require_desk(context, self._office, *self._bringing)
            header, content = await take(request_iterator)
            async with self._turns:
                cleaned = await asyncio.to_thread(clean, content, header.media_type)
            proof = Proof(cleaned.media_type, cleaned.content)
            await self._database.run(_put, proof, sender=str(self._office), now=self._clock.now())
        except Refusal:
            await discard(request_iterator, size=_size, bytes_max=DISCARD_BYTES_MAX)
            raise
        log.info("evidence_brought", bytes=len(proof.content))
        return evidence_pb2.PutEvidenceResponse(
            digest=bytes.fromhex(proof.digest), media_type=proof.media_type.value, size_bytes=len(proof.content)
        )

    async def GetEvidence(
        self, request: evidence_pb2.GetEvidenceRequest, context: Context
    ) -> AsyncIterator[evidence_pb2.GetEvidenceResponse]:
        require_desk(context, self._office, *self._roles)
        with bind_case(request.case_id):
            proof = await self._reader.read(Asked(request.case_id, request.digest.hex()))
        header = evidence_pb2.GetEvidenceResponse.Header(
            media_type=proof.media_type.value, size_bytes=len(proof.content)
        )
        yield evidence_pb2.GetEvidenceResponse(header=header)
        for chunk in chunks(proof.content):
            yield evidence_pb2.GetEvidenceResponse(chunk=chunk)


class EvidenceRelayServicer(evidence_pb2_grpc.EvidenceRelayServiceServicer, Generic[TX]):
    """Answers offices.

    Args:
        senders: tiers that may send cases here, and asking: tiers that may be asked about cases from here.
        require_sender: raises where that very office may not send here.
        asked: what a request of an office asks, with the rule that says whether it may.
    """

    def __init__(
        self,
        database: Database[TX],
        reader: EvidenceReader[TX],
        *,
        senders: tuple[Tier, ...],
        asking: tuple[Tier, ...],
        require_sender: Callable[[Office], None],
        asked: Callable[[evidence_pb2.GetRequest, Office], Asked],
        clock: Clock,
    ) -> None:
        self._database = database
        self._reader = reader
        self._senders = senders
        self._asking = asking
        self._require_sender = require_sender
        self._asked = asked
        self._clock = clock
        self._turns = asyncio.Semaphore(OPENED_AT_ONCE)

    async def Want(self, request: evidence_pb2.WantRequest, context: Context) -> evidence_pb2.WantResponse:
        self._sender(context)
        asked = [digest.hex() for digest in request.digests]
        held = await self._database.run(_held, asked)
        return evidence_pb2.WantResponse(missing=[bytes.fromhex(digest) for digest in asked if digest not in held])

    async def Put(
        self, request_iterator: AsyncIterator[evidence_pb2.PutRequest], context: Context
    ) -> evidence_pb2.PutResponse:
        try:
            sender = self._sender(context)
            header, content = await take(request_iterator)
            if content_digest(content) != header.digest.hex():
                raise EvidenceContentMismatch(field="evidence", declared="摘要", found="其他内容")
            async with self._turns:
                proof = await asyncio.to_thread(_inspected, content, header.media_type)
            await self._database.run(_put, proof, sender=str(sender), now=self._clock.now())
        except Refusal:
            await discard(request_iterator, size=_size, bytes_max=DISCARD_BYTES_MAX)
            raise
        return evidence_pb2.PutResponse(digest=header.digest)

    async def Get(self, request: evidence_pb2.GetRequest, context: Context) -> AsyncIterator[evidence_pb2.GetResponse]:
        asking = require_node(context, *self._asking)
        with bind_case(request.case_id):
            proof = await self._reader.read(self._asked(request, asking))
        header = evidence_pb2.GetResponse.Header(media_type=proof.media_type.value, size_bytes=len(proof.content))
        yield evidence_pb2.GetResponse(header=header)
        for chunk in chunks(proof.content):
            yield evidence_pb2.GetResponse(chunk=chunk)

    def _sender(self, context: Context) -> Office:
        sender = require_node(context, *self._senders)
        self._require_sender(sender)
        return sender


def _inspected(content: bytes, declared: str) -> Proof:
    return Proof(inspect(content, declared), content)


def _put(tx: Ledgered, proof: Proof, *, sender: str, now: datetime) -> None:
    tx.evidence.put(proof, sender=sender, now=now)


def _held(tx: Ledgered, digests: list[str]) -> frozenset[str]:
    return tx.evidence.held(digests)


def _size(request: Any) -> int:
    return len(request.chunk)
