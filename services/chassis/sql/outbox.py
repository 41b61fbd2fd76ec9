"""The outbox: what a transaction decided to send, sent by somebody else after it has committed.

A row stays until the other side has answered, and is kept afterwards with the time of the answer: the key of what was
once sent is never free again. Several processes may send from one lane; each row is with one of them at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.backoff import Backoff
from chassis.sql.transaction import Transaction


def outbox_table(metadata: MetaData) -> Table:
    """Declare ``outbox`` on a tier's metadata; its migration calls ``migrations_v1.create_outbox``."""
    table = Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True)),
        Column("lane", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("in_flight", Boolean, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("error_code", Text),
        Column("done_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("id", name="outbox_pkey"),
        UniqueConstraint("lane", "key", name="outbox_lane_key"),
    )
    # Holds what is open alone: as small after ten million letters as after ten.
    Index("outbox_open", table.c.lane, table.c.due_at, table.c.id, postgresql_where=table.c.done_at.is_(None))
    return table


@dataclass(frozen=True)
class OutboxRow:
    """A row to be sent now.

    Attributes:
        attempts: how often it has been claimed, this time included: 1 at the first.
    """

    id: int
    lane: str
    key: str
    payload: dict[str, Any]
    created_at: datetime
    attempts: int


@dataclass(frozen=True)
class Backlog:
    """What a lane still has to send; ``oldest_created_at`` is None when that is nothing."""

    count: int
    oldest_created_at: datetime | None


class Outbox:
    """The outbox inside one transaction."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._tx = tx
        self._table = table

    def put(self, lane: str, key: str, payload: Mapping[str, Any], *, now: datetime) -> bool:
        """Send this on a lane; wakes ``outbox:<lane>``. False when the key was put before, sent or not."""
        row = {
            "lane": lane,
            "key": key,
            "payload": dict(payload),
            "created_at": now,
            "due_at": now,
            "in_flight": False,
            "attempts": 0,
        }
        added = self._tx.connection.execute(
            upsert(self._table).values(row).on_conflict_do_nothing().returning(self._table.c.id)
        ).one_or_none()
        if added is None:
            return False
        self._tx.wake(f"outbox:{lane}")
        return True

    def claim(self, lane: str, *, now: datetime, limit: int, lease: timedelta) -> list[OutboxRow]:
        """Take rows that are due, the longest due first, for the time of the lease.

        Rows that another process has are skipped; rows of one that crashed come back when their lease is over. Claim in
        a transaction of its own: the rows are sent after its commit.
        """
        assert limit > 0, "a claim of nothing"
        assert lease > timedelta(0), "a lease of no time lets two send at once"
        t = self._table.c
        due = (
            select(t.id, t.due_at)
            .where(t.lane == lane, t.done_at.is_(None), t.due_at <= now)
            .order_by(t.due_at, t.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        rows = self._tx.connection.execute(
            update(self._table)
            .where(t.id == due.c.id)
            .values(due_at=now + lease, in_flight=True, attempts=t.attempts + 1)
            .returning(due.c.due_at.label("was_due_at"), t.id, t.lane, t.key, t.payload, t.created_at, t.attempts)
        ).all()
        # RETURNING promises no order.
        return [
            OutboxRow(row.id, row.lane, row.key, row.payload, row.created_at, row.attempts)
            for row in sorted(rows, key=lambda row: (row.was_due_at, row.id))
        ]

    def done(self, row_id: int, *, now: datetime) -> None:
        """The other side has answered. A second time changes nothing."""
        t = self._table.c
        self._tx.connection.execute(
            update(self._table).where(t.id == row_id, t.done_at.is_(None)).values(done_at=now, in_flight=False)
        )

    def done_by_key(self, lane: str, key: str, *, now: datetime) -> None:
        """As ``done``, for an answer that names what was sent and not the row: a peer's acknowledgement."""
        t = self._table.c
        self._tx.connection.execute(
            update(self._table)
            .where(t.lane == lane, t.key == key, t.done_at.is_(None))
            .values(done_at=now, in_flight=False)
        )

    def failed(self, row_id: int, *, now: datetime, error_code: str, backoff: Backoff, random_unit: float) -> None:
        """It could not be sent: due again after the back-off for its attempts.

        Args:
            error_code: a refusal's code, for the person who looks why it waits. random_unit: from 0 to 1.
        """
        t = self._table.c
        attempts = self._tx.connection.scalar(
            select(t.attempts).where(t.id == row_id, t.done_at.is_(None)).with_for_update()
        )
        if attempts is None:
            return  # answered meanwhile, through another process that had it after our lease
        self._tx.connection.execute(
            update(self._table)
            .where(t.id == row_id)
            .values(
                due_at=now + backoff.delay(max(attempts, 1), random_unit=random_unit),
                in_flight=False,
                error_code=error_code,
            )
        )

    def revive(self, lane: str, key_prefix: str = "") -> int:
        """The other side has been heard from: what waits out a back-off is due now. Returns how many rows.

        Rows that a process has in hand stay with it.
        """
        t = self._table.c
        revived = self._tx.connection.execute(
            update(self._table)
            .where(
                t.lane == lane,
                t.done_at.is_(None),
                ~t.in_flight,
                t.due_at > t.created_at,
                t.key.startswith(key_prefix, autoescape=True),
            )
            .values(due_at=t.created_at)
        ).rowcount
        if revived:
            self._tx.wake(f"outbox:{lane}")
        return revived

    def take_up(self, lane: str) -> int:
        """A process of this office begins: what one that died had in hand is due now, and not when its lease is over.

        A process that lives does what it has in hand as well: every hop may be done twice. Returns how many rows.
        """
        t = self._table.c
        return self._tx.connection.execute(
            update(self._table)
            .where(t.lane == lane, t.done_at.is_(None), t.in_flight)
            .values(due_at=t.created_at, in_flight=False)
        ).rowcount

    def backlog(self, lane: str) -> Backlog:
        """What has not been answered yet, in hand or waiting."""
        t = self._table.c
        count, oldest = self._tx.connection.execute(
            select(func.count(), func.min(t.created_at)).where(t.lane == lane, t.done_at.is_(None))
        ).one()
        return Backlog(count, oldest)
