"""The table of those who attend, declared once and hung on the metadata of schools and authorities."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def attending_table(metadata: MetaData) -> Table:
    """Declare ``attending``; the tier's migration calls ``migrations_v1.create_attending``."""
    table = Table(
        "attending",
        metadata,
        Column("student_key", UUID(as_uuid=False), primary_key=True),
        Column("school", Text, primary_key=True),  # where the pupil is
        Column("number", Text, nullable=False),
        Column("until", Text, nullable=False),  # ISO date; empty while it goes on
        Column("content", JSONB, nullable=False),  # kernel.attending.RecordTold
    )
    Index("attending_number", table.c.number)
    return table
