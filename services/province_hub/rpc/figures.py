"""The officer has a day reported to the nation."""

from __future__ import annotations

import grpc

from chassis.inquiry.wire import day_of_text
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from kernel.statement import Sign
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting
from province_hub.usecases.report_day import report_day, yesterday
from xueji.figures.v1 import figures_pb2, figures_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class FiguresDeskServicer(figures_pb2_grpc.FiguresDeskServiceServicer):
    """Reports again what was corrected since, or what the hub had not come to."""

    def __init__(self, database: Database[HubTransaction], *, counting: Counting, sign: Sign, clock: Clock) -> None:
        self._database = database
        self._counting = counting
        self._sign = sign
        self._clock = clock

    async def ReportDay(self, request: figures_pb2.ReportDayRequest, context: Context) -> figures_pb2.ReportDayResponse:
        require_desk(context, self._counting.here, Role.OFFICER)
        now = self._clock.now()
        on = day_of_text(request.on, "on") if request.on else yesterday(now)
        reported = await self._database.run_at_once(report_day, on, now=now, counting=self._counting, sign=self._sign)
        return figures_pb2.ReportDayResponse(
            on=reported.on.isoformat(), counted_at_ms=reported.counted_at_ms, new=reported.new
        )
