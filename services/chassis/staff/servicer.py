"""Staff over gRPC, for an office's own people."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

import grpc

from chassis.logs import get_logger
from chassis.notices.post import NoticePost
from chassis.rpc import require_desk
from chassis.sql import Database
from chassis.staff import office, wire
from chassis.staff.transactions import Staffed, StaffKeeping
from kernel.clock import Clock, day_of, milliseconds
from kernel.office import Office, Role
from kernel.refusals import NotOfferedHere
from kernel.staff import StaffEntry, StaffMember, read_members
from xueji.staff.v1 import staff_pb2, staff_pb2_grpc

TX = TypeVar("TX", bound=StaffKeeping)
TELLING = TypeVar("TELLING", bound=Staffed)
TX_contra = TypeVar("TX_contra", bound=Staffed, contravariant=True)
Context = grpc.aio.ServicerContext[object, object]

log = get_logger()


class ReportStaff(Protocol[TX_contra]):
    """Tells the office above of this office's people; the ids of the papers."""

    def __call__(self, tx: TX_contra, /, *, now: datetime, post: NoticePost) -> tuple[str, ...]: ...


class StaffLookServicer(staff_pb2_grpc.StaffDeskServiceServicer, Generic[TX]):
    """Shows staff to an office's own people; who they are is read from their certificate, never from the request.

    Args:
        roles: who may look.
    """

    def __init__(self, database: Database[TX], *, here: Office, roles: tuple[Role, ...], clock: Clock) -> None:
        self._database = database
        self._here = here
        self._roles = roles
        self._clock = clock

    async def ListStaff(self, request: staff_pb2.ListStaffRequest, context: Context) -> staff_pb2.ListStaffResponse:
        require_desk(context, self._here, *self._roles)
        page = await self._database.run(
            partial(
                office.list_staff,
                office=wire.office_from(request.office, here=self._here),
                below=request.below,
                size=request.page_size,
                token=request.page_token,
                here=self._here,
            )
        )
        day = wire.day_from(request.on, field="on") or day_of(milliseconds(self._clock.now()))
        return staff_pb2.ListStaffResponse(
            members=[wire.member_to_message(member, day) for member in page.members], next_page_token=page.next_token
        )

    async def ListTurnover(
        self, request: staff_pb2.ListTurnoverRequest, context: Context
    ) -> staff_pb2.ListTurnoverResponse:
        require_desk(context, self._here, *self._roles)
        page = await self._database.run(
            partial(
                office.list_turnover,
                on=wire.day_from(request.on, field="on"),
                size=request.page_size,
                token=request.page_token,
                here=self._here,
                now=self._clock.now(),
            )
        )
        return staff_pb2.ListTurnoverResponse(
            offices=[wire.turnover_to_message(one) for one in page.offices], next_page_token=page.next_token
        )

    async def EnterStaff(
        self, _request: staff_pb2.EnterStaffRequest, _context: Context
    ) -> staff_pb2.EnterStaffResponse:
        raise NotOfferedHere(what="学籍管理员登记")

    async def ReportStaff(
        self, _request: staff_pb2.ReportStaffRequest, _context: Context
    ) -> staff_pb2.ReportStaffResponse:
        raise NotOfferedHere(what="学籍管理员报送")


class StaffDeskServicer(StaffLookServicer[TELLING]):
    """And takes what an office says of staff.

    Args:
        entering: who may say something of staff, and report it. report: how it is reported to the office above.
    """

    def __init__(
        self,
        database: Database[TELLING],
        *,
        post: NoticePost,
        roles: tuple[Role, ...],
        entering: tuple[Role, ...],
        clock: Clock,
        report: ReportStaff[TELLING] = office.report_staff,
    ) -> None:
        super().__init__(database, here=post.here, roles=roles, clock=clock)
        self._post = post
        self._entering = entering
        self._report = report

    async def EnterStaff(self, request: staff_pb2.EnterStaffRequest, context: Context) -> staff_pb2.EnterStaffResponse:
        require_desk(context, self._here, *self._entering)
        said = wire.entry_from_message(request, here=self._here)
        now = self._clock.now()
        enter = partial(office.enter_staff, taken_over_from=request.taken_over_from, now=now, post=self._post)
        await self._database.run(enter, said)
        log.info("staff_entered", kind=said.act.value, audience=str(said.office))
        member = await self._database.run(_member, said.office, said.role, said.person)
        return staff_pb2.EnterStaffResponse(member=wire.member_to_message(member, day_of(milliseconds(now))))

    async def ReportStaff(
        self, _request: staff_pb2.ReportStaffRequest, context: Context
    ) -> staff_pb2.ReportStaffResponse:
        require_desk(context, self._here, *self._entering)
        sent = await self._database.run(partial(self._report, now=self._clock.now(), post=self._post))
        return staff_pb2.ReportStaffResponse(notice_ids=sent)


def _member(tx: StaffKeeping, whose: Office, role: Role, person: str) -> StaffMember:
    said: list[StaffEntry] = tx.staff.of(whose, role, person)
    (member,) = read_members(said)
    return member
