"""Schools over time at an authority: answered from its register; changes are asked for here and decided by the hub."""

from __future__ import annotations

import grpc

from chassis.organisations.live import LiveRegister
from chassis.organisations.servicer import OrganisationServicer
from chassis.organisations.wire import change_from_message
from chassis.rpc.caller import Context
from county_node.usecases.bench import Bench
from kernel.clock import Clock, milliseconds
from kernel.office import Role
from kernel.statement import StatementKind
from xueji.organisation.v1 import organisation_pb2, organisation_pb2_grpc

HOP_SECONDS = 25.0  # as long as a person waits


class AuthorityOrganisations(OrganisationServicer):
    """Answers the authority's officers; what they ask for is signed by this office and handed to its hub."""

    def __init__(self, hub: grpc.aio.Channel, *, bench: Bench, register: LiveRegister, clock: Clock) -> None:
        super().__init__(here=bench.here, roles=(Role.OFFICER,), register=register, clock=clock)
        self._hub = organisation_pb2_grpc.OrganisationServiceStub(hub)
        self._bench = bench

    async def PlanChange(
        self, request: organisation_pb2.PlanChangeRequest, context: Context
    ) -> organisation_pb2.PlanChangeResponse:
        self._person(context)
        answer: organisation_pb2.PlanChangeResponse = await self._hub.PlanChange(request, timeout=HOP_SECONDS)
        return answer

    async def ProposeChange(
        self, request: organisation_pb2.ProposeChangeRequest, context: Context
    ) -> organisation_pb2.ProposeChangeResponse:
        """Signed with the person's id: the county answers for the unit that it names (Art. 9.3)."""
        who = self._person(context)
        change = change_from_message(request.change)
        content = {
            "change": change.to_content(),
            "by": who.person,
            "at": milliseconds(self._clock.now()),
        }
        jws = self._bench.sign(StatementKind.ORGANISATION_CHANGE, content)
        signed = organisation_pb2.ProposeChangeRequest(change=request.change, jws=jws)
        answer: organisation_pb2.ProposeChangeResponse = await self._hub.ProposeChange(signed, timeout=HOP_SECONDS)
        return answer

    async def GetChange(
        self, request: organisation_pb2.GetChangeRequest, context: Context
    ) -> organisation_pb2.GetChangeResponse:
        self._person(context)
        answer: organisation_pb2.GetChangeResponse = await self._hub.GetChange(request, timeout=HOP_SECONDS)
        return answer

    async def ListChanges(
        self, request: organisation_pb2.ListChangesRequest, context: Context
    ) -> organisation_pb2.ListChangesResponse:
        self._person(context)
        answer: organisation_pb2.ListChangesResponse = await self._hub.ListChanges(request, timeout=HOP_SECONDS)
        return answer
