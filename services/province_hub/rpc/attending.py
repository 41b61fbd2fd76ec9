"""Who attends a school that has not their record, for the province's officers."""

from __future__ import annotations

from chassis.attending.servicers import AttendingServicer
from chassis.node import Service
from chassis.sql import Database
from kernel.office import Office, Role
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.attending import list_attending
from xueji.attending.v1 import attending_pb2_grpc


def attending_service(database: Database[HubTransaction], *, here: Office) -> Service:
    return Service(
        attending_pb2_grpc.add_AttendingServiceServicer_to_server,
        AttendingServicer(database, office=here, roles=(Role.OFFICER,), pupils=list_attending),
        "xueji.attending.v1.AttendingService",
    )
