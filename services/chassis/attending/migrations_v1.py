"""The table of those who attend as its first release created it. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def create_attending(op: ModuleType) -> None:
    """``attending``."""
    op.create_table(
        "attending",
        Column("student_key", UUID, nullable=False),
        Column("school", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("until", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        PrimaryKeyConstraint("student_key", "school", name="attending_pkey"),
    )
    op.create_index("attending_number", "attending", ["number"])
