"""Notices and receipts that climb: lane ``notices``, sent until the tier above has answered."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

import grpc

from chassis.exchange import LaneSender
from chassis.logs import bind_notice
from chassis.notices.post import LANE_NOTICES, NoticePost, send_back
from chassis.notices.transactions import Noticing, Relaying
from chassis.sql import Database, OutboxRow
from kernel.clock import Clock
from kernel.notice import Notice, NoticeState, ReceiptStage
from kernel.office import Office
from kernel.refusals import Refusal
from xueji.notice.v1 import notice_pb2, notice_pb2_grpc

TX = TypeVar("TX", bound=Relaying)


class NoticeRelay(Generic[TX]):
    """Sends the lane ``notices``: a row names a notice, or a receipt of one; its signed form is read from the book."""

    def __init__(self, database: Database[TX], channel: grpc.aio.Channel, *, post: NoticePost, clock: Clock) -> None:
        self._database = database
        self._relay = notice_pb2_grpc.RelayServiceStub(channel)
        self._post = post
        self._lane = LaneSender(
            database,
            LANE_NOTICES,
            send=self._send,
            settle=_settle,
            give_up=self._give_up,
            bind=lambda row: bind_notice(row.payload["notice_id"]),
            clock=clock,
        )

    async def step(self) -> bool:
        """Send what is due; True when there may be more. Raises Unreachable where nobody answers above."""
        return await self._lane.step()

    async def _send(self, row: OutboxRow) -> None:
        jws = await self._database.run(_signed, row)
        request = notice_pb2.RelayRequest(receipt=jws) if _is_receipt(row) else notice_pb2.RelayRequest(notice=jws)
        await self._relay.Relay(request)

    def _give_up(self, tx: TX, row: OutboxRow, said: Refusal, /, *, now: datetime) -> None:
        """A notice that the tier above will not have goes back to whoever wrote it; a receipt stays here."""
        if _is_receipt(row):
            return
        jws = _signed(tx, row)
        send_back(tx, Notice.read(jws, verify=self._post.verify), jws, said, post=self._post, now=now)


def _is_receipt(row: OutboxRow) -> bool:
    return "stage" in row.payload


def _signed(tx: Noticing, row: OutboxRow) -> str:
    notice_id = row.payload["notice_id"]
    if not _is_receipt(row):
        return tx.notices.get(notice_id).jws
    jws = tx.notices.receipt(notice_id, ReceiptStage(row.payload["stage"]), Office.parse(row.payload["office"]))
    assert jws is not None, "a receipt is kept before it is sent"
    return jws


def _settle(tx: Noticing, row: OutboxRow, /, *, now: datetime) -> None:
    del now
    if not _is_receipt(row):
        tx.notices.advance(row.payload["notice_id"], NoticeState.SENT)
