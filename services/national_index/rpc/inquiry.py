"""Inquiries of the nation's own officers: sums of what provinces reported, and of nothing else."""

from __future__ import annotations

from chassis.inquiry import wire
from chassis.inquiry.servicer import Answers, Asked, InquiryServicer
from chassis.sql import Database
from kernel.office import NATION, Role
from kernel.school import School
from national_index.store import IndexTransaction
from national_index.usecases.add_figures import add_classes, add_figures, add_flows_of, add_retentions_of
from xueji.inquiry.v1 import inquiry_pb2


def inquiry(database: Database[IndexTransaction]) -> InquiryServicer:
    sums = _Sums(database)
    return InquiryServicer(
        here=NATION,
        roles=(Role.OFFICER,),
        school=_no_school,
        answers=Answers(figures=sums.figures, flows=sums.flows, retention=sums.retention, classes=sums.classes),
    )


def _no_school(_code: str) -> School | None:
    """The nation keeps no register of schools."""
    return None


class _Sums:
    def __init__(self, database: Database[IndexTransaction]) -> None:
        self._database = database

    async def figures(self, request: inquiry_pb2.GetFiguresRequest, _asked: Asked) -> inquiry_pb2.GetFiguresResponse:
        answer = await self._database.run_look(add_figures, wire.figures_question(request))
        return wire.figures_to_message(answer, school=_no_school)

    async def flows(self, request: inquiry_pb2.GetFlowsRequest, _asked: Asked) -> inquiry_pb2.GetFlowsResponse:
        answer = await self._database.run_look(add_flows_of, wire.flows_question(request))
        return wire.flows_to_message(answer, school=_no_school)

    async def retention(
        self, request: inquiry_pb2.GetRetentionRequest, _asked: Asked
    ) -> inquiry_pb2.GetRetentionResponse:
        answer = await self._database.run_look(add_retentions_of, wire.retention_question(request))
        return wire.retention_to_message(answer, school=_no_school)

    async def classes(self, request: inquiry_pb2.ListClassesRequest, _asked: Asked) -> inquiry_pb2.ListClassesResponse:
        answer = await self._database.run_look(add_classes, wire.classes_question(request))
        return wire.classes_to_message(answer, school=_no_school)
