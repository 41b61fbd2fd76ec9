"""The chassis's tables as version 1 created them. Frozen: a change is a ``migrations_v2``, called by a later migration.

from alembic import op
from chassis.sql import migrations_v1

def upgrade() -> None:
    migrations_v1.create_outbox(op)
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


def create_outbox(op: ModuleType) -> None:
    """``outbox``: see ``chassis.sql.outbox``."""
    op.create_table(
        "outbox",
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
    op.create_index("outbox_open", "outbox", ["lane", "due_at", "id"], postgresql_where=text("done_at IS NULL"))


def create_feed(op: ModuleType) -> None:
    """``feed_heads`` and ``feed_entries``: see ``chassis.sql.feed``."""
    op.create_table(
        "feed_heads",
        Column("audience", Text),
        Column("last_sequence", BigInteger, nullable=False),
        PrimaryKeyConstraint("audience", name="feed_heads_pkey"),
    )
    op.create_table(
        "feed_entries",
        Column("audience", Text),
        Column("sequence", BigInteger),
        Column("kind", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("audience", "sequence", name="feed_entries_pkey"),
    )


def create_cursors(op: ModuleType) -> None:
    """``cursors``: see ``chassis.sql.cursors``."""
    op.create_table(
        "cursors",
        Column("name", Text),
        Column("position", BigInteger, nullable=False),
        PrimaryKeyConstraint("name", name="cursors_pkey"),
    )
