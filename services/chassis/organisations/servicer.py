"""The desk's questions about schools, as every tier answers them: from its own register, as of any day."""

from __future__ import annotations

from datetime import date

from chassis.organisations.live import LiveRegister
from chassis.organisations.wire import day_of_message, life_to_message, span_to_message
from chassis.rpc import require_desk
from chassis.rpc.caller import Context
from kernel.clock import Clock, day_of, milliseconds
from kernel.office import Identity, Office, Role
from kernel.organisations import SchoolSpan
from kernel.refusals import NotOfferedHere, SchoolUnknown
from xueji.organisation.v1 import organisation_pb2, organisation_pb2_grpc

_CHANGES = "机构变更"


class OrganisationServicer(organisation_pb2_grpc.OrganisationServiceServicer):
    """Answers an office's own people which schools it knows. What changes them is offered by those who may.

    Args:
        roles: of the office's people, those that may ask.
    """

    def __init__(self, *, here: Office, roles: tuple[Role, ...], register: LiveRegister, clock: Clock) -> None:
        self._here = here
        self._roles = roles
        self._register = register
        self._clock = clock

    async def ListSchools(
        self, request: organisation_pb2.ListSchoolsRequest, context: Context
    ) -> organisation_pb2.ListSchoolsResponse:
        self._person(context)
        on = self._day(request.on)
        register = self._register.dated
        schools = register.schools_in(request.place, on) if request.place else register.schools_on(on)
        codes = [
            school.code.text
            for school in schools
            if request.authority in ("", school.authority) and school.code.text > request.page_token
        ]
        page = codes[: request.page_size]
        spans = [span for code in page if (span := register.span(code, on)) is not None]
        return organisation_pb2.ListSchoolsResponse(
            schools=map(span_to_message, spans), next_page_token=page[-1] if len(codes) > len(page) else ""
        )

    async def GetSchool(
        self, request: organisation_pb2.GetSchoolRequest, context: Context
    ) -> organisation_pb2.GetSchoolResponse:
        self._person(context)
        on = self._day(request.on)
        register = self._register.dated
        life = register.lives.get(request.code)
        if life is None:
            raise SchoolUnknown(field="code", school=request.code)
        span: SchoolSpan | None = register.span(request.code, on)
        keeper = register.archive_custodian(request.code, on)
        return organisation_pb2.GetSchoolResponse(
            life=life_to_message(life),
            span=span_to_message(span) if span else None,
            authority_chain=register.authority_chain(request.code, on),
            goes_on=register.successor_of(request.code, on) or "",
            archives_at_school=keeper.school if keeper else "",
            archives_at_unit=keeper.unit if keeper else "",
            archives_county=keeper.county if keeper else "",
        )

    async def PlanChange(
        self, _request: organisation_pb2.PlanChangeRequest, context: Context
    ) -> organisation_pb2.PlanChangeResponse:
        self._person(context)
        raise NotOfferedHere(what=_CHANGES)

    async def ProposeChange(
        self, _request: organisation_pb2.ProposeChangeRequest, context: Context
    ) -> organisation_pb2.ProposeChangeResponse:
        self._person(context)
        raise NotOfferedHere(what=_CHANGES)

    async def DecideChange(
        self, _request: organisation_pb2.DecideChangeRequest, context: Context
    ) -> organisation_pb2.DecideChangeResponse:
        self._person(context)
        raise NotOfferedHere(what=f"审批{_CHANGES}")

    async def GetChange(
        self, _request: organisation_pb2.GetChangeRequest, context: Context
    ) -> organisation_pb2.GetChangeResponse:
        self._person(context)
        raise NotOfferedHere(what=_CHANGES)

    async def ListChanges(
        self, _request: organisation_pb2.ListChangesRequest, context: Context
    ) -> organisation_pb2.ListChangesResponse:
        self._person(context)
        raise NotOfferedHere(what=_CHANGES)

    def _person(self, context: Context) -> Identity:
        return require_desk(context, self._here, *self._roles)

    def _day(self, told: str) -> date:
        return day_of_message(told, field="on") if told else day_of(milliseconds(self._clock.now()))
