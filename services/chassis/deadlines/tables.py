"""The table of steps that are or were overdue, declared once and hung on each tier's metadata."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, UUID


def overdue_table(metadata: MetaData) -> Table:
    """Declare ``overdue_steps``; the tier's migration calls ``migrations_v1.create_overdue``."""
    overdue = Table(
        "overdue_steps",
        metadata,
        Column("case_id", UUID(as_uuid=False), primary_key=True),
        Column("step", Text, primary_key=True),
        Column("office", Text, primary_key=True),  # who owes it
        Column("authority", Text, nullable=False),  # code of the authority that it is or is under; empty of a province
        Column("procedure", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("told_by", Text, nullable=False),  # this office, of its own ledger; or the office that told it
        Column("told_to", ARRAY(Text), nullable=False),  # who above has been told, and is to hear when it has ended
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
    )
    Index(
        "overdue_steps_open",
        overdue.c.due_at,
        overdue.c.case_id,
        overdue.c.step,
        overdue.c.office,
        postgresql_where=overdue.c.ended_at.is_(None),
    )
    Index("overdue_steps_of_office", overdue.c.office, overdue.c.recorded_at)
    return overdue
