"""What each term is owed in writing, for an office's own people."""

from __future__ import annotations

from typing import Generic, TypeVar

import grpc

from chassis.notices.direct_schools import DirectSchool, Overseen, list_direct_schools
from chassis.notices.transactions import Noticing
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Office, Role
from xueji.term.v1 import term_pb2, term_pb2_grpc

TX = TypeVar("TX", bound=Noticing)
Context = grpc.aio.ServicerContext[object, object]


class TermServicer(term_pb2_grpc.TermServiceServicer, Generic[TX]):
    """Answers officers; who they are is read from their certificate."""

    def __init__(self, database: Database[TX], *, office: Office, overseen: Overseen, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._overseen = overseen
        self._clock = clock

    async def ListDirectSchools(
        self, request: term_pb2.ListDirectSchoolsRequest, context: Context
    ) -> term_pb2.ListDirectSchoolsResponse:
        require_desk(context, self._office, Role.OFFICER)
        found, token = await self._database.run(
            list_direct_schools,
            size=request.page_size,
            token=request.page_token,
            now=self._clock.now(),
            overseen=self._overseen,
        )
        return term_pb2.ListDirectSchoolsResponse(schools=[_message(one) for one in found], next_page_token=token)


def _message(one: DirectSchool) -> term_pb2.DirectSchool:
    return term_pb2.DirectSchool(
        school=one.school.code.text,
        school_name=one.school.name,
        county=str(one.county),
        term=one.term,
        due_on=one.due_on.isoformat(),
        notice_id=one.notice_id,
        state=one.state.value if one.state else "missing",
        state_title=one.state.label if one.state else "未告知",
    )
