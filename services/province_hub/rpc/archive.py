"""Archives for the hub that gains a student, and for nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import grpc

from chassis.keys import ContentKey
from chassis.rpc import require_node
from chassis.sql import Database
from kernel.office import Tier
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import open_archive
from xueji.transfer.v1 import archive_pb2, archive_pb2_grpc

CHUNK_BYTES = 1024 * 1024


class ArchiveServicer(archive_pb2_grpc.ArchiveServiceServicer):
    """Serves a released archive in encrypted chunks; a pull that was cut goes on at the chunk it names."""

    def __init__(self, database: Database[HubTransaction]) -> None:
        self._database = database

    async def Fetch(
        self, request: archive_pb2.FetchRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> AsyncIterator[archive_pb2.FetchResponse]:
        caller = require_node(context, Tier.PROVINCE)
        kept, content_key = await self._database.run(
            open_archive, request.transfer_id, request.digest.hex(), province=caller.code
        )
        key = ContentKey.from_text(content_key)
        chunks = -(-len(kept.content) // CHUNK_BYTES)
        for chunk in range(request.from_chunk, chunks):
            sealed = key.encrypt(chunk, kept.content[chunk * CHUNK_BYTES : (chunk + 1) * CHUNK_BYTES])
            yield archive_pb2.FetchResponse(
                chunk=chunk, chunks=chunks, content=sealed, digest=hashlib.sha256(sealed).digest()
            )
