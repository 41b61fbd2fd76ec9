"""One person, many documents over time: each change of the document in force is remembered, and never rewritten."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

revision = "0003"
down_revision = "0002"

_APPENDED_ONLY = """
CREATE FUNCTION document_change_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a change of a document stands' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "document_change",
        Column("item_id", UUID(as_uuid=False)),
        Column("student_key", UUID(as_uuid=False), nullable=False),
        Column("position", Integer, nullable=False),
        Column("before", UUID(as_uuid=False)),
        Column("after", UUID(as_uuid=False)),
        Column("valid_from", Date, nullable=False),
        Column("province", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("item_id", name="document_change_pkey"),
        UniqueConstraint("student_key", "position", name="document_change_order"),
        ForeignKeyConstraint(["student_key"], ["person.student_key"], name="document_change_of_a_person"),
        ForeignKeyConstraint(["before"], ["handle.fingerprint"], name="document_change_before_is_claimed"),
        ForeignKeyConstraint(["after"], ["handle.fingerprint"], name="document_change_after_is_claimed"),
        CheckConstraint("position >= 1", name="document_change_counts"),
        CheckConstraint("before IS DISTINCT FROM after", name="document_change_changes"),
    )
    op.execute(_APPENDED_ONLY)
    op.execute(
        "CREATE TRIGGER document_change_stands BEFORE UPDATE OR DELETE ON document_change"
        " FOR EACH ROW EXECUTE FUNCTION document_change_stands()"
    )
