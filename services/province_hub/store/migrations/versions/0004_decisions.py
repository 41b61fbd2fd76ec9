"""Decisions with the pack, articles and parameters by which they fell; cases say what they wait for."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.ledger.migrations_v2 import extend_ledger

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    extend_ledger(op)
    op.create_table(
        "decisions",
        Column("case_id", UUID, nullable=False),
        Column("item_id", UUID, nullable=False),
        Column("step", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("pack", Text, nullable=False),
        Column("clauses", JSONB, nullable=False),
        Column("parameters", JSONB, nullable=False),
        Column("facts", JSONB, nullable=False),
        Column("refusals", JSONB, nullable=False),
        Column("breaches", JSONB, nullable=False),
        PrimaryKeyConstraint("case_id", "item_id", "step", name="decisions_pkey"),
        ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="decisions_case_id_fkey"),
    )
    op.create_index("decisions_breached", "decisions", ["at_ms"], postgresql_where=text("breaches <> '[]'::jsonb"))
