"""Letters out and in.

Out: a letter's row in lane ``mail`` is due until the other hub's signed acknowledgement, whatever the broker says; the
broker may lose everything it ever stored. In: a letter is verified before it is parsed, committed to the inbox, then
acknowledged to its sender, and only then to the broker.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.keys import Directory, Unsealer, seal
from chassis.logs import bind_case, get_logger
from chassis.mail import Delivery, PostOffice
from chassis.sql import Backoff, Database, OutboxRow
from kernel.clock import Clock, milliseconds
from kernel.refusals import Kind, Refusal
from kernel.statement import StatementKind
from province_hub.domain.transfer.letters import Letter, LetterKind
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import (
    LANE_MAIL,
    Handshake,
    acknowledge,
    receive_letter,
    take_letters,
    waiting_transfers,
)

MAIL_BATCH = 50
MAIL_LEASE = timedelta(seconds=30)
# Sent again and again until the peer has acknowledged it, for ever: 10 s, 20 s, ... 10 min. A broker seldom loses, and
# a peer with a thousand letters before it answers late: what is sent again too early is in its way.
MAIL_BACKOFF = Backoff(first=timedelta(seconds=10), most=timedelta(minutes=10))
AWAITING_ACKNOWLEDGEMENT = "AWAITING_ACKNOWLEDGEMENT"
READING_BATCH = 100

log = get_logger()


@dataclass(frozen=True)
class Mail:
    """This hub's letters over the broker.

    Args:
        unit: random numbers in [0, 1) for the jitter of resending.
    """

    database: Database[HubTransaction]
    post: PostOffice
    directory: Directory
    unsealer: Unsealer
    handshake: Handshake
    clock: Clock
    unit: Callable[[], float] = random.random

    async def send(self) -> bool:
        """Publish letters that are due; True when there may be more."""
        rows = await self.database.run(_claim, now=self.clock.now())
        for row in rows:
            receiver = row.payload["receiver"]
            jws = await self.database.run(_written, row)
            await self.database.run(_resend_later, row, now=self.clock.now(), unit=self.unit())
            # The attempt is part of the broker's id: it must not swallow a resend whose acknowledgement went missing.
            message_id = f"{self.handshake.province}.{row.key}.{row.attempts}"
            await self._publish(jws, receiver=receiver, message_id=message_id)
        return len(rows) == MAIL_BATCH

    async def receive(self, delivery: Delivery) -> None:
        """One delivery: into the inbox, acknowledged to its sender. What can never be read is dropped, loudly."""
        try:
            jws = self.unsealer.open(delivery.sealed)
            letter = Letter.read(jws, verify=self.handshake.verify, receiver=self.handshake.province)
            if letter.kind is LetterKind.ACKNOWLEDGEMENT:
                await self.database.run(acknowledge, letter, now=self.clock.now())
                return
            with bind_case(letter.transfer_id):
                new = await self.database.run(receive_letter, letter, jws, now=self.clock.now())
                log.info("letter_received", kind=letter.kind.value, peer=letter.sender, sequence=letter.sequence)
                if not new:
                    log.info("letter_replayed", peer=letter.sender, sequence=letter.sequence)
        except Refusal as said:
            if said.kind is Kind.UNREACHABLE:
                raise  # our own database: the broker keeps it, and brings it again
            log.error("letter_refused", code=said.code)
            return
        await self._acknowledge(letter)

    async def read(self) -> bool:
        """Take letters that wait in the inbox; a parked one is tried again after every transition (R11)."""
        transfers = await self.database.run(waiting_transfers, limit=READING_BATCH)
        for transfer_id in transfers:
            with bind_case(transfer_id):
                refused = await self.database.run(
                    take_letters, transfer_id, now=self.clock.now(), handshake=self.handshake
                )
                for code in refused:
                    log.error("letter_quarantined", code=code)
        return False

    async def _acknowledge(self, letter: Letter) -> None:
        now = self.clock.now()
        acknowledgement = Letter(
            kind=LetterKind.ACKNOWLEDGEMENT,
            sender=self.handshake.province,
            receiver=letter.sender,
            incarnation=0,
            sequence=0,
            transfer_id="",
            at_ms=milliseconds(now),
            body={"incarnation": letter.incarnation, "sequence": letter.sequence},
        )
        jws = self.handshake.sign(StatementKind.LETTER, acknowledgement.content())
        # Lost on the way, it is written again when the letter comes again.
        message_id = f"{self.handshake.province}.ack.{letter.identity}.{acknowledgement.at_ms}"
        await self._publish(jws, receiver=letter.sender, message_id=message_id)

    async def _publish(self, jws: str, *, receiver: str, message_id: str) -> None:
        sealed = seal(jws, self.directory.province(receiver).sealing_key)
        await self.post.publish(receiver=receiver, message_id=message_id, sealed=sealed)


def _claim(tx: HubTransaction, *, now: datetime) -> list[OutboxRow]:
    return tx.outbox.claim(LANE_MAIL, now=now, limit=MAIL_BATCH, lease=MAIL_LEASE)


def _written(tx: HubTransaction, row: OutboxRow) -> str:
    return tx.letters.written(
        receiver=row.payload["receiver"], incarnation=row.payload["incarnation"], sequence=row.payload["sequence"]
    )


def _resend_later(tx: HubTransaction, row: OutboxRow, *, now: datetime, unit: float) -> None:
    tx.outbox.failed(row.id, now=now, error_code=AWAITING_ACKNOWLEDGEMENT, backoff=MAIL_BACKOFF, random_unit=unit)
