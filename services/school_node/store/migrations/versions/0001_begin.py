"""The case ledger, the roll, makers and submissions, the outbox and the cursors."""

from alembic import op
from sqlalchemy import ARRAY, Column, DateTime, Integer, LargeBinary, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.ledger.migrations_v1 import create_ledger
from chassis.sql import migrations_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations_v1.create_outbox(op)
    migrations_v1.create_cursors(op)
    create_ledger(op)
    op.create_table(
        "pupils",
        Column("pupil_id", UUID, nullable=False),
        Column("state", Text, nullable=False),
        Column("identity_digest", LargeBinary, nullable=False),
        Column("values", JSONB, nullable=False),
        Column("number", Text, nullable=False),
        Column("student_key", Text, nullable=False),
        Column("case_id", UUID),
        Column("refusal", JSONB),
        Column("entered_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("pupil_id", name="pupils_pkey"),
    )
    op.create_index(
        "pupils_one_live_line",
        "pupils",
        ["identity_digest"],
        unique=True,
        postgresql_where=text("state NOT IN ('refused', 'left')"),
    )
    op.create_index("pupils_state", "pupils", ["state", "pupil_id"])
    op.create_index("pupils_number", "pupils", ["number"])
    op.create_index("pupils_case", "pupils", ["case_id"])
    op.create_table(
        "makers",
        Column("case_id", UUID, nullable=False),
        Column("person", Text, nullable=False),
        PrimaryKeyConstraint("case_id", name="makers_pkey"),
    )
    op.create_table(
        "submissions",
        Column("request_id", UUID, nullable=False),
        Column("case_ids", ARRAY(UUID), nullable=False),
        Column("pupils", Integer, nullable=False),
        PrimaryKeyConstraint("request_id", name="submissions_pkey"),
    )
