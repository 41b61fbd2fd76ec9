"""Transfers between provinces: both sides' rows, archives, receipts, letters, and what this database went through."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_sides()
    _create_papers()
    _create_letters()
    op.create_table(
        "hub_facts",
        Column("row_id", Integer, nullable=False, autoincrement=False),
        Column("incarnation", BigInteger, nullable=False),
        CheckConstraint("row_id = 1", name="hub_facts_one_row"),
        PrimaryKeyConstraint("row_id", name="hub_facts_pkey"),
    )
    op.execute("INSERT INTO hub_facts (row_id, incarnation) VALUES (1, 1)")


def _create_sides() -> None:
    op.create_table(
        "gaining",
        Column("transfer_id", UUID, nullable=False),
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
        PrimaryKeyConstraint("transfer_id", name="gaining_pkey"),
    )
    op.create_table(
        "losing",
        Column("transfer_id", UUID, nullable=False),
        Column("student_key", Text, nullable=False),
        Column("gaining", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("release", Text, nullable=False),
        Column("archive_digest", Text, nullable=False),
        Column("content_key", Text, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("transfer_id", name="losing_pkey"),
    )


def _create_papers() -> None:
    op.create_table(
        "archives",
        Column("transfer_id", UUID, nullable=False),
        Column("side", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("kept_at", DateTime(timezone=True), nullable=False),
        CheckConstraint("side IN ('released', 'escrow')", name="archives_side"),
        PrimaryKeyConstraint("transfer_id", "side", name="archives_pkey"),
    )
    op.create_table(
        "receipts",
        Column("transfer_id", UUID, nullable=False),
        Column("incarnation", BigInteger, nullable=False),
        Column("jws", Text, nullable=False),
        Column("taken_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("transfer_id", "incarnation", name="receipts_pkey"),
    )


def _create_letters() -> None:
    op.create_table(
        "letters_out",
        Column("receiver", Text, nullable=False),
        Column("incarnation", BigInteger, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("transfer_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("jws", Text, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False),
        Column("acknowledged_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("receiver", "incarnation", "sequence", name="letters_out_pkey"),
    )
    op.create_table(
        "letter_heads",
        Column("receiver", Text, nullable=False),
        Column("last", BigInteger, nullable=False),
        PrimaryKeyConstraint("receiver", name="letter_heads_pkey"),
    )
    op.create_table(
        "letters_in",
        Column("sender", Text, nullable=False),
        Column("incarnation", BigInteger, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("transfer_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("jws", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("refusal_code", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("sender", "incarnation", "sequence", name="letters_in_pkey"),
    )
    op.create_index("letters_in_waiting", "letters_in", ["transfer_id"], postgresql_where=text("state = 'waiting'"))
