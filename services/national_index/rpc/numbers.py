"""Formal numbers, for the hubs that have the records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import grpc

from chassis.keys import Fingerprinter, NumberSeal
from chassis.rpc import require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Tier
from kernel.refusals import Refusal
from national_index.domain.confirming import Candidate, Match
from national_index.store import IndexTransaction
from national_index.usecases.confirm_numbers import confirm_numbers, look_at_candidates
from xueji.numbers.v1 import numbers_pb2, numbers_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

AskRegister = Callable[[Sequence[Candidate]], Awaitable[dict[str, Match]]]


class NumberServicer(numbers_pb2_grpc.NumberServiceServicer):
    """Looks, asks the population register with no transaction open, and writes.

    Args:
        match: asks the register.
    """

    def __init__(
        self,
        database: Database[IndexTransaction],
        *,
        match: AskRegister,
        clock: Clock,
        fingerprints: Fingerprinter,
        numbers: NumberSeal,
    ) -> None:
        self._database = database
        self._match = match
        self._clock = clock
        self._fingerprints = fingerprints
        self._numbers = numbers

    async def Confirm(self, request: numbers_pb2.ConfirmRequest, context: Context) -> numbers_pb2.ConfirmResponse:
        hub = require_node(context, Tier.PROVINCE)
        keys = [key.lower() for key in request.student_keys]
        looked = await self._database.run(
            look_at_candidates,
            list(zip(keys, request.citizen_ids, request.names, strict=True)),
            province=hub.code,
            fingerprints=self._fingerprints,
            numbers=self._numbers,
        )
        matches = await self._match(list(looked.waiting.values()))
        answers = await self._database.run(
            confirm_numbers,
            looked,
            matches,
            province=hub.code,
            now=self._clock.now(),
            fingerprints=self._fingerprints,
            numbers=self._numbers,
        )
        told = [answers[key] for key in keys]
        return numbers_pb2.ConfirmResponse(
            numbers=["" if isinstance(one, Refusal) else one for one in told],
            refusal_codes=[one.code if isinstance(one, Refusal) else "" for one in told],
        )
