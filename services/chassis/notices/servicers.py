"""Notices over gRPC: from the nodes of the tier below, and for an office's own people."""

from __future__ import annotations

from functools import partial
from typing import Generic, TypeVar

import grpc

from chassis.logs import bind_notice, get_logger
from chassis.notices import desk, wire
from chassis.notices.post import NoticePost, take_from_below
from chassis.notices.transactions import Noticing
from chassis.rpc import require_desk, require_node
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Identity, Role, Tier
from xueji.notice.v1 import notice_pb2, notice_pb2_grpc

TX = TypeVar("TX", bound=Noticing)
Context = grpc.aio.ServicerContext[object, object]

log = get_logger()


class RelayServicer(notice_pb2_grpc.RelayServiceServicer, Generic[TX]):
    """Answers Relay for the offices directly below this one."""

    def __init__(self, database: Database[TX], *, post: NoticePost, senders: tuple[Tier, ...], clock: Clock) -> None:
        self._database = database
        self._post = post
        self._senders = senders
        self._clock = clock

    async def Relay(self, request: notice_pb2.RelayRequest, context: Context) -> notice_pb2.RelayResponse:
        sender = require_node(context, *self._senders)
        entry = wire.entry_from_message(request)
        notice_id = await self._database.run(
            partial(take_from_below, sender=sender, post=self._post, now=self._clock.now()), entry
        )
        with bind_notice(notice_id):
            log.info("notice_taken", kind=entry.KIND, peer=str(sender))
        return notice_pb2.RelayResponse(notice_id=notice_id)


class NoticeDeskServicer(notice_pb2_grpc.NoticeDeskServiceServicer, Generic[TX]):
    """Answers an office's own people; who they are is read from their certificate, never from the request."""

    def __init__(self, database: Database[TX], *, post: NoticePost, roles: tuple[Role, ...], clock: Clock) -> None:
        self._database = database
        self._post = post
        self._roles = roles
        self._clock = clock

    async def ListNotices(
        self, request: notice_pb2.ListNoticesRequest, context: Context
    ) -> notice_pb2.ListNoticesResponse:
        self._who(context)
        page = await self._database.run(partial(desk.list_notices, post=self._post), wire.query_from_message(request))
        return notice_pb2.ListNoticesResponse(
            notices=[wire.heading_to_message(heading) for heading in page.notices], next_page_token=page.next_token
        )

    async def GetNotice(self, request: notice_pb2.GetNoticeRequest, context: Context) -> notice_pb2.GetNoticeResponse:
        self._who(context)
        shown = await self._database.run(partial(desk.show_notice, post=self._post), request.notice_id)
        return wire.shown_to_message(shown)

    async def ConfirmNotice(
        self, request: notice_pb2.ConfirmNoticeRequest, context: Context
    ) -> notice_pb2.ConfirmNoticeResponse:
        who = self._who(context)
        with bind_notice(request.notice_id):
            heading = await self._database.run(
                partial(desk.confirm_notice, answer=request.answer, by=who, now=self._clock.now(), post=self._post),
                request.notice_id,
            )
        return notice_pb2.ConfirmNoticeResponse(summary=wire.heading_to_message(heading))

    async def WriteNotice(
        self, request: notice_pb2.WriteNoticeRequest, context: Context
    ) -> notice_pb2.WriteNoticeResponse:
        who = self._who(context)
        command = wire.message_from_message(request)
        with bind_notice(request.notice_id):
            heading = await self._database.run(
                partial(desk.write_message, by=who, now=self._clock.now(), post=self._post), command
            )
        return notice_pb2.WriteNoticeResponse(summary=wire.heading_to_message(heading))

    def _who(self, context: Context) -> Identity:
        return require_desk(context, self._post.here, *self._roles)
