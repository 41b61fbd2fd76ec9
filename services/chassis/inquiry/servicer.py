"""InquiryService as every tier serves it: who asks, of what, and the answer of whoever knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis.inquiry.asker import asker_of
from chassis.inquiry.relay import Relay
from chassis.inquiry.wire import scope_from_message, scope_to_message
from chassis.rpc.caller import Context
from kernel.figures.scope import own_scope, require_within
from kernel.office import Office, Role, Tier
from kernel.refusals import NotOfferedHere
from kernel.school import School
from xueji.inquiry.v1 import inquiry_pb2, inquiry_pb2_grpc, preflight_pb2


@dataclass(frozen=True)
class Asked:
    """Who asks, and how long they wait; None where they said nothing of it."""

    asker: Office
    seconds_left: float | None


Question = TypeVar("Question", bound=Message)
Reply = TypeVar("Reply", bound=Message)
Answer = Callable[[Question, Asked], Awaitable[Reply]]


@dataclass(frozen=True)
class Answers:
    """What a tier answers, by question: by its own use cases, or by asking above; None for what it does not offer."""

    figures: Answer[inquiry_pb2.GetFiguresRequest, inquiry_pb2.GetFiguresResponse] | None = None
    flows: Answer[inquiry_pb2.GetFlowsRequest, inquiry_pb2.GetFlowsResponse] | None = None
    retention: Answer[inquiry_pb2.GetRetentionRequest, inquiry_pb2.GetRetentionResponse] | None = None
    classes: Answer[inquiry_pb2.ListClassesRequest, inquiry_pb2.ListClassesResponse] | None = None
    roll: Answer[inquiry_pb2.ListRollRequest, inquiry_pb2.ListRollResponse] | None = None
    preflight: Answer[preflight_pb2.PreflightTransferRequest, preflight_pb2.PreflightTransferResponse] | None = None


def relayed(relay: Relay) -> Answers:
    """The answers of a tier that is the truth of nothing that is asked: all of them from above."""

    def from_above(method: str) -> Answer[Any, Any]:
        async def answer(request: Any, asked: Asked) -> Any:
            return await relay.ask(method, request, asker=asked.asker, seconds_left=asked.seconds_left)

        return answer

    return Answers(
        figures=from_above("GetFigures"),
        flows=from_above("GetFlows"),
        retention=from_above("GetRetention"),
        classes=from_above("ListClasses"),
        roll=from_above("ListRoll"),
        preflight=from_above("PreflightTransfer"),
    )


class InquiryServicer(inquiry_pb2_grpc.InquiryServiceServicer):
    """Answers this office's people, and the nodes of the tier below it.

    Args:
        here: whose node this is. roles: of its own people, those that may ask.
        school: the tier's register of schools.
    """

    def __init__(
        self,
        *,
        here: Office,
        roles: tuple[Role, ...],
        school: Callable[[str], School | None],
        answers: Answers,
    ) -> None:
        self._here = here
        self._roles = roles
        self._school = school
        self._answers = answers

    async def GetFigures(
        self, request: inquiry_pb2.GetFiguresRequest, context: Context
    ) -> inquiry_pb2.GetFiguresResponse:
        return await self._told(self._answers.figures, request, context)

    async def GetFlows(self, request: inquiry_pb2.GetFlowsRequest, context: Context) -> inquiry_pb2.GetFlowsResponse:
        return await self._told(self._answers.flows, request, context)

    async def GetRetention(
        self, request: inquiry_pb2.GetRetentionRequest, context: Context
    ) -> inquiry_pb2.GetRetentionResponse:
        return await self._told(self._answers.retention, request, context)

    async def ListClasses(
        self, request: inquiry_pb2.ListClassesRequest, context: Context
    ) -> inquiry_pb2.ListClassesResponse:
        return await self._told(self._answers.classes, request, context)

    async def ListRoll(self, request: inquiry_pb2.ListRollRequest, context: Context) -> inquiry_pb2.ListRollResponse:
        return await self._told(self._answers.roll, request, context)

    async def PreflightTransfer(
        self, request: preflight_pb2.PreflightTransferRequest, context: Context
    ) -> preflight_pb2.PreflightTransferResponse:
        asked = self._asked(request, context)
        if self._answers.preflight is None or asked.asker.tier is not Tier.SCHOOL:
            raise NotOfferedHere(what="转学预检")
        return await self._answers.preflight(request, asked)

    def _asked(self, request: Any, context: Context) -> Asked:
        asker = asker_of(context, request.asked_for, here=self._here, roles=self._roles, school=self._school)
        return Asked(asker, context.time_remaining())

    async def _told(self, answer: Answer[Question, Reply] | None, request: Question, context: Context) -> Reply:
        """An answer, of a scope that the asker may ask for: their own where they name none."""
        asked = self._asked(request, context)
        if answer is None:
            raise NotOfferedHere(what="统计")
        _narrow(request, asked.asker, school=self._school)
        return await answer(request, asked)


def _narrow(request: Any, asker: Office, *, school: Callable[[str], School | None]) -> None:
    scope = scope_from_message(request.scope) if request.scope.kind else own_scope(asker)
    require_within(scope, asker, school=school)
    request.scope.CopyFrom(scope_to_message(scope))
