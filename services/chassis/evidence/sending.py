"""What climbs before a case: the content that it names, as far as the office above lacks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Generic, TypeVar

import grpc

from chassis.evidence.store import Proof
from chassis.evidence.wire import chunks
from chassis.ledger import Ledgered
from chassis.logs import get_logger
from chassis.sql import Database
from kernel.case import Case
from xueji.evidence.v1 import evidence_pb2, evidence_pb2_grpc

PUT_SECONDS = 120.0  # the office above opens it in a process of its own, and may be opening others'

TX = TypeVar("TX", bound=Ledgered)

log = get_logger()


class EvidenceSender(Generic[TX]):
    """Sends evidence to the office above. Done again it sends nothing: a digest that is there is not wanted."""

    def __init__(self, database: Database[TX], channel: grpc.aio.Channel) -> None:
        self._database = database
        self._relay = evidence_pb2_grpc.EvidenceRelayServiceStub(channel)

    async def send(self, case: Case) -> None:
        """Send what the office above wants and this office has.

        What this office has not is another side's: it was asked about that side's case, which is known above.

        Raises:
            Refusal: the office above did not take it; ``Unreachable`` where it does not answer.
        """
        held = await self._database.run(_held, {evidence.digest for evidence in case.evidence})
        if not held:
            return
        wanted: evidence_pb2.WantResponse = await self._relay.Want(
            evidence_pb2.WantRequest(digests=[bytes.fromhex(digest) for digest in sorted(held)])
        )
        for digest in wanted.missing:
            proof = await self._database.run(_find, digest.hex())
            await self._relay.Put(_parts(proof), timeout=PUT_SECONDS)
        if wanted.missing:
            log.info("evidence_sent", count=len(wanted.missing))


async def _parts(proof: Proof) -> AsyncIterator[evidence_pb2.PutRequest]:
    header = evidence_pb2.PutRequest.Header(digest=bytes.fromhex(proof.digest), media_type=proof.media_type.value)
    yield evidence_pb2.PutRequest(header=header)
    for chunk in chunks(proof.content):
        yield evidence_pb2.PutRequest(chunk=chunk)


def _held(tx: Ledgered, digests: Iterable[str]) -> frozenset[str]:
    return tx.evidence.held(digests)


def _find(tx: Ledgered, digest: str) -> Proof:
    proof = tx.evidence.find(digest)
    assert proof is not None, "a case names it, so it stays"
    return proof
