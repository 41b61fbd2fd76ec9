"""Formal numbers at the province's desk: rehearsed, given, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc

from chassis.logs import get_logger
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.ids import new_uuid7
from kernel.office import Identity, Role
from province_hub.store.numberings import Numbering
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.numbering import (
    NUMBERING_WAITS,
    begin_numbering,
    list_numberings,
    numbering_of,
    rehearse_numbering,
)
from province_hub.usecases.rules import Rules
from xueji.numbers.v1 import province_pb2, province_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

PROGRESS_SECONDS = 1.0  # the longest that a watcher goes without news, also of a run that another process works on

log = get_logger()


class NumberingServicer(province_pb2_grpc.NumberingServiceServicer):
    """Answers the province's officers."""

    def __init__(self, database: Database[HubTransaction], *, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock

    async def Rehearse(self, _request: province_pb2.RehearseRequest, context: Context) -> province_pb2.RehearseResponse:
        self._officer(context)
        counts = await self._database.run(rehearse_numbering)
        return province_pb2.RehearseResponse(
            would_be_asked=counts.get(None, 0),
            left_out=[province_pb2.LeftOut(why=why.value, pupils=pupils) for why, pupils in counts.items() if why],
        )

    async def Give(
        self, request: province_pb2.GiveRequest, context: Context
    ) -> AsyncIterator[province_pb2.GiveResponse]:
        """The work is the hub's own (``links.numbering``): whoever stops watching stops nothing."""
        who = self._officer(context)
        news = self._database.signal(NUMBERING_WAITS)
        run = await self._database.run(
            begin_numbering, request.year, by=who, run_id=str(new_uuid7()), now=self._clock.now(), rules=self._rules
        )
        log.info("formal_numbers_begun", count=run.total)
        while True:
            yield province_pb2.GiveResponse(run=_run(run))
            if run.finished_ms is not None:
                return
            await news.wait(PROGRESS_SECONDS)
            run = await self._database.run(numbering_of, run.run_id)

    async def ListRuns(self, request: province_pb2.ListRunsRequest, context: Context) -> province_pb2.ListRunsResponse:
        self._officer(context)
        page = await self._database.run(list_numberings, size=request.page_size, token=request.page_token)
        return province_pb2.ListRunsResponse(runs=map(_run, page.runs), next_page_token=page.next_token)

    def _officer(self, context: Context) -> Identity:
        return require_desk(context, self._rules.here, Role.OFFICER)


def _run(run: Numbering) -> province_pb2.Run:
    return province_pb2.Run(
        run_id=run.run_id,
        year=run.year,
        begun_by=run.person,
        begun_at_ms=run.begun_ms,
        finished_at_ms=run.finished_ms or 0,
        total=run.total,
        asked=run.asked,
        given=run.given,
        doubted=run.doubted,
    )
