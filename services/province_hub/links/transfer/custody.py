"""Questions to the arbiter: open, commit, close (lane ``index``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc

from chassis.rpc.wire import refusal_from_message
from chassis.sql import Database
from kernel.case import Case
from kernel.clock import Clock
from province_hub.domain.transfer.gaining import Gaining
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import Handshake, take_opening, take_receipt
from xueji.index.v1 import index_pb2, index_pb2_grpc

Handler = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class CustodyLink:
    """Asks the index, and brings its answers into the hub's database.

    An answer that was lost on the way is asked for again: every question is idempotent by the transfer's id, and a
    final outcome is answered with the receipt as first given (R12, R14).
    """

    database: Database[HubTransaction]
    channel: grpc.aio.Channel
    handshake: Handshake
    clock: Clock

    def handlers(self) -> dict[str, Handler]:
        return {"open": self._open, "commit": self._commit, "close": self._close}

    async def _open(self, question: Mapping[str, Any]) -> None:
        transfer_id = question["transfer_id"]
        case = await self.database.run(_case, transfer_id)
        answer = await self._index.Open(
            index_pb2.OpenRequest(transfer_id=transfer_id, number=case.items[0].values["number"], school=case.school)
        )
        await self._take(answer.transfer)

    async def _commit(self, question: Mapping[str, Any]) -> None:
        transfer = await self.database.run(_gaining, question["transfer_id"])
        answer = await self._index.Commit(
            index_pb2.CommitRequest(
                transfer_id=transfer.transfer_id, release=transfer.release, acceptance=transfer.acceptance
            )
        )
        await self._take(answer.transfer)

    async def _close(self, question: Mapping[str, Any]) -> None:
        request = index_pb2.CloseRequest(transfer_id=question["transfer_id"], reason=question["reason"])
        answer = await self._index.Close(request)
        await self._take(answer.transfer)

    async def _take(self, told: index_pb2.TransferState) -> None:
        if told.receipt:
            refused = refusal_from_message(told.refusal) if told.HasField("refusal") else None
            await self.database.run(
                take_receipt, told.receipt, now=self.clock.now(), handshake=self.handshake, refused=refused
            )
        else:
            await self.database.run(
                take_opening,
                told.transfer_id,
                student_key=told.student_key,
                losing=told.custodian,
                epoch=told.epoch,
                now=self.clock.now(),
                handshake=self.handshake,
            )

    @property
    def _index(self) -> index_pb2_grpc.NationalIndexServiceAsyncStub:
        return index_pb2_grpc.NationalIndexServiceStub(self.channel)


def _case(tx: HubTransaction, transfer_id: str) -> Case:
    return tx.cases.get(transfer_id).case


def _gaining(tx: HubTransaction, transfer_id: str) -> Gaining:
    transfer = tx.transfers.gaining(transfer_id)
    assert transfer is not None, "asked to commit a transfer that this hub began"
    return transfer
