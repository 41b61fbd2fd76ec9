"""Follows the index's log from checkpoint to checkpoint, and signs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import grpc

from chassis.logs import get_logger
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Office
from kernel.refusals import CheckpointUnknown
from kernel.statement import Sign, Verify
from kernel.transparency.checkpoints import Checkpoint, Witness
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.witness_log import seen_size, witness_log
from xueji.log.v1 import log_pb2, log_pb2_grpc

ANSWER_SECONDS = 20.0

log = get_logger()


@dataclass(frozen=True)
class WitnessLink:
    """One step sees one checkpoint: the newest. What is between it and the last one is proven, not read."""

    database: Database[HubTransaction]
    channel: grpc.aio.Channel
    here: Office
    verify: Verify
    sign: Sign
    clock: Clock

    async def step(self) -> bool:
        """Raises LogRewritten where the index shows another history: the loop says so, again and again."""
        stub = log_pb2_grpc.LogServiceStub(self.channel)
        seen = await self.database.run(seen_size)
        try:
            told = await stub.GetCheckpoint(log_pb2.GetCheckpointRequest(), timeout=ANSWER_SECONDS)
        except CheckpointUnknown:
            if not seen:
                return False  # a log without an entry
            raise
        if any(Witness.read(one, verify=self.verify)[0] == self.here for one in told.witnesses):
            return False
        size = Checkpoint.read(told.checkpoint, verify=self.verify).size
        path: Sequence[bytes] = ()
        if 0 < seen < size:
            request = log_pb2.GetConsistencyRequest(earlier=seen, later=size)
            path = (await stub.GetConsistency(request, timeout=ANSWER_SECONDS)).path
        word = await self.database.run(
            witness_log, told.checkpoint, path, now=self.clock.now(), verify=self.verify, sign=self.sign
        )
        await stub.Witness(log_pb2.WitnessRequest(witness=word), timeout=ANSWER_SECONDS)
        log.info("log_witnessed", count=size)
        return False
