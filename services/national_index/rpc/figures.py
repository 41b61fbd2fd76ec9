"""Reports of provinces: each hub brings its own."""

from __future__ import annotations

import grpc

from chassis.rpc import require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Tier
from kernel.statement import Verify, statement_digest
from national_index.store import IndexTransaction
from national_index.usecases.take_report import take_report
from xueji.figures.v1 import figures_pb2, figures_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class FiguresReportServicer(figures_pb2_grpc.FiguresReportServiceServicer):
    def __init__(self, database: Database[IndexTransaction], *, verify: Verify, clock: Clock) -> None:
        self._database = database
        self._verify = verify
        self._clock = clock

    async def Report(self, request: figures_pb2.ReportRequest, context: Context) -> figures_pb2.ReportResponse:
        hub = require_node(context, Tier.PROVINCE)
        report, stands = await self._database.run(
            take_report, request.jws, province=hub.code, now=self._clock.now(), verify=self._verify
        )
        digest = bytes.fromhex(statement_digest(stands))
        return figures_pb2.ReportResponse(province=report.province, on=report.on.isoformat(), digest=digest)
