"""Pairs about which both provinces are asked, what they said, and who was found to be whom."""

from alembic import op
from sqlalchemy import Column, Date, DateTime, Integer, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("person", Column("merged_into", UUID(as_uuid=False)))
    op.create_check_constraint("person_is_not_merged_into_itself", "person", "merged_into <> student_key")
    op.add_column("suspicion", Column("adjudication_id", UUID(as_uuid=False)))
    op.create_table(
        "adjudication",
        Column("adjudication_id", UUID(as_uuid=False)),
        Column("first", UUID(as_uuid=False), nullable=False),
        Column("second", UUID(as_uuid=False), nullable=False),
        Column("state", Text, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("adjudication_id", name="adjudication_pkey"),
    )
    is_open = text("state IN ('asked', 'nation')")
    op.create_index("adjudication_open_first", "adjudication", ["first"], postgresql_where=is_open)
    op.create_index("adjudication_open_second", "adjudication", ["second"], postgresql_where=is_open)
    op.create_index("adjudication_due", "adjudication", ["due_on"], postgresql_where=text("state = 'asked'"))
    op.create_table(
        "adjudication_word",
        Column("adjudication_id", UUID(as_uuid=False)),
        Column("revision", Integer, autoincrement=False),
        Column("jws", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("adjudication_id", "revision", name="adjudication_word_pkey"),
    )
