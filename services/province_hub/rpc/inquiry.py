"""Inquiries of the province's own people, and of its authorities for themselves and for their schools."""

from __future__ import annotations

from chassis.inquiry import wire
from chassis.inquiry.servicer import Answers, Asked, InquiryServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from kernel.school import School
from province_hub.rpc.preflight import Preflight
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting
from province_hub.usecases.get_figures import get_figures
from province_hub.usecases.get_flows import get_flows
from province_hub.usecases.get_retention import get_retention
from province_hub.usecases.list_classes import list_classes
from province_hub.usecases.list_roll import list_roll
from xueji.inquiry.v1 import inquiry_pb2


def inquiry(
    database: Database[HubTransaction], *, counting: Counting, preflight: Preflight, clock: Clock
) -> InquiryServicer:
    """The hub is the truth of its pupils: it answers all of this itself."""
    counts = _Counts(database, counting, clock)
    return InquiryServicer(
        here=counting.here,
        roles=(Role.OFFICER,),
        school=counts.school,
        answers=Answers(
            figures=counts.figures,
            flows=counts.flows,
            retention=counts.retention,
            classes=counts.classes,
            roll=counts.roll,
            preflight=preflight.answer,
        ),
    )


class _Counts:
    def __init__(self, database: Database[HubTransaction], counting: Counting, clock: Clock) -> None:
        self._database = database
        self._counting = counting
        self._clock = clock

    def school(self, code: str) -> School | None:
        return self._counting.register()(code)

    async def figures(self, request: inquiry_pb2.GetFiguresRequest, asked: Asked) -> inquiry_pb2.GetFiguresResponse:
        answer = await self._database.run_look(
            get_figures,
            wire.figures_question(request),
            asker=asked.asker,
            now=self._clock.now(),
            counting=self._counting,
        )
        return wire.figures_to_message(answer, school=self.school)

    async def flows(self, request: inquiry_pb2.GetFlowsRequest, asked: Asked) -> inquiry_pb2.GetFlowsResponse:
        answer = await self._database.run_look(
            get_flows, wire.flows_question(request), asker=asked.asker, now=self._clock.now(), counting=self._counting
        )
        return wire.flows_to_message(answer, school=self.school)

    async def retention(
        self, request: inquiry_pb2.GetRetentionRequest, asked: Asked
    ) -> inquiry_pb2.GetRetentionResponse:
        answer = await self._database.run_look(
            get_retention,
            wire.retention_question(request),
            asker=asked.asker,
            now=self._clock.now(),
            counting=self._counting,
        )
        return wire.retention_to_message(answer, school=self.school)

    async def classes(self, request: inquiry_pb2.ListClassesRequest, asked: Asked) -> inquiry_pb2.ListClassesResponse:
        answer = await self._database.run_look(
            list_classes,
            wire.classes_question(request),
            asker=asked.asker,
            now=self._clock.now(),
            counting=self._counting,
        )
        return wire.classes_to_message(answer, school=self.school)

    async def roll(self, request: inquiry_pb2.ListRollRequest, asked: Asked) -> inquiry_pb2.ListRollResponse:
        del asked  # whose roll it may be was looked at by the servicer
        answer = await self._database.run(list_roll, wire.roll_question(request), counting=self._counting)
        return wire.roll_to_message(answer)
