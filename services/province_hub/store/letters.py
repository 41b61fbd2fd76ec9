"""Letters out and in. Both are kept for good: what was acknowledged can be asked for again by a restored peer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.refusals import DigestReused
from province_hub.store.schema import metadata

letters_out_table = Table(
    "letters_out",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("incarnation", BigInteger, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("transfer_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("acknowledged_at", DateTime(timezone=True)),
)

letter_heads_table = Table(
    "letter_heads",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

letters_in_table = Table(
    "letters_in",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("incarnation", BigInteger, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("transfer_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("refusal_code", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)
Index("letters_in_waiting", letters_in_table.c.transfer_id, postgresql_where=letters_in_table.c.state == "waiting")

# One row: what this database has been through.
hub_facts_table = Table(
    "hub_facts",
    metadata,
    Column("row_id", Integer, primary_key=True, autoincrement=False),
    Column("incarnation", BigInteger, nullable=False),
    CheckConstraint("row_id = 1", name="hub_facts_one_row"),
)


class LetterState(StrEnum):
    WAITING = "waiting"  # new, or parked until a transition makes sense of it (R11)
    TAKEN = "taken"
    QUARANTINED = "quarantined"  # a rule refused it; kept with the reason, for a person


@dataclass(frozen=True)
class WaitingLetter:
    sender: str
    incarnation: int
    sequence: int
    jws: str


class Letters:
    """The hub's letters, as use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def incarnation(self) -> int:
        """Grows by one when this hub was restored from a backup; part of every letter's identity."""
        return int(self._connection.scalars(select(hub_facts_table.c.incarnation)).one())

    def next_sequence(self, receiver: str) -> int:
        """The next number for that pair, dense: the head row's lock is held to commit."""
        return int(
            self._connection.scalars(
                upsert(letter_heads_table)
                .values(receiver=receiver, last=1)
                .on_conflict_do_update(index_elements=["receiver"], set_={"last": letter_heads_table.c.last + 1})
                .returning(letter_heads_table.c.last)
            ).one()
        )

    def write(
        self, *, receiver: str, incarnation: int, sequence: int, transfer_id: str, kind: str, jws: str, now: datetime
    ) -> None:
        self._connection.execute(
            letters_out_table.insert().values(
                receiver=receiver,
                incarnation=incarnation,
                sequence=sequence,
                transfer_id=transfer_id,
                kind=kind,
                jws=jws,
                written_at=now,
            )
        )

    def written(self, *, receiver: str, incarnation: int, sequence: int) -> str:
        """The JWS of a letter of ours; a letter that was never written is a bug."""
        row = letters_out_table.c
        return str(
            self._connection.scalars(
                select(row.jws).where(
                    row.receiver == receiver, row.incarnation == incarnation, row.sequence == sequence
                )
            ).one()
        )

    def acknowledged(self, *, receiver: str, incarnation: int, sequence: int, now: datetime) -> None:
        row = letters_out_table.c
        self._connection.execute(
            update(letters_out_table)
            .where(row.receiver == receiver, row.incarnation == incarnation, row.sequence == sequence)
            .values(acknowledged_at=func.coalesce(row.acknowledged_at, now))
        )

    def keep(
        self, *, sender: str, incarnation: int, sequence: int, transfer_id: str, kind: str, jws: str, now: datetime
    ) -> bool:
        """Put a letter in the inbox; False when it is there already (R12).

        Raises:
            DigestReused: the same identity came with another content: an alarm.
        """
        digest = hashlib.sha256(jws.encode()).hexdigest()
        row = letters_in_table.c
        added = self._connection.execute(
            upsert(letters_in_table)
            .values(
                sender=sender,
                incarnation=incarnation,
                sequence=sequence,
                transfer_id=transfer_id,
                kind=kind,
                digest=digest,
                jws=jws,
                state=LetterState.WAITING.value,
                refusal_code="",
                received_at=now,
            )
            .on_conflict_do_nothing()
            .returning(row.sequence)
        ).one_or_none()
        if added is not None:
            return True
        known = self._connection.scalars(
            select(row.digest).where(row.sender == sender, row.incarnation == incarnation, row.sequence == sequence)
        ).one()
        if known != digest:
            raise DigestReused(field="sequence")
        return False

    def waiting(self, transfer_id: str) -> list[WaitingLetter]:
        """Letters about that transfer that were not taken yet, in the order written."""
        row = letters_in_table.c
        found = self._connection.execute(
            select(row.sender, row.incarnation, row.sequence, row.jws)
            .where(row.transfer_id == transfer_id, row.state == LetterState.WAITING.value)
            .order_by(row.sender, row.incarnation, row.sequence)
            .with_for_update()
        )
        return [WaitingLetter(*letter) for letter in found]

    def has_taken_later(self, transfer_id: str, *, kind: str, sender: str, after: tuple[int, int]) -> bool:
        """Whether a letter of that kind about the transfer was taken that the sender wrote after this one."""
        row = letters_in_table.c
        found = self._connection.scalar(
            select(row.sequence)
            .where(
                row.transfer_id == transfer_id,
                row.kind == kind,
                row.sender == sender,
                row.state == LetterState.TAKEN.value,
                tuple_(row.incarnation, row.sequence) > after,
            )
            .limit(1)
        )
        return found is not None

    def waiting_transfers(self, *, limit: int) -> list[str]:
        """Transfers about which letters wait; parked ones are tried again until they make sense."""
        row = letters_in_table.c
        return list(
            self._connection.scalars(
                select(row.transfer_id)
                .where(row.state == LetterState.WAITING.value)
                .group_by(row.transfer_id)
                .order_by(func.min(row.received_at))
                .limit(limit)
            )
        )

    def settle(self, letter: WaitingLetter, state: LetterState, *, refusal_code: str = "") -> None:
        row = letters_in_table.c
        self._connection.execute(
            update(letters_in_table)
            .where(
                row.sender == letter.sender,
                row.incarnation == letter.incarnation,
                row.sequence == letter.sequence,
            )
            .values(state=state.value, refusal_code=refusal_code)
        )
