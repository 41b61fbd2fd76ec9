"""The tables of the register as their first release created them. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB


def create_register(op: ModuleType) -> None:
    """``school_lives``, ``division_reforms`` and ``register_revision`` with its one row."""
    op.create_table(
        "school_lives",
        Column("code", Text, nullable=False),
        Column("spans", JSONB, nullable=False),
        PrimaryKeyConstraint("code", name="school_lives_pkey"),
    )
    op.create_table(
        "division_reforms",
        Column("on", Date, nullable=False),
        Column("before", Text, nullable=False),
        Column("after", Text, nullable=False),
        PrimaryKeyConstraint("on", "before", name="division_reforms_pkey"),
    )
    op.create_table(
        "register_revision",
        Column("one", Integer, nullable=False, autoincrement=False),
        Column("revision", BigInteger, nullable=False),
        PrimaryKeyConstraint("one", name="register_revision_pkey"),
        CheckConstraint("one = 1", name="register_revision_one_row"),
    )
    op.execute("INSERT INTO register_revision (one, revision) VALUES (1, 0)")
