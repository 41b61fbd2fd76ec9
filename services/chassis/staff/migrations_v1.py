"""The table of staff as its first release created it. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def create_staff(op: ModuleType) -> None:
    """``staff_entries``: see ``chassis.staff.tables``."""
    op.create_table(
        "staff_entries",
        Column("entry_id", UUID, nullable=False),
        Column("office", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("content", JSONB, nullable=False),
        PrimaryKeyConstraint("entry_id", name="staff_entries_pkey"),
    )
    op.create_index("staff_entries_person", "staff_entries", ["office", "role", "person"])
