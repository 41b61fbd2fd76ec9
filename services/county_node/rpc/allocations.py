"""Numbers that this county gave by itself, for its officers."""

from __future__ import annotations

import grpc

from chassis.rpc import require_desk
from chassis.sql import Database
from county_node.store.allocations import Allocated
from county_node.store.transaction import CountyTransaction
from county_node.usecases.allocate_numbers import list_allocated
from kernel.office import Office, Role
from xueji.numbers.v1 import county_pb2, county_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class AllocationServicer(county_pb2_grpc.AllocationServiceServicer):
    def __init__(self, database: Database[CountyTransaction], *, here: Office) -> None:
        self._database = database
        self._here = here

    async def ListAllocated(
        self, request: county_pb2.ListAllocatedRequest, context: Context
    ) -> county_pb2.ListAllocatedResponse:
        require_desk(context, self._here, Role.OFFICER)
        page = await self._database.run(
            list_allocated,
            case_id=request.case_id,
            waiting=request.waiting,
            size=request.page_size,
            token=request.page_token,
        )
        return county_pb2.ListAllocatedResponse(numbers=map(_to_message, page.numbers), next_page_token=page.next_token)


def _to_message(one: Allocated) -> county_pb2.AllocatedNumber:
    return county_pb2.AllocatedNumber(**vars(one))
