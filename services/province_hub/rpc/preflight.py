"""Pre-flight: of the province's own schools, asked through their authorities, and of other provinces' hubs."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Protocol

import grpc

from chassis.inquiry.allowance import Allowance
from chassis.inquiry.preflight_wire import finding_to_message
from chassis.inquiry.servicer import Asked
from chassis.logs import get_logger
from chassis.rpc import require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.divisions import province_name
from kernel.office import Tier
from kernel.preflight import Finding, merged
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.preflight import Wish, look_at_own, look_for_others
from province_hub.usecases.rules import Rules
from xueji.inquiry.v1 import preflight_pb2
from xueji.transfer.v1 import preflight_pb2 as across_pb2
from xueji.transfer.v1 import preflight_pb2_grpc as across_pb2_grpc

# Of one school. A school that takes in a whole class asks once for each; whoever guesses, misses.
ASKS_MOST, MISSES_MOST = 300, 20
WITHIN = timedelta(hours=1)

log = get_logger()


class AskAcross(Protocol):
    """Asks the hub that has the record; None where it does not answer now."""

    def __call__(self, wish: Wish, *, seconds_left: float | None) -> Awaitable[tuple[Finding, ...] | None]: ...


class Preflight(across_pb2_grpc.PreflightServiceServicer):
    """Answers schools of this province by its own rules, and other provinces about the records that are here."""

    def __init__(
        self, database: Database[HubTransaction], *, rules: Rules, ask_across: AskAcross, clock: Clock
    ) -> None:
        self._database = database
        self._rules = rules
        self._ask_across = ask_across
        self._clock = clock
        self._asks = Allowance(most=ASKS_MOST, within=WITHIN)
        self._misses = Allowance(most=MISSES_MOST, within=WITHIN)

    async def answer(
        self, request: preflight_pb2.PreflightTransferRequest, asked: Asked
    ) -> preflight_pb2.PreflightTransferResponse:
        """For the school that asks, and no other."""
        school = asked.asker.code
        self._count(school)
        wish = Wish(
            school=school,
            releasing_school=request.releasing_school,
            values=dict(request.values),
            document_number=request.document_number,
            evidence=tuple(request.evidence),
        )
        looked = await self._database.run(look_at_own, wish, now=self._clock.now(), rules=self._rules)
        if looked.unproven:
            self._misses.take(school, now=self._clock.now())
        theirs: tuple[Finding, ...] | None = ()
        if looked.across:
            theirs = await self._ask_across(looked.wish, seconds_left=asked.seconds_left)
        findings = merged(looked.findings, theirs or ())
        log.info("preflight_answered", count=len(findings))
        return preflight_pb2.PreflightTransferResponse(
            procedure_title=looked.row.title,
            rule_pack=looked.pack.id,
            findings=[finding_to_message(one) for one in findings],
            unanswered=province_name(wish.releasing_school[2:4]) if theirs is None else "",
        )

    async def Ask(
        self, request: across_pb2.AskRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> across_pb2.AskResponse:
        hub = require_node(context, Tier.PROVINCE)
        self._count(request.school)
        wish = Wish(
            school=request.school,
            releasing_school=request.releasing_school,
            values=dict(request.values),
            document_number=request.document_number,
            evidence=tuple(request.evidence),
            school_system=request.school_system,
            procedure=request.procedure,
        )
        findings, proven = await self._database.run(
            look_for_others, wish, asker=hub, now=self._clock.now(), rules=self._rules
        )
        if not proven:
            self._misses.take(request.school, now=self._clock.now())
        log.info("preflight_answered", count=len(findings))
        return across_pb2.AskResponse(findings=[finding_to_message(one) for one in findings])

    def _count(self, school: str) -> None:
        """Raises AskedTooOften of a school that asks without end, or has guessed wrong too often."""
        now = self._clock.now()
        self._misses.require(school, now=now)
        self._asks.require(school, now=now)
        self._asks.take(school, now=now)
