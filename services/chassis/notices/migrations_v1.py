"""The tables of notices as their first release created them. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import UUID


def create_notices(op: ModuleType) -> None:
    """``notices`` and ``notice_receipts``."""
    op.create_table(
        "notices",
        Column("notice_id", UUID, nullable=False),
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
        PrimaryKeyConstraint("notice_id", name="notices_pkey"),
    )
    op.create_index("notices_incoming", "notices", ["to_office", "recorded_at", "notice_id"])
    op.create_index("notices_outgoing", "notices", ["from_office", "recorded_at", "notice_id"])
    op.create_index(
        "notices_unconfirmed",
        "notices",
        ["to_office", "due_on", "notice_id"],
        postgresql_where=text("wants_receipt AND state = 'delivered'"),
    )
    op.create_index("notices_subject", "notices", ["subject"], postgresql_where=text("subject <> ''"))
    op.create_table(
        "notice_receipts",
        Column("notice_id", UUID, nullable=False),
        Column("stage", Text, nullable=False),
        Column("from_office", Text, nullable=False),
        Column("jws", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("notice_id", "stage", "from_office", name="notice_receipts_pkey"),
    )
