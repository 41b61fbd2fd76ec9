"""Supervision at the desk: of an office that is above others, and of one that was ordered."""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

import grpc

from chassis.logs import bind_notice, get_logger
from chassis.notices import NoticePost, Noticing
from chassis.rpc import require_desk
from chassis.sql import Database
from chassis.supervision import acts, looking, orders, wire
from chassis.supervision.book import Known
from chassis.supervision.transactions import Supervising
from kernel.clock import Clock
from kernel.office import Identity, Role
from kernel.refusals import NotOfferedHere
from xueji.supervision.v1 import supervision_pb2 as messages
from xueji.supervision.v1 import supervision_pb2_grpc

NTX = TypeVar("NTX", bound=Noticing)
TX = TypeVar("TX", bound=Supervising)
Context = grpc.aio.ServicerContext[object, object]

log = get_logger()


class OrdersServicer(supervision_pb2_grpc.SupervisionServiceServicer, Generic[NTX]):
    """The half of an office that has nobody below it: it is ordered, and answers.

    Args:
        roles: who may look. answering: who may answer for the office.
    """

    def __init__(
        self,
        database: Database[NTX],
        *,
        post: NoticePost,
        roles: tuple[Role, ...],
        answering: tuple[Role, ...],
        clock: Clock,
    ) -> None:
        self._orders = database
        self._post = post
        self._roles = roles
        self._answering = answering
        self._clock = clock

    async def ListOrders(self, request: messages.ListOrdersRequest, context: Context) -> messages.ListOrdersResponse:
        self._look(context)
        page = await self._orders.run(
            partial(orders.list_orders, size=request.page_size, token=request.page_token, post=self._post)
        )
        return messages.ListOrdersResponse(
            orders=[wire.order_to_message(one) for one in page.notices], next_page_token=page.next_token
        )

    async def AnswerOrder(self, request: messages.AnswerOrderRequest, context: Context) -> messages.AnswerOrderResponse:
        who = require_desk(context, self._post.here, *self._answering)
        with bind_notice(request.order_id):
            notice_id = await self._orders.run(
                partial(orders.answer_order, by=who, now=self._clock.now(), post=self._post),
                orders.Answering(request.order_id, request.measure),
            )
        return messages.AnswerOrderResponse(notice_id=notice_id)

    async def ListFindings(self, _request: Any, context: Context) -> messages.ListFindingsResponse:
        self._refuse(context)

    async def GetFinding(self, _request: Any, context: Context) -> messages.GetFindingResponse:
        self._refuse(context)

    async def EnterFinding(self, _request: Any, context: Context) -> messages.EnterFindingResponse:
        self._refuse(context)

    async def DecideFinding(self, _request: Any, context: Context) -> messages.DecideFindingResponse:
        self._refuse(context)

    async def OrderRectification(self, _request: Any, context: Context) -> messages.OrderRectificationResponse:
        self._refuse(context)

    async def ReferFinding(self, _request: Any, context: Context) -> messages.ReferFindingResponse:
        self._refuse(context)

    async def CloseFinding(self, _request: Any, context: Context) -> messages.CloseFindingResponse:
        self._refuse(context)

    async def ListRegister(self, _request: Any, context: Context) -> messages.ListRegisterResponse:
        self._refuse(context)

    async def VerifyRegister(self, _request: Any, context: Context) -> messages.VerifyRegisterResponse:
        self._refuse(context)

    def _look(self, context: Context) -> Identity:
        return require_desk(context, self._post.here, *self._roles)

    def _refuse(self, context: Context) -> NoReturn:
        self._look(context)
        raise NotOfferedHere(what="监督")


class SupervisionServicer(OrdersServicer[TX]):
    """The whole: an office with others below it. Its officers look, and its officers act."""

    def __init__(self, database: Database[TX], *, post: NoticePost, roles: tuple[Role, ...], clock: Clock) -> None:
        super().__init__(database, post=post, roles=roles, answering=roles, clock=clock)
        self._database = database

    async def ListFindings(
        self, request: messages.ListFindingsRequest, context: Context
    ) -> messages.ListFindingsResponse:
        self._look(context)
        found, token = await self._database.run(
            partial(
                looking.list_findings,
                state=wire.state_from_text(request.state),
                subject=request.subject,
                size=request.page_size,
                token=request.page_token,
            )
        )
        return messages.ListFindingsResponse(
            findings=[wire.finding_to_message(known) for known in found], next_page_token=token
        )

    async def GetFinding(self, request: messages.GetFindingRequest, context: Context) -> messages.GetFindingResponse:
        self._look(context)
        known, entries = await self._database.run(partial(looking.show_finding, post=self._post), request.finding_id)
        return messages.GetFindingResponse(
            finding=wire.finding_to_message(known), entries=[wire.entry_to_message(entry) for entry in entries]
        )

    async def EnterFinding(
        self, request: messages.EnterFindingRequest, context: Context
    ) -> messages.EnterFindingResponse:
        known = await self._act(acts.enter_finding, wire.entering_from_message(request), context)
        return messages.EnterFindingResponse(finding=wire.finding_to_message(known))

    async def DecideFinding(
        self, request: messages.DecideFindingRequest, context: Context
    ) -> messages.DecideFindingResponse:
        known = await self._act(acts.decide_finding, wire.decide_from_message(request), context)
        return messages.DecideFindingResponse(finding=wire.finding_to_message(known))

    async def OrderRectification(
        self, request: messages.OrderRectificationRequest, context: Context
    ) -> messages.OrderRectificationResponse:
        known = await self._act(acts.order_rectification, wire.ordering_from_message(request), context)
        return messages.OrderRectificationResponse(finding=wire.finding_to_message(known))

    async def ReferFinding(
        self, request: messages.ReferFindingRequest, context: Context
    ) -> messages.ReferFindingResponse:
        known = await self._act(acts.refer_finding, wire.referring_from_message(request), context)
        return messages.ReferFindingResponse(finding=wire.finding_to_message(known))

    async def CloseFinding(
        self, request: messages.CloseFindingRequest, context: Context
    ) -> messages.CloseFindingResponse:
        known = await self._act(acts.close_finding, wire.closing_from_message(request), context)
        return messages.CloseFindingResponse(finding=wire.finding_to_message(known))

    async def ListRegister(
        self, request: messages.ListRegisterRequest, context: Context
    ) -> messages.ListRegisterResponse:
        self._look(context)
        entries = await self._database.run(
            partial(looking.list_register, after=request.after, size=request.page_size, post=self._post)
        )
        return messages.ListRegisterResponse(
            entries=[wire.entry_to_message(entry) for entry in entries], more=len(entries) == request.page_size
        )

    async def VerifyRegister(
        self, request: messages.VerifyRegisterRequest, context: Context
    ) -> messages.VerifyRegisterResponse:
        self._look(context)
        verified = await self._database.run(
            partial(
                looking.verify_register,
                after=request.after,
                size=request.page_size,
                digest=request.digest,
                post=self._post,
            )
        )
        if verified.broken is not None:
            log.error("register_broken", code=verified.broken.code, sequence=verified.last + 1)
        return wire.verified_to_message(verified)

    async def _act(self, act: Any, command: Any, context: Context) -> Known:
        who = self._look(context)
        known: Known = await self._database.run(partial(act, by=who, now=self._clock.now(), post=self._post), command)
        log.info("finding_acted_on", kind=known.finding.ground.value, state=known.state.value)
        return known
