"""The school year at a desk that has no province under it: what stands in the way of promotion (``blockers``)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, NoReturn, TypeVar

import grpc

from chassis.desk.blockers import BlockerPage
from chassis.rpc import require_desk
from chassis.sql import Database, Transaction
from kernel.clock import Clock
from kernel.office import Office, Role
from kernel.promotion import Blocked
from kernel.refusals import NotOfferedHere
from xueji.year.v1 import year_pb2, year_pb2_grpc

TX = TypeVar("TX", bound=Transaction)
Context = grpc.aio.ServicerContext[object, object]
ListBlockers = Callable[..., BlockerPage]


class BlockersServicer(year_pb2_grpc.YearServiceServicer, Generic[TX]):
    """Answers a school's or an authority's own people. Promotion itself is the province's.

    Args:
        list_blockers: ``(tx, *, size, token, now)``. roles: who may look.
    """

    def __init__(
        self,
        database: Database[TX],
        *,
        office: Office,
        list_blockers: ListBlockers,
        roles: tuple[Role, ...],
        clock: Clock,
    ) -> None:
        self._database = database
        self._office = office
        self._list_blockers = list_blockers
        self._roles = roles
        self._clock = clock

    async def ListBlockers(
        self, request: year_pb2.ListBlockersRequest, context: Context
    ) -> year_pb2.ListBlockersResponse:
        require_desk(context, self._office, *self._roles)
        page = await self._database.run(
            self._list_blockers, size=request.page_size, token=request.page_token, now=self._clock.now()
        )
        return blockers_to_message(page)

    async def Rehearse(self, _request: Any, context: Context) -> year_pb2.RehearseResponse:
        self._refuse(context)

    async def Promote(self, _request: Any, context: Context) -> AsyncIterator[year_pb2.PromoteResponse]:
        self._refuse(context)
        yield year_pb2.PromoteResponse()  # which makes this a stream

    async def UndoClass(self, _request: Any, context: Context) -> year_pb2.UndoClassResponse:
        self._refuse(context)

    async def ListRuns(self, _request: Any, context: Context) -> year_pb2.ListRunsResponse:
        self._refuse(context)

    async def SetPlan(self, _request: Any, context: Context) -> year_pb2.SetPlanResponse:
        self._refuse(context)

    async def ListPlans(self, _request: Any, context: Context) -> year_pb2.ListPlansResponse:
        self._refuse(context)

    def _refuse(self, context: Context) -> NoReturn:
        require_desk(context, self._office, *self._roles)
        raise NotOfferedHere(what="全省升级和招生规模")


def blockers_to_message(page: BlockerPage) -> year_pb2.ListBlockersResponse:
    return year_pb2.ListBlockersResponse(
        freezes=[
            year_pb2.Freeze(what=freeze.what.value, from_day=first.isoformat(), to_day=last.isoformat())
            for freeze, first, last in page.ahead.freezes
        ],
        promotion_on=page.ahead.promotion_on.isoformat(),
        cleared_on=page.ahead.cleared_on.isoformat(),
        blocked=[blocked_to_message(one) for one in page.blocked],
        next_page_token=page.next_token,
    )


def blocked_to_message(one: Blocked) -> year_pb2.Blocked:
    return year_pb2.Blocked(
        number=one.number,
        name=one.name,
        school=one.school,
        grade=one.grade,
        school_class=one.school_class,
        blocker=one.blocker.value,
    )
