"""The case ledger, pupils known, the outbox, the feed and the cursors."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import UUID

from chassis.ledger.migrations_v1 import create_ledger
from chassis.sql import migrations_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations_v1.create_outbox(op)
    migrations_v1.create_feed(op)
    migrations_v1.create_cursors(op)
    create_ledger(op)
    op.create_table(
        "known_students",
        Column("student_key", UUID, nullable=False),
        Column("number", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("grade", Text, nullable=False),
        Column("school_class", Text, nullable=False),
        Column("status", Text, nullable=False),
        PrimaryKeyConstraint("student_key", name="known_students_pkey"),
    )
    op.create_index("known_students_number", "known_students", ["number"])
    op.create_index("known_students_name", "known_students", ["name"])
    op.create_index("known_students_class", "known_students", ["school", "grade", "school_class"])
