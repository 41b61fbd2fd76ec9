"""The log as hubs and the nation's own officers ask for it."""

from __future__ import annotations

from uuid import UUID

import grpc

from chassis.rpc import caller, require_desk, require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import NATION, Role, Tier
from kernel.statement import Verify
from national_index.store import IndexTransaction
from national_index.usecases.log import (
    get_checkpoint,
    get_consistency,
    get_inclusion,
    keep_witness,
    read_entries,
)
from xueji.log.v1 import log_pb2, log_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class LogServicer(log_pb2_grpc.LogServiceServicer):
    """Nothing in it is secret from those who may ask: entries are fingerprints."""

    def __init__(self, database: Database[IndexTransaction], *, verify: Verify, clock: Clock) -> None:
        self._database = database
        self._verify = verify
        self._clock = clock

    async def GetCheckpoint(
        self, request: log_pb2.GetCheckpointRequest, context: Context
    ) -> log_pb2.GetCheckpointResponse:
        _require_reader(context)
        kept, witnesses = await self._database.run(get_checkpoint, request.size)
        return log_pb2.GetCheckpointResponse(checkpoint=kept.jws, witnesses=witnesses)

    async def GetInclusion(
        self, request: log_pb2.GetInclusionRequest, context: Context
    ) -> log_pb2.GetInclusionResponse:
        _require_reader(context)
        by_student = request.WhichOneof("entry") == "student_key"
        told = await self._database.run(get_inclusion, UUID(request.student_key) if by_student else request.index)
        return log_pb2.GetInclusionResponse(
            index=told.index, entry=told.entry, path=told.path, checkpoint=told.checkpoint.jws
        )

    async def GetConsistency(
        self, request: log_pb2.GetConsistencyRequest, context: Context
    ) -> log_pb2.GetConsistencyResponse:
        _require_reader(context)
        path = await self._database.run(get_consistency, request.earlier, request.later)
        return log_pb2.GetConsistencyResponse(path=path)

    async def ReadEntries(self, request: log_pb2.ReadEntriesRequest, context: Context) -> log_pb2.ReadEntriesResponse:
        _require_reader(context)
        entries = await self._database.run(read_entries, request.start, request.limit)
        return log_pb2.ReadEntriesResponse(entries=entries)

    async def Witness(self, request: log_pb2.WitnessRequest, context: Context) -> log_pb2.WitnessResponse:
        hub = require_node(context, Tier.PROVINCE)
        await self._database.run(keep_witness, request.witness, sender=hub, now=self._clock.now(), verify=self._verify)
        return log_pb2.WitnessResponse()


def _require_reader(context: Context) -> None:
    if caller(context).is_node:
        require_node(context, Tier.PROVINCE)
    else:
        require_desk(context, NATION, Role.OFFICER)
