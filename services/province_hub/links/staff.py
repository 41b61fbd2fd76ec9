"""The province's officers to the nation: lane ``figures``, sent until the index has answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc

from chassis.logs import get_logger
from province_hub.links.figures import REPORT_SECONDS
from province_hub.links.index import Handler
from province_hub.usecases.report_staff import KIND_STAFF
from xueji.staff.v1 import staff_pb2, staff_pb2_grpc

log = get_logger()


class StaffLink:
    """Sends what was signed."""

    def __init__(self, index: grpc.aio.Channel) -> None:
        self._stub = staff_pb2_grpc.StaffReportServiceStub(index)

    def handlers(self) -> dict[str, Handler]:
        return {KIND_STAFF: self._send}

    async def _send(self, report: Mapping[str, Any]) -> None:
        request = staff_pb2.ReportProvinceStaffRequest(jws=report["jws"])
        await self._stub.ReportProvinceStaff(request, timeout=REPORT_SECONDS)
        log.info("staff_reported")
