"""Cases, students with their numbers and history, the outbox, the feed and the cursors."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.ledger.migrations_v1 import create_ledger
from chassis.sql import migrations_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations_v1.create_outbox(op)
    migrations_v1.create_feed(op)
    migrations_v1.create_cursors(op)
    create_ledger(op)
    _create_students()
    _create_history()


def _create_students() -> None:
    op.create_table(
        "students",
        Column("student_key", UUID, nullable=False),
        Column("number", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("values", JSONB, nullable=False),
        Column("version", Integer, nullable=False),
        Column("custody", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("since_epoch", BigInteger, nullable=False),
        Column("frozen_by", UUID),
        Column("open_case", UUID),
        PrimaryKeyConstraint("student_key", name="students_pkey"),
        CheckConstraint("custody IN ('held', 'frozen', 'gone')", name="students_custody"),
        CheckConstraint("(custody = 'frozen') = (frozen_by IS NOT NULL)", name="students_frozen_by_a_transfer"),
        CheckConstraint("version >= 1 AND since_epoch >= 1 AND epoch >= since_epoch", name="students_counts"),
    )
    op.create_index("students_name", "students", ["name"])
    op.create_index("students_custody_count", "students", ["custody"])
    op.create_table(
        "student_numbers",
        Column("number", Text, nullable=False),
        Column("student_key", UUID, nullable=False),
        Column("position", Integer, nullable=False),
        PrimaryKeyConstraint("number", name="student_numbers_pkey"),
        ForeignKeyConstraint(["student_key"], ["students.student_key"], name="student_numbers_student_key_fkey"),
        UniqueConstraint("student_key", "position", name="student_numbers_order"),
    )


def _create_history() -> None:
    op.create_table(
        "history",
        Column("student_key", UUID, nullable=False),
        Column("since_epoch", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("case_id", UUID, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("step", Text, nullable=False),
        Column("office", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        PrimaryKeyConstraint("student_key", "since_epoch", "version", name="history_pkey"),
        ForeignKeyConstraint(["student_key"], ["students.student_key"], name="history_student_key_fkey"),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'restrict_violation';
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history()"
    )
