"""Disclosure, for the authority's officer: what schools ask, and the written word on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import NoReturn

import grpc

from chassis.disclosures import wire
from chassis.rpc import require_desk
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.disclosures import DecideDisclosure, decide_disclosure, list_disclosures
from kernel.clock import Clock
from kernel.disclosure import DisclosureState
from kernel.office import Role
from kernel.refusals import NotOfferedHere
from xueji.disclosure.v1 import disclosure_pb2, disclosure_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

_STATES = {
    disclosure_pb2.DISCLOSURE_DECISION_PERMIT: DisclosureState.PERMITTED,
    disclosure_pb2.DISCLOSURE_DECISION_REFUSE: DisclosureState.REFUSED,
    disclosure_pb2.DISCLOSURE_DECISION_REVOKE: DisclosureState.REVOKED,
}


class DisclosureServicer(disclosure_pb2_grpc.DisclosureServiceServicer):
    def __init__(self, database: Database[CountyTransaction], *, bench: Bench, clock: Clock) -> None:
        self._database = database
        self._bench = bench
        self._clock = clock

    async def AskDisclosure(
        self, request: disclosure_pb2.AskDisclosureRequest, context: Context
    ) -> disclosure_pb2.AskDisclosureResponse:
        del request
        self._asked_at_a_school(context)

    async def ConfirmDisclosure(
        self, request: disclosure_pb2.ConfirmDisclosureRequest, context: Context
    ) -> disclosure_pb2.ConfirmDisclosureResponse:
        del request
        self._asked_at_a_school(context)

    async def GiveDisclosure(
        self, request: disclosure_pb2.GiveDisclosureRequest, context: Context
    ) -> AsyncIterator[disclosure_pb2.GiveDisclosureResponse]:
        del request
        self._asked_at_a_school(context)
        yield  # what makes it a stream, though nothing is ever in it

    async def DecideDisclosure(
        self, request: disclosure_pb2.DecideDisclosureRequest, context: Context
    ) -> disclosure_pb2.DecideDisclosureResponse:
        who = require_desk(context, self._bench.here, Role.OFFICER)
        command = DecideDisclosure(
            request.disclosure_id, _STATES[request.decision], tuple(request.items), request.reason
        )
        said = await self._database.run(
            partial(decide_disclosure, by=who, now=self._clock.now(), bench=self._bench), command
        )
        return disclosure_pb2.DecideDisclosureResponse(disclosure=wire.disclosure_to_message(said))

    async def ListDisclosures(
        self, request: disclosure_pb2.ListDisclosuresRequest, context: Context
    ) -> disclosure_pb2.ListDisclosuresResponse:
        require_desk(context, self._bench.here, Role.OFFICER)
        state = wire.state_of_message(request.state)
        asked = partial(list_disclosures, size=request.page_size, token=request.page_token)
        return wire.page_to_message(await self._database.run(asked, state))

    def _asked_at_a_school(self, context: Context) -> NoReturn:
        """Raises NotOfferedHere: the pupils' data is the school's to give."""
        require_desk(context, self._bench.here, Role.OFFICER)
        raise NotOfferedHere(what="申请和提供")
