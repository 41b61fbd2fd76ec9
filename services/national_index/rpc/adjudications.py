"""Adjudications at the index: for the nation's officers, and for the hubs that have the two records."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import grpc

from chassis.adjudication_wire import case_to_message
from chassis.keys import IdentityKeys
from chassis.rpc import caller, require_desk, require_node
from chassis.sql import Database
from kernel.adjudication import Adjudication, AdjudicationState, Side, Verdict
from kernel.clock import Clock, moment_of
from kernel.office import NATION, Role, Tier
from kernel.refusals import RequestMalformed
from kernel.statement import Sign, Verify
from national_index.store import IndexTransaction
from national_index.store.adjudications import AdjudicationPlace
from national_index.usecases.adjudication import (
    OpenAdjudication,
    decide_adjudication,
    get_adjudication,
    list_adjudications,
    open_adjudication,
    say_in_adjudication,
    split_adjudication,
)
from xueji.adjudication.v1 import adjudication_pb2, adjudication_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

_VERDICTS = {
    adjudication_pb2.DECISION_DIFFERENT: Verdict(AdjudicationState.DIFFERENT),
    adjudication_pb2.DECISION_FIRST_STANDS: Verdict(AdjudicationState.MERGED, Side.FIRST),
    adjudication_pb2.DECISION_SECOND_STANDS: Verdict(AdjudicationState.MERGED, Side.SECOND),
    adjudication_pb2.DECISION_WITHDRAWN: Verdict(AdjudicationState.WITHDRAWN),
}


class AdjudicationServicer(adjudication_pb2_grpc.AdjudicationServiceServicer):
    """Opens, hears and decides.

    Args:
        keys: open the numbers that are shown; asked for anew with each call. sign: as the nation.
        verify: what hubs say.
    """

    def __init__(
        self,
        database: Database[IndexTransaction],
        *,
        clock: Clock,
        keys: Callable[[], IdentityKeys],
        sign: Sign,
        verify: Verify,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys
        self._sign = sign
        self._verify = verify

    async def Open(self, request: adjudication_pb2.OpenRequest, context: Context) -> adjudication_pb2.OpenResponse:
        province, person = _asking(context)
        case = await self._database.run(
            open_adjudication,
            OpenAdjudication(request.adjudication_id, (request.first_number, request.second_number), request.why),
            asked_by=person or request.asked_by,
            province=province,
            now=self._clock.now(),
            keys=self._keys(),
            sign=self._sign,
        )
        return adjudication_pb2.OpenResponse(adjudication=case_to_message(case))

    async def Say(self, request: adjudication_pb2.SayRequest, context: Context) -> adjudication_pb2.SayResponse:
        hub = require_node(context, Tier.PROVINCE)
        case = await self._database.run(
            say_in_adjudication,
            request.word,
            province=hub.code,
            now=self._clock.now(),
            keys=self._keys(),
            sign=self._sign,
            verify=self._verify,
        )
        return adjudication_pb2.SayResponse(adjudication=case_to_message(case))

    async def Decide(
        self, request: adjudication_pb2.DecideRequest, context: Context
    ) -> adjudication_pb2.DecideResponse:
        who = require_desk(context, NATION, Role.OFFICER)
        case = await self._database.run(
            decide_adjudication,
            request.adjudication_id,
            _VERDICTS[request.decision],
            by=who.person,
            why=request.why,
            now=self._clock.now(),
            keys=self._keys(),
            sign=self._sign,
        )
        return adjudication_pb2.DecideResponse(adjudication=case_to_message(case))

    async def Split(self, request: adjudication_pb2.SplitRequest, context: Context) -> adjudication_pb2.SplitResponse:
        who = require_desk(context, NATION, Role.OFFICER)
        case = await self._database.run(
            split_adjudication,
            request.adjudication_id,
            by=who.person,
            why=request.why,
            now=self._clock.now(),
            keys=self._keys(),
            sign=self._sign,
        )
        return adjudication_pb2.SplitResponse(adjudication=case_to_message(case))

    async def Get(self, request: adjudication_pb2.GetRequest, context: Context) -> adjudication_pb2.GetResponse:
        province, _ = _asking(context)
        case, words = await self._database.run(
            get_adjudication, request.adjudication_id, province=province, keys=self._keys()
        )
        return adjudication_pb2.GetResponse(adjudication=case_to_message(case), words=words)

    async def List(self, request: adjudication_pb2.ListRequest, context: Context) -> adjudication_pb2.ListResponse:
        require_desk(context, NATION, Role.OFFICER)
        cases = await self._database.run(
            list_adjudications,
            after=_place(request.page_token),
            limit=request.page_size + 1,  # whether there is another page
            open_only=not request.with_settled,
            keys=self._keys(),
        )
        page, more = cases[: request.page_size], len(cases) > request.page_size
        return adjudication_pb2.ListResponse(
            adjudications=map(case_to_message, page), next_page_token=_token(page[-1]) if more else ""
        )


def _asking(context: Context) -> tuple[str, str]:
    """Two digits of the province whose hub asks, or ``00``; and the officer, where it is one of the nation."""
    if caller(context).is_node:
        return require_node(context, Tier.PROVINCE).code, ""
    return NATION.code, require_desk(context, NATION, Role.OFFICER).person


def _token(last: Adjudication) -> str:
    return f"{last.opened_at_ms} {last.adjudication_id}"


def _place(token: str) -> AdjudicationPlace | None:
    """Raises RequestMalformed where it is no token of ours."""
    if not token:
        return None
    opened_at_ms, _, adjudication_id = token.partition(" ")
    try:
        return AdjudicationPlace(moment_of(int(opened_at_ms)), str(UUID(adjudication_id)))
    except (ValueError, OverflowError):
        raise RequestMalformed(field="page_token", why="不是本系统给出的页码") from None
