"""Schools over time: the register in the database, what is asked for of it, and what a change leaves to be done."""

from alembic import op
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.organisations.migrations_v1 import create_register

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    create_register(op)
    op.create_table(
        "organisation_changes",
        Column("change_id", UUID, nullable=False),
        Column("kind", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("state", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposer", Text, nullable=False),
        Column("jws", Text, nullable=False),
        Column("concerns", ARRAY(Text), nullable=False),
        Column("proposed_ms", BigInteger, nullable=False),
        Column("decided_by", Text, nullable=False),
        Column("decided_ms", BigInteger),
        Column("reason", Text, nullable=False),
        Column("entered_ms", BigInteger),
        Column("moved", Integer, nullable=False),
        Column("lapsed", JSONB),
        PrimaryKeyConstraint("change_id", name="organisation_changes_pkey"),
        CheckConstraint(
            "state IN ('proposed', 'approved', 'in_force', 'refused', 'lapsed')", name="organisation_changes_state"
        ),
        CheckConstraint("(state = 'lapsed') = (lapsed IS NOT NULL)", name="organisation_changes_lapsed"),
    )
    op.create_index(
        "organisation_changes_due",
        "organisation_changes",
        ["effective_on", "decided_ms"],
        postgresql_where=text("state = 'approved'"),
    )
    op.create_table(
        "organisation_work",
        Column("change_id", UUID, nullable=False),
        Column("school", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("placings", JSONB, nullable=False),
        Column("told_to", UUID),
        Column("done", Boolean, nullable=False),
        Column("looked_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("change_id", "school", "kind", name="organisation_work_pkey"),
        ForeignKeyConstraint(
            ["change_id"], ["organisation_changes.change_id"], name="organisation_work_change_id_fkey"
        ),
        CheckConstraint("kind IN ('move', 'tell')", name="organisation_work_kind"),
    )
    op.create_index("organisation_work_school", "organisation_work", ["school"])
    op.create_index("organisation_work_waiting", "organisation_work", ["looked_ms"], postgresql_where=text("NOT done"))
