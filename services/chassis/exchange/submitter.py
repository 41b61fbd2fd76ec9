"""Cases that climb, and the word that one is taken back: lane ``up``, sent until the tier above has answered."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Protocol, TypeVar

import grpc

from chassis.evidence.sending import EvidenceSender
from chassis.exchange.lane import LaneSender
from chassis.exchange.wire import case_to_message
from chassis.ledger import Climbing
from chassis.logs import bind_case, get_logger
from chassis.sql import Database, OutboxRow
from kernel.case import Case
from kernel.clock import Clock
from kernel.refusals import Refusal
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

LANE_UP = "up"
_WITHDRAWAL = "withdrawal"  # of a row's payload: the statement by which the school takes the case back

log = get_logger()


TX = TypeVar("TX", bound=Climbing)
TX_contra = TypeVar("TX_contra", bound=Climbing, contravariant=True)


class Refused(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, case: Case, said: Refusal, /, *, now: datetime) -> None: ...


class Submitter(Generic[TX]):
    """Sends the lane ``up``: a row names a case; the case itself is read from the ledger as it stands.

    Args:
        refused: use case run when the upper tier's answer is final: ``refused(tx, case, refusal, now=...)``. The case
            stays with this tier; nothing is lost.
        withdrawal_refused: the same, where what was refused is to take the case back.
    """

    def __init__(
        self,
        database: Database[TX],
        channel: grpc.aio.Channel,
        *,
        clock: Clock,
        refused: Refused[TX],
        withdrawal_refused: Refused[TX],
    ) -> None:
        self._database = database
        self._intake = exchange_pb2_grpc.IntakeServiceStub(channel)
        self._evidence = EvidenceSender(database, channel)
        self._refused = refused
        self._withdrawal_refused = withdrawal_refused
        self._lane = LaneSender(
            database,
            LANE_UP,
            send=self._send,
            give_up=self._give_up,
            bind=lambda row: bind_case(row.payload["case_id"]),
            clock=clock,
        )

    async def step(self) -> bool:
        """Send what is due; True when there may be more. Raises Unreachable where nobody answers above."""
        return await self._lane.step()

    async def _send(self, row: OutboxRow) -> None:
        case: Case = await self._database.run(_load, row.payload["case_id"])
        await self._evidence.send(case)
        # A withdrawal never overtakes its case: what is known above already, Submit answers as before.
        await self._intake.Submit(exchange_pb2.SubmitRequest(case=case_to_message(case)))
        if _WITHDRAWAL in row.payload:
            await self._intake.Withdraw(exchange_pb2.WithdrawRequest(withdrawal=row.payload[_WITHDRAWAL]))
            log.info("withdrawal_submitted")
        else:
            log.info("case_submitted", count=len(case.items))

    def _give_up(self, tx: TX, row: OutboxRow, said: Refusal, /, *, now: datetime) -> None:
        refused = self._withdrawal_refused if _WITHDRAWAL in row.payload else self._refused
        refused(tx, _load(tx, row.payload["case_id"]), said, now=now)


def _load(tx: Climbing, case_id: str) -> Case:
    return tx.cases.get(case_id).case
