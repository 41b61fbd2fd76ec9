"""The tables of notices, declared once and hung on each tier's metadata."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import UUID


@dataclass(frozen=True)
class NoticeTables:
    notices: Table
    receipts: Table


def notice_tables(metadata: MetaData) -> NoticeTables:
    """Declare ``notices`` and ``notice_receipts``; the tier's migration calls ``migrations_v1.create_notices``."""
    # Those that this office wrote, got, or passed on. What one says is in its signed form and nowhere else.
    notices = Table(
        "notices",
        metadata,
        Column("notice_id", UUID(as_uuid=False), primary_key=True),
        Column("kind", Text, nullable=False),
        Column("from_office", Text, nullable=False),
        Column("to_office", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("subject", Text, nullable=False),
        Column("due_on", Date),
        Column("wants_receipt", Boolean, nullable=False),
        Column("jws", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        CheckConstraint(
            "state IN ('written', 'sent', 'delivered', 'confirmed', 'undeliverable')", name="notices_state"
        ),
    )
    Index("notices_incoming", notices.c.to_office, notices.c.recorded_at, notices.c.notice_id)
    Index("notices_outgoing", notices.c.from_office, notices.c.recorded_at, notices.c.notice_id)
    Index(
        "notices_unconfirmed",
        notices.c.to_office,
        notices.c.due_on,
        notices.c.notice_id,
        postgresql_where=notices.c.wants_receipt & (notices.c.state == "delivered"),
    )
    Index("notices_subject", notices.c.subject, postgresql_where=notices.c.subject != "")
    # No foreign key: where a school changes its authority, a receipt may come back by an office that never saw the
    # notice, and is passed on all the same.
    receipts = Table(
        "notice_receipts",
        metadata,
        Column("notice_id", UUID(as_uuid=False), primary_key=True),
        Column("stage", Text, primary_key=True),
        Column("from_office", Text, primary_key=True),
        Column("jws", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    )
    return NoticeTables(notices=notices, receipts=receipts)
