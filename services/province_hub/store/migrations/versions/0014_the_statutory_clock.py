"""Alarms and reminders of cases, the steps that are or were overdue, and archives handed over at a term's end."""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, ForeignKeyConstraint, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import UUID

from chassis.deadlines.migrations_v1 import create_overdue
from chassis.ledger.migrations_v3 import add_clock

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    add_clock(op)
    create_overdue(op)
    op.create_table(
        "handovers",
        Column("student_key", UUID, nullable=False),
        Column("dropped_on", Date, nullable=False),
        Column("term", Text, nullable=False),
        Column("authority", Text, nullable=False),
        Column("county", Text, nullable=False),
        Column("archive_digest", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("student_key", "dropped_on", name="handovers_pkey"),
        ForeignKeyConstraint(["student_key"], ["students.student_key"], name="handovers_student_key_fkey"),
    )
    op.create_index(
        "students_dropped_out", "students", ["student_key"], postgresql_where=text("status = 'dropped_out'")
    )
