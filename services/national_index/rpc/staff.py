"""The provinces' officers: told by their hubs, and shown to the nation's."""

from __future__ import annotations

import grpc

from chassis.rpc import require_node
from chassis.sql import Database
from chassis.staff.servicer import StaffLookServicer
from kernel.clock import Clock
from kernel.office import NATION, Role, Tier
from kernel.statement import Verify
from national_index.store import IndexTransaction
from national_index.usecases.take_staff import take_staff
from xueji.staff.v1 import staff_pb2, staff_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


def staff_look(database: Database[IndexTransaction], *, clock: Clock) -> StaffLookServicer[IndexTransaction]:
    return StaffLookServicer(database, here=NATION, roles=(Role.OFFICER,), clock=clock)


class StaffReportServicer(staff_pb2_grpc.StaffReportServiceServicer):
    def __init__(self, database: Database[IndexTransaction], *, verify: Verify) -> None:
        self._database = database
        self._verify = verify

    async def ReportProvinceStaff(
        self, request: staff_pb2.ReportProvinceStaffRequest, context: Context
    ) -> staff_pb2.ReportProvinceStaffResponse:
        hub = require_node(context, Tier.PROVINCE)
        notice_id = await self._database.run(take_staff, request.jws, hub=hub, verify=self._verify)
        return staff_pb2.ReportProvinceStaffResponse(notice_id=notice_id)
