"""Records over two times at a tier that keeps none: its people are answered by the hub, through the tier between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from chassis.inquiry.asker import asker_of
from chassis.inquiry.relay import ask_above
from chassis.rpc.caller import Context
from kernel.office import Office, Role
from kernel.school import School
from xueji.record.v1 import record_pb2, record_pb2_grpc


class RecordRelayServicer(record_pb2_grpc.RecordServiceServicer):
    """Asks above for this office's people, and for the nodes of the tier below it. What may be told, the hub says.

    Args:
        channel: to the node above. above: whose it is. here: whose node this is.
        roles: of its own people, those that may ask. school: the tier's register of schools.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        *,
        above: Office,
        here: Office,
        roles: tuple[Role, ...],
        school: Callable[[str], School | None],
    ) -> None:
        self._stub = record_pb2_grpc.RecordServiceStub(channel)
        self._above = above
        self._here = here
        self._roles = roles
        self._school = school

    async def GetRecord(self, request: record_pb2.GetRecordRequest, context: Context) -> record_pb2.GetRecordResponse:
        answer: record_pb2.GetRecordResponse = await self._ask(self._stub.GetRecord, request, context)
        return answer

    async def ListHistory(
        self, request: record_pb2.ListHistoryRequest, context: Context
    ) -> record_pb2.ListHistoryResponse:
        answer: record_pb2.ListHistoryResponse = await self._ask(self._stub.ListHistory, request, context)
        return answer

    async def _ask(self, method: Any, request: Any, context: Context) -> Any:
        asker = asker_of(context, request.asked_for, here=self._here, roles=self._roles, school=self._school)
        return await ask_above(method, request, asker=asker, above=self._above, seconds_left=context.time_remaining())
