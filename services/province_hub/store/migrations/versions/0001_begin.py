"""Cases, students with their numbers and history, the outbox, the feed and the cursors."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from chassis.sql import migrations_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations_v1.create_outbox(op)
    migrations_v1.create_feed(op)
    migrations_v1.create_cursors(op)
    _create_ledger()
    _create_students()
    _create_history()


def _create_ledger() -> None:
    op.create_table(
        "cases",
        Column("case_id", UUID, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("releasing_school", Text, nullable=False),
        Column("rule_pack", Text, nullable=False),
        Column("filed_at_ms", BigInteger, nullable=False),
        Column("digest", Text, nullable=False),
        Column("evidence", JSONB, nullable=False),
        Column("endorsements", ARRAY(Text), nullable=False),
        Column("state", Text, nullable=False),
        Column("awaited_step", Text, nullable=False),
        Column("awaited_office", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("due_at", DateTime(timezone=True)),
        Column("due_provisional", Boolean, nullable=False),
        Column("shown", JSONB, nullable=False),
        Column("items_total", Integer, nullable=False),
        Column("items_done", Integer, nullable=False),
        Column("items_refused", Integer, nullable=False),
        PrimaryKeyConstraint("case_id", name="cases_pkey"),
    )
    op.create_index("cases_worklist", "cases", ["awaited_office", "due_at", "case_id"])
    op.create_table(
        "case_items",
        Column("case_id", UUID, nullable=False),
        Column("position", Integer, nullable=False),
        Column("item_id", UUID, nullable=False),
        Column("values", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("student_key", Text, nullable=False),
        Column("refusal", JSONB),
        PrimaryKeyConstraint("case_id", "position", name="case_items_pkey"),
        ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="case_items_case_id_fkey"),
        UniqueConstraint("case_id", "item_id", name="case_items_item"),
    )
    op.create_table(
        "case_events",
        Column("event_id", BigInteger, Identity(always=True), nullable=False),
        Column("case_id", UUID, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("step", Text, nullable=False),
        Column("office", Text, nullable=False),
        PrimaryKeyConstraint("event_id", name="case_events_pkey"),
        ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="case_events_case_id_fkey"),
    )
    op.create_index("case_events_case", "case_events", ["case_id", "event_id"])


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
