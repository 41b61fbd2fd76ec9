"""The table of staff, the same at every tier but the nation."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def staff_table(metadata: MetaData) -> Table:
    """Declare ``staff_entries`` on a tier's metadata."""
    table = Table(
        "staff_entries",
        metadata,
        Column("entry_id", UUID(as_uuid=False), primary_key=True),
        Column("office", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("content", JSONB, nullable=False),
    )
    Index("staff_entries_person", table.c.office, table.c.role, table.c.person)
    return table
