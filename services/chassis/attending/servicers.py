"""Who attends, over gRPC, for an office's own people."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import grpc

from chassis.attending.book import AttendingLine, AttendingPage
from chassis.rpc import require_desk
from chassis.sql import Database, Transaction
from kernel.office import Office, Role
from kernel.standing import AttendanceMode
from kernel.status import StudentStatus
from xueji.attending.v1 import attending_pb2, attending_pb2_grpc

TX = TypeVar("TX", bound=Transaction)
TX_contra = TypeVar("TX_contra", bound=Transaction, contravariant=True)
Context = grpc.aio.ServicerContext[object, object]


class ListAttending(Protocol[TX_contra]):
    """A page of those who attend a school of the office's; with ``ended`` also of those who did."""

    def __call__(self, tx: TX_contra, /, *, size: int, token: str, ended: bool) -> AttendingPage: ...


class AttendingServicer(attending_pb2_grpc.AttendingServiceServicer, Generic[TX]):
    """Answers an office's own people; who they are is read from their certificate, never from the request."""

    def __init__(
        self, database: Database[TX], *, office: Office, roles: tuple[Role, ...], pupils: ListAttending[TX]
    ) -> None:
        self._database = database
        self._office = office
        self._roles = roles
        self._pupils = pupils

    async def ListAttending(
        self, request: attending_pb2.ListAttendingRequest, context: Context
    ) -> attending_pb2.ListAttendingResponse:
        require_desk(context, self._office, *self._roles)
        page = await self._database.run(
            self._pupils, size=request.page_size, token=request.page_token, ended=request.ended
        )
        return attending_pb2.ListAttendingResponse(
            pupils=[_to_message(line) for line in page.pupils], next_page_token=page.next_token
        )


def _to_message(line: AttendingLine) -> attending_pb2.Attending:
    mode = line.standing.get("attendance_mode", "")
    return attending_pb2.Attending(
        student_key=line.student_key,
        number=line.number,
        school=line.school,
        record_school=line.record_school,
        since=line.standing.get("attends_since", ""),
        until=line.until,
        mode=mode,
        mode_title=AttendanceMode(mode).label if mode else "",
        status=line.status,
        status_title=StudentStatus(line.status).label,
        values=line.record,
    )
