"""What the hub remembers of transfers between provinces: both sides' rows, escrows, archives and receipts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, LargeBinary, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from province_hub.domain.transfer.gaining import Gaining, GainingState
from province_hub.domain.transfer.losing import Losing, LosingState
from province_hub.store.schema import metadata

gaining_table = Table(
    "gaining",
    metadata,
    Column("transfer_id", UUID(as_uuid=False), primary_key=True),
    Column("state", Text, nullable=False),
    Column("student_key", Text, nullable=False),
    Column("losing", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("release", Text, nullable=False),
    Column("archive_digest", Text, nullable=False),
    Column("content_key", Text, nullable=False),
    Column("acceptance", Text, nullable=False),
    Column("committed_epoch", BigInteger, nullable=False),
    Column("closing", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

losing_table = Table(
    "losing",
    metadata,
    Column("transfer_id", UUID(as_uuid=False), primary_key=True),
    Column("student_key", Text, nullable=False),
    Column("gaining", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("archive_digest", Text, nullable=False),
    Column("content_key", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

# R6: keyed by transfer, never by student, so that an aborted transfer's archive cannot overwrite a live one's.
archives_table = Table(
    "archives",
    metadata,
    Column("transfer_id", UUID(as_uuid=False), primary_key=True),
    Column("side", Text, CheckConstraint("side IN ('released', 'escrow')", name="archives_side"), primary_key=True),
    Column("digest", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
)

# Kept for good: receipts are the distributed backup of the index.
receipts_table = Table(
    "receipts",
    metadata,
    Column("transfer_id", UUID(as_uuid=False), primary_key=True),
    Column("incarnation", BigInteger, primary_key=True),
    Column("jws", Text, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
)

RELEASED = "released"
ESCROW = "escrow"


@dataclass(frozen=True)
class KeptArchive:
    digest: str
    content: bytes


class Transfers:
    """Transfers between provinces, as use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def gaining(self, transfer_id: str) -> Gaining | None:
        """The row, locked to the end of the transaction."""
        found = self._row(gaining_table, transfer_id)
        return Gaining(**{**found, "state": GainingState(found["state"])}) if found else None

    def losing(self, transfer_id: str) -> Losing | None:
        """The row, locked to the end of the transaction."""
        found = self._row(losing_table, transfer_id)
        return Losing(**{**found, "state": LosingState(found["state"])}) if found else None

    def save_gaining(self, transfer: Gaining, *, now: datetime) -> None:
        self._save(gaining_table, asdict(transfer), now)

    def save_losing(self, transfer: Losing, *, now: datetime) -> None:
        self._save(losing_table, asdict(transfer), now)

    def keep_archive(self, transfer_id: str, side: str, *, digest: str, content: bytes, now: datetime) -> None:
        """Keep an archive's bytes; the same again changes nothing."""
        self._connection.execute(
            upsert(archives_table)
            .values(transfer_id=transfer_id, side=side, digest=digest, content=content, kept_at=now)
            .on_conflict_do_nothing()
        )

    def archive(self, transfer_id: str, side: str) -> KeptArchive | None:
        row = self._connection.execute(
            select(archives_table.c.digest, archives_table.c.content).where(
                archives_table.c.transfer_id == transfer_id, archives_table.c.side == side
            )
        ).one_or_none()
        return KeptArchive(row.digest, row.content) if row else None

    def drop_escrow(self, transfer_id: str) -> None:
        self._connection.execute(
            delete(archives_table).where(archives_table.c.transfer_id == transfer_id, archives_table.c.side == ESCROW)
        )

    def keep_receipt(self, transfer_id: str, *, incarnation: int, jws: str, now: datetime) -> bool:
        """False when a receipt of this or a newer incarnation is known already (R8)."""
        known = self._connection.scalar(
            select(receipts_table.c.incarnation)
            .where(receipts_table.c.transfer_id == transfer_id)
            .order_by(receipts_table.c.incarnation.desc())
            .limit(1)
        )
        if known is not None and known >= incarnation:
            return False
        self._connection.execute(
            upsert(receipts_table)
            .values(transfer_id=transfer_id, incarnation=incarnation, jws=jws, taken_at=now)
            .on_conflict_do_nothing()
        )
        return True

    def has_receipt(self, transfer_id: str) -> bool:
        """Whether the index's word on that transfer was taken here."""
        known = select(receipts_table.c.transfer_id).where(receipts_table.c.transfer_id == transfer_id).limit(1)
        return self._connection.scalar(known) is not None

    def _row(self, table: Table, transfer_id: str) -> dict[str, Any] | None:
        columns = [column for column in table.c if column.name != "changed_at"]
        query = select(*columns).where(table.c.transfer_id == transfer_id).with_for_update()
        found = self._connection.execute(query).mappings().one_or_none()
        return dict(found) if found is not None else None

    def _save(self, table: Table, row: dict[str, Any], now: datetime) -> None:
        row["changed_at"] = now
        self._connection.execute(
            upsert(table).values(row).on_conflict_do_update(constraint=table.primary_key, set_=row)
        )
