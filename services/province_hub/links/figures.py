"""Reports to the nation: lane ``figures``, sent until the index has answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import grpc

from chassis.logs import get_logger
from chassis.sql import Database
from kernel.clock import Clock
from kernel.statement import Sign
from province_hub.links.index import Handler
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting
from province_hub.usecases.report_day import KIND_FIGURES, report_once
from xueji.figures.v1 import figures_pb2, figures_pb2_grpc

REPORT_SECONDS = 30.0

log = get_logger()


class FiguresLink:
    """Sends what was counted and signed."""

    def __init__(self, index: grpc.aio.Channel) -> None:
        self._stub = figures_pb2_grpc.FiguresReportServiceStub(index)

    def handlers(self) -> dict[str, Handler]:
        return {KIND_FIGURES: self._send}

    async def _send(self, report: Mapping[str, Any]) -> None:
        await self._stub.Report(figures_pb2.ReportRequest(jws=report["jws"]), timeout=REPORT_SECONDS)
        log.info("figures_reported")


@dataclass(frozen=True)
class DailyFigures:
    """Each day, once it is over, is counted, and its report put into the lane."""

    database: Database[HubTransaction]
    counting: Counting
    sign: Sign
    clock: Clock

    async def step(self) -> bool:
        await self.database.run_at_once(report_once, now=self.clock.now(), counting=self.counting, sign=self.sign)
        return False
