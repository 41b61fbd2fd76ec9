"""The clock at an office's desk, and the loop that looks at it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

import grpc

from chassis.calendars import load_calendars
from chassis.deadlines import wire
from chassis.deadlines.overdue import count_overdue, list_overdue
from chassis.deadlines.recounting import Recount, recount
from chassis.deadlines.reminding import remind_case
from chassis.deadlines.transactions import Timed
from chassis.deadlines.watching import Watch, watch_deadlines
from chassis.logs import bind_case
from chassis.loops import Loop
from chassis.node import Parts
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from xueji.deadline.v1 import deadline_pb2, deadline_pb2_grpc

# Alarms ring at midnight; a look costs two short index scans, and a clock may be put forward (demonstrations, tests).
WATCH_IDLE_SECONDS = 2.0

TX = TypeVar("TX", bound=Timed)
Context = grpc.aio.ServicerContext[object, object]


class DeadlineServicer(deadline_pb2_grpc.DeadlineServiceServicer, Generic[TX]):
    """Answers an office's own people; who they are is read from their certificate."""

    def __init__(self, database: Database[TX], *, watch: Watch, roles: tuple[Role, ...], clock: Clock) -> None:
        self._database = database
        self._watch = watch
        self._roles = roles
        self._clock = clock

    async def RemindCase(
        self, request: deadline_pb2.RemindCaseRequest, context: Context
    ) -> deadline_pb2.RemindCaseResponse:
        who = require_desk(context, self._watch.here, *self._roles)
        remind = partial(remind_case, by=who, now=self._clock.now(), post=self._watch.post)
        with bind_case(request.case_id):
            heading = await self._database.run(remind, wire.reminder_from_message(request))
        return deadline_pb2.RemindCaseResponse(asked_office=heading.awaited.office)

    async def ListOverdue(
        self, request: deadline_pb2.ListOverdueRequest, context: Context
    ) -> deadline_pb2.ListOverdueResponse:
        require_desk(context, self._watch.here, *self._roles)
        now = self._clock.now()
        page = await self._database.run(
            partial(list_overdue, now=now, watch=self._watch), wire.list_from_message(request)
        )
        return wire.page_to_message(page, long_since=self._watch.long_overdue_since(now), now=now)

    async def CountOverdue(
        self, request: deadline_pb2.CountOverdueRequest, context: Context
    ) -> deadline_pb2.CountOverdueResponse:
        require_desk(context, self._watch.here, *self._roles)
        now, query = self._clock.now(), wire.count_from_message(request)
        offices = await self._database.run(partial(count_overdue, now=now, watch=self._watch), query)
        return wire.offices_to_message(offices, size=query.size, now=now)


def deadline_loop(parts: Parts[TX], watch: Watch) -> Loop:
    """Looks at the clock for as long as the node runs."""

    async def step() -> bool:
        return await parts.database.run(watch_deadlines, now=parts.clock.now(), watch=watch)

    return Loop("deadlines", step, idle_seconds=WATCH_IDLE_SECONDS, failed=parts.metrics.loop_failed)


def calendar_loop(parts: Parts[TX], calendars_dir: Path | None, by: Recount) -> Loop:
    """Takes in calendars as they come out, and counts again what was provisional: at start, and as they come."""

    async def step() -> bool:
        await asyncio.to_thread(load_calendars, calendars_dir)
        return await parts.database.run(recount, now=parts.clock.now(), by=by)

    return Loop("calendar", step, idle_seconds=WATCH_IDLE_SECONDS, failed=parts.metrics.loop_failed)
