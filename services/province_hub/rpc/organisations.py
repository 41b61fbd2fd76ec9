"""Schools over time at the province: which there are, what is asked for of them, and what the province decides."""

from __future__ import annotations

from chassis.organisations.live import LiveRegister
from chassis.organisations.servicer import OrganisationServicer
from chassis.organisations.wire import change_from_message, change_to_message, school_to_message
from chassis.rpc import caller, require_desk, require_node
from chassis.rpc.caller import Context
from chassis.rpc.wire import refusal_to_message
from chassis.sql import Database
from kernel.clock import Clock, milliseconds
from kernel.office import Office, Role, Tier
from kernel.organisations import OrganisationChange, SeatMove
from kernel.refusals import OutsideJurisdiction, SignatureInvalid
from kernel.statement import StatementKind
from province_hub.store.organisations import Asked
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.organisations import (
    Planned,
    PlannedSchool,
    decide_change,
    list_changes,
    plan_change,
    propose_change,
    show_change,
)
from province_hub.usecases.rules import Rules
from xueji.organisation.v1 import organisation_pb2


class ProvinceOrganisations(OrganisationServicer):
    """Answers the province's officers, and the nodes of its authorities for what they ask."""

    def __init__(
        self, database: Database[HubTransaction], *, rules: Rules, register: LiveRegister, clock: Clock
    ) -> None:
        super().__init__(here=rules.here, roles=(Role.OFFICER,), register=register, clock=clock)
        self._database = database
        self._sign = rules.sign
        self._verify = rules.verify

    async def PlanChange(
        self, request: organisation_pb2.PlanChangeRequest, context: Context
    ) -> organisation_pb2.PlanChangeResponse:
        asker = self._asker(context)
        return organisation_pb2.PlanChangeResponse(plan=await self._plan(change_from_message(request.change), asker))

    async def ProposeChange(
        self, request: organisation_pb2.ProposeChangeRequest, context: Context
    ) -> organisation_pb2.ProposeChangeResponse:
        asker = self._asker(context)
        change = change_from_message(request.change)
        plan = await self._plan(change, asker)  # as it was when it was asked for
        if asker == self._here:
            person = self._person(context).person
            content = {"change": change.to_content(), "by": person, "at": milliseconds(self._clock.now())}
            jws = self._sign(StatementKind.ORGANISATION_CHANGE, content)
        else:
            jws, person = request.jws, self._signed(request.jws, change, asker)
        asked = await self._database.run(
            propose_change, change, by=asker, person=person, jws=jws, now=self._clock.now()
        )
        return organisation_pb2.ProposeChangeResponse(change=_view(asked, 0), plan=plan)

    async def DecideChange(
        self, request: organisation_pb2.DecideChangeRequest, context: Context
    ) -> organisation_pb2.DecideChangeResponse:
        who = self._person(context)
        decided = await self._database.run(
            decide_change,
            request.change_id,
            approve=request.approve,
            reason=request.reason,
            by=who,
            now=self._clock.now(),
        )
        return organisation_pb2.DecideChangeResponse(change=_view(decided, 0))

    async def GetChange(
        self, request: organisation_pb2.GetChangeRequest, context: Context
    ) -> organisation_pb2.GetChangeResponse:
        asker = self._asker(context)
        found, waiting = await self._database.run(show_change, request.change_id, asker=asker)
        return organisation_pb2.GetChangeResponse(change=_view(found, waiting))

    async def ListChanges(
        self, request: organisation_pb2.ListChangesRequest, context: Context
    ) -> organisation_pb2.ListChangesResponse:
        asker = self._asker(context)
        page = await self._database.run(list_changes, asker=asker, size=request.page_size, token=request.page_token)
        return organisation_pb2.ListChangesResponse(
            changes=[_view(found, waiting) for found, waiting in page.changes], next_page_token=page.next_token
        )

    def _asker(self, context: Context) -> Office:
        """The province for its own people, an authority of it for whom its own node asks."""
        if caller(context).is_node:
            authority = require_node(context, Tier.AUTHORITY)
            if authority.province != self._here.code:
                raise OutsideJurisdiction(office=str(authority), what="本省机构变更")
            return authority
        return require_desk(context, self._here, Role.OFFICER).office

    def _signed(self, jws: str, change: OrganisationChange, asker: Office) -> str:
        """Who asked for it there, as that office signed it. Raises SignatureInvalid."""
        verified = self._verify(jws, StatementKind.ORGANISATION_CHANGE)
        if verified.signer.office != asker or not verified.signer.is_node:
            raise SignatureInvalid(why="不是申请单位的签名")
        if verified.content.get("change") != change.to_content():
            raise SignatureInvalid(why="所签的不是这份机构变更")
        return str(verified.content.get("by", ""))

    async def _plan(self, change: OrganisationChange, asker: Office) -> organisation_pb2.Plan:
        planned = await self._database.run(plan_change, change, by=asker, now=self._clock.now())
        return _plan_to_message(planned)


def _plan_to_message(planned: Planned) -> organisation_pb2.Plan:
    return organisation_pb2.Plan(
        schools=map(_school_to_message, planned.schools),
        pupils=planned.pupils,
        waiting=planned.waiting,
        open_cases=planned.open_cases,
        refused=refusal_to_message(planned.refused) if planned.refused else None,
    )


def _school_to_message(planned: PlannedSchool) -> organisation_pb2.PlannedSchool:
    return organisation_pb2.PlannedSchool(
        before=school_to_message(planned.before) if planned.before else None,
        after=school_to_message(planned.after) if planned.after else None,
        ending=planned.ending.value if planned.ending else "",
        pupils=planned.pupils,
        archives=planned.archives,
        seats=map(_seat_to_message, planned.seats),
    )


def _seat_to_message(move: SeatMove) -> organisation_pb2.Seat:
    return organisation_pb2.Seat(
        grade=move.seat.grade,
        school_class=move.seat.school_class,
        pupils=move.pupils,
        to_school=move.to.school if move.to else "",
        to_class=move.to.school_class if move.to else "",
    )


def _view(asked: Asked, waiting: int) -> organisation_pb2.ChangeView:
    return organisation_pb2.ChangeView(
        change=change_to_message(asked.change),
        state=asked.state.value,
        proposed_by=asked.proposed_by,
        proposed_at_ms=asked.proposed_ms,
        decided_at_ms=asked.decided_ms or 0,
        entered_at_ms=asked.entered_ms or 0,
        moved=asked.moved,
        waiting=waiting,
        reason=asked.reason,
        lapsed=refusal_to_message(asked.lapsed) if asked.lapsed else None,
    )
