"""How cases were decided, for the province's own people."""

from __future__ import annotations

import grpc

from chassis.rpc import require_desk
from chassis.rpc.wire import refusal_to_message
from chassis.sql import Database
from kernel.judging import Judgement
from kernel.office import Role
from province_hub.store.decisions import Remembered
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.replay_decisions import Replayed, Which, list_decisions, replay_decisions
from province_hub.usecases.rules import Rules
from xueji.decision.v1 import decision_pb2, decision_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class DecisionServicer(decision_pb2_grpc.DecisionServiceServicer):
    """Answers officers of this province, and nobody else."""

    def __init__(self, database: Database[HubTransaction], *, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    async def ListDecisions(
        self, request: decision_pb2.ListDecisionsRequest, context: Context
    ) -> decision_pb2.ListDecisionsResponse:
        require_desk(context, self._rules.here, Role.OFFICER)
        found, token = await self._database.run(
            list_decisions, _which(request.which), size=request.page_size, token=request.page_token
        )
        return decision_pb2.ListDecisionsResponse(decisions=map(_decided, found), next_page_token=token)

    async def Replay(self, request: decision_pb2.ReplayRequest, context: Context) -> decision_pb2.ReplayResponse:
        require_desk(context, self._rules.here, Role.OFFICER)
        found, token = await self._database.run(
            replay_decisions,
            request.pack,
            _which(request.which),
            size=request.page_size,
            token=request.page_token,
            rules=self._rules,
        )
        return decision_pb2.ReplayResponse(replayed=map(_replayed, found), next_page_token=token)


def _which(message: decision_pb2.Which) -> Which:
    return Which(message.case_id, message.procedure, message.breached)


def _decided(one: Remembered) -> decision_pb2.Decided:
    return decision_pb2.Decided(
        case_id=one.case_id,
        item_id=one.item_id,
        procedure=one.facts.procedure,
        step=one.step,
        at_ms=one.at_ms,
        judgement=decision_pb2.Judgement(**one.said),
    )


def _replayed(one: Replayed) -> decision_pb2.Replayed:
    return decision_pb2.Replayed(
        decided=_decided(one.decided),
        other=_judgement(one.other),
        findings=[refusal_to_message(refusal) for refusal in one.other.refusals],
        differs=one.differs,
    )


def _judgement(judgement: Judgement) -> decision_pb2.Judgement:
    return decision_pb2.Judgement(**judgement.to_content())
