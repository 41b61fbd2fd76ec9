"""Formal numbers, for the hubs that have the records; and numbers that were given and never came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

import grpc

from chassis.keys import IdentityKeys
from chassis.rpc import require_desk, require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import NATION, Role, Tier
from kernel.refusals import Refusal, RequestMalformed
from national_index.domain.confirming import Candidate, Match
from national_index.store import IndexTransaction
from national_index.store.number_blocks import FIRST_GAP, Gap
from national_index.usecases.confirm_numbers import confirm_numbers, look_at_candidates
from national_index.usecases.list_gaps import list_gaps
from xueji.numbers.v1 import numbers_pb2, numbers_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

AskRegister = Callable[[Sequence[Candidate]], Awaitable[dict[str, Match]]]


class NumberServicer(numbers_pb2_grpc.NumberServiceServicer):
    """Looks, asks the population register with no transaction open, and writes.

    Args:
        match: asks the register. keys: of what is stored, asked for anew with each call.
    """

    def __init__(
        self,
        database: Database[IndexTransaction],
        *,
        match: AskRegister,
        clock: Clock,
        keys: Callable[[], IdentityKeys],
    ) -> None:
        self._database = database
        self._match = match
        self._clock = clock
        self._keys = keys

    async def Confirm(self, request: numbers_pb2.ConfirmRequest, context: Context) -> numbers_pb2.ConfirmResponse:
        hub = require_node(context, Tier.PROVINCE)
        student_keys = [key.lower() for key in request.student_keys]
        looked = await self._database.run(
            look_at_candidates,
            list(zip(student_keys, request.citizen_ids, request.names, strict=True)),
            province=hub.code,
            keys=self._keys(),
        )
        matches = await self._match(list(looked.waiting.values()))
        answers = await self._database.run(
            confirm_numbers,
            looked,
            matches,
            province=hub.code,
            now=self._clock.now(),
            keys=self._keys(),
        )
        told = [answers[key] for key in student_keys]
        return numbers_pb2.ConfirmResponse(
            numbers=["" if isinstance(one, Refusal) else one for one in told],
            refusal_codes=[one.code if isinstance(one, Refusal) else "" for one in told],
        )

    async def ListGaps(self, request: numbers_pb2.ListGapsRequest, context: Context) -> numbers_pb2.ListGapsResponse:
        require_desk(context, NATION, Role.OFFICER)
        gaps = await self._database.run(list_gaps, after=_place(request.page_token), limit=request.page_size)
        return numbers_pb2.ListGapsResponse(
            gaps=[
                numbers_pb2.Gap(division=gap.division, birth_date=gap.birth_date.isoformat(), sequence=gap.sequence)
                for gap in gaps
            ],
            next_page_token=_token(gaps[-1]) if len(gaps) == request.page_size else "",
        )


def _token(last: Gap) -> str:
    return f"{last.division} {last.birth_date.isoformat()} {last.sequence}"


def _place(token: str) -> Gap:
    """Raises RequestMalformed where it is no token of ours."""
    if not token:
        return FIRST_GAP
    try:
        division, birth_date, sequence = token.split(" ")
        return Gap(division, date.fromisoformat(birth_date), int(sequence))
    except ValueError:
        raise RequestMalformed(field="page_token", why="不是本系统给出的页码") from None
