"""The table of overdue steps as its first release created it. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Column, DateTime, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID


def create_overdue(op: ModuleType) -> None:
    """``overdue_steps``."""
    op.create_table(
        "overdue_steps",
        Column("case_id", UUID, nullable=False),
        Column("step", Text, nullable=False),
        Column("office", Text, nullable=False),
        Column("authority", Text, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("told_by", Text, nullable=False),
        Column("told_to", ARRAY(Text), nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("case_id", "step", "office", name="overdue_steps_pkey"),
    )
    op.create_index(
        "overdue_steps_open",
        "overdue_steps",
        ["due_at", "case_id", "step", "office"],
        postgresql_where=text("ended_at IS NULL"),
    )
    op.create_index("overdue_steps_of_office", "overdue_steps", ["office", "recorded_at"])
