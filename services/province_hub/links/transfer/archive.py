"""Archives are pulled from the hub that released them, by their digest, over gRPC (R18)."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis import kill_points
from chassis.keys import ContentKey
from chassis.logs import bind_case, get_logger
from chassis.sql import Backoff, Database, OutboxRow
from kernel.archive import ARCHIVE_BYTES_MAX
from kernel.clock import Clock
from kernel.refusals import ArchiveCorrupt, Refusal
from province_hub.domain.transfer.gaining import Gaining, GainingState
from province_hub.links.transfer.peers import Peers
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import LANE_ARCHIVE, Handshake, keep_escrow
from xueji.transfer.v1 import archive_pb2, archive_pb2_grpc

FETCH_BATCH = 10
FETCH_LEASE = timedelta(minutes=2)
FETCH_SECONDS = 60.0
FETCH_BACKOFF = Backoff(first=timedelta(seconds=1), most=timedelta(minutes=5))

log = get_logger()


@dataclass
class ArchiveLink:
    """Pulls archives into escrow (lane ``archive``)."""

    database: Database[HubTransaction]
    peers: Peers
    handshake: Handshake
    clock: Clock
    unit: Callable[[], float] = random.random

    async def step(self) -> bool:
        """Pull what is due; True when there may be more."""
        rows = await self.database.run(_claim, now=self.clock.now())
        for row in rows:
            transfer_id = row.payload["transfer_id"]
            with bind_case(transfer_id):
                try:
                    await self._pull(transfer_id)
                except Refusal as said:
                    log.warning("archive_not_fetched", code=said.code)
                    await self.database.run(_again_later, row, said.code, now=self.clock.now(), unit=self.unit())
                else:
                    await self.database.run(_done, row, now=self.clock.now())
        return len(rows) == FETCH_BATCH

    async def _pull(self, transfer_id: str) -> None:
        transfer = await self.database.run(_gaining, transfer_id)
        if transfer.state is not GainingState.FETCHING:
            return
        content = await asyncio.wait_for(self._fetch(transfer), timeout=FETCH_SECONDS)
        await self.database.run(keep_escrow, transfer_id, content, now=self.clock.now(), handshake=self.handshake)

    async def _fetch(self, transfer: Gaining) -> bytes:
        key = ContentKey.from_text(transfer.content_key)
        stub = archive_pb2_grpc.ArchiveServiceStub(self.peers.channel(transfer.losing))
        request = archive_pb2.FetchRequest(
            transfer_id=transfer.transfer_id, digest=bytes.fromhex(transfer.archive_digest), from_chunk=0
        )
        pieces: list[bytes] = []
        size = 0
        async for piece in stub.Fetch(request, timeout=FETCH_SECONDS):
            if piece.chunk != len(pieces) or hashlib.sha256(piece.content).digest() != piece.digest:
                raise ArchiveCorrupt(why=f"第 {piece.chunk + 1} 段有误")
            size += len(piece.content)
            if size > 2 * ARCHIVE_BYTES_MAX:
                raise ArchiveCorrupt(why="超过规定大小")
            pieces.append(key.decrypt(piece.chunk, piece.content))
            kill_points.reached("archive", "while it is fetched")
        return b"".join(pieces)


def _claim(tx: HubTransaction, *, now: datetime) -> list[OutboxRow]:
    return tx.outbox.claim(LANE_ARCHIVE, now=now, limit=FETCH_BATCH, lease=FETCH_LEASE)


def _gaining(tx: HubTransaction, transfer_id: str) -> Gaining:
    transfer = tx.transfers.gaining(transfer_id)
    assert transfer is not None, "asked to fetch for a transfer that this hub began"
    return transfer


def _done(tx: HubTransaction, row: OutboxRow, *, now: datetime) -> None:
    tx.outbox.done(row.id, now=now)


def _again_later(tx: HubTransaction, row: OutboxRow, code: str, *, now: datetime, unit: float) -> None:
    tx.outbox.failed(row.id, now=now, error_code=code, backoff=FETCH_BACKOFF, random_unit=unit)
