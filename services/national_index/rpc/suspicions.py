"""Suspected duplicates, for the nation's officers."""

from __future__ import annotations

from collections.abc import Callable

import grpc

from chassis.keys import IdentityKeys
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import NATION, Role
from kernel.refusals import RequestMalformed
from national_index.store import IndexTransaction
from national_index.usecases.look_at_suspicions import (
    Pair,
    Side,
    get_suspicion,
    keep_apart,
    list_suspicions,
    reopen,
)
from xueji.suspicion.v1 import suspicion_pb2, suspicion_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class SuspicionServicer(suspicion_pb2_grpc.SuspicionServiceServicer):
    """Shows pairs by number and province, and takes the decision that they are two children.

    Args:
        keys: open the numbers that are shown; asked for anew with each call.
    """

    def __init__(self, database: Database[IndexTransaction], *, clock: Clock, keys: Callable[[], IdentityKeys]) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys

    async def List(self, request: suspicion_pb2.ListRequest, context: Context) -> suspicion_pb2.ListResponse:
        require_desk(context, NATION, Role.OFFICER)
        pairs = await self._database.run(
            list_suspicions,
            after=_place(request.page_token),
            limit=request.page_size + 1,  # whether there is another page
            with_different=request.with_different,
            keys=self._keys(),
        )
        page, more = pairs[: request.page_size], len(pairs) > request.page_size
        return suspicion_pb2.ListResponse(
            suspicions=map(_pair_to_message, page), next_page_token=_token(page[-1]) if more else ""
        )

    async def Get(self, request: suspicion_pb2.GetRequest, context: Context) -> suspicion_pb2.GetResponse:
        require_desk(context, NATION, Role.OFFICER)
        pair = await self._database.run(get_suspicion, request.first, request.second, keys=self._keys())
        return suspicion_pb2.GetResponse(suspicion=_pair_to_message(pair))

    async def KeepApart(
        self, request: suspicion_pb2.KeepApartRequest, context: Context
    ) -> suspicion_pb2.KeepApartResponse:
        who = require_desk(context, NATION, Role.OFFICER)
        await self._database.run(keep_apart, request.first, request.second, by=who.person, now=self._clock.now())
        return suspicion_pb2.KeepApartResponse()

    async def Reopen(self, request: suspicion_pb2.ReopenRequest, context: Context) -> suspicion_pb2.ReopenResponse:
        require_desk(context, NATION, Role.OFFICER)
        await self._database.run(reopen, request.first, request.second)
        return suspicion_pb2.ReopenResponse()


def _pair_to_message(pair: Pair) -> suspicion_pb2.Suspicion:
    kept = pair.suspicion
    return suspicion_pb2.Suspicion(
        first=_side_to_message(pair.first),
        second=_side_to_message(pair.second),
        weight=kept.weight,
        reasons=kept.reasons,
        found_at=kept.found_at.isoformat(),
        different_since=kept.different_since.isoformat() if kept.different_since else "",
        decided_by=kept.decided_by,
        adjudication_id=kept.adjudication_id or "",
    )


def _side_to_message(side: Side) -> suspicion_pb2.Side:
    return suspicion_pb2.Side(student_key=side.student_key, number=side.number, custodian=side.custodian)


def _token(last: Pair) -> str:
    return f"{last.suspicion.weight!r} {last.suspicion.first} {last.suspicion.second}"


def _place(token: str) -> tuple[float, str, str] | None:
    """Raises RequestMalformed where it is no token of ours."""
    if not token:
        return None
    try:
        weight, first, second = token.split(" ")
        return float(weight), first, second
    except ValueError:
        raise RequestMalformed(field="page_token", why="不是本系统给出的页码") from None
