"""The tables of the register of schools, declared once and hung on each tier's metadata."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Integer, MetaData, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True)
class RegisterTables:
    lives: Table
    reforms: Table
    revision: Table


def register_tables(metadata: MetaData) -> RegisterTables:
    """Declare the three tables; the tier's migration calls ``migrations_v1.create_register``."""
    # What each school code stood for, from when to when, and how it ended (``kernel.organisations.spans.Life``). Nobody
    # asks for a part of it: the whole register is in memory, and this is what it is read from.
    lives = Table(
        "school_lives",
        metadata,
        Column("code", Text, primary_key=True),
        Column("spans", JSONB, nullable=False),
    )
    reforms = Table(
        "division_reforms",
        metadata,
        Column("on", Date, nullable=False),
        Column("before", Text, nullable=False),
        Column("after", Text, nullable=False),
        PrimaryKeyConstraint("on", "before"),
    )
    # One row: how often the two tables above were changed.
    revision = Table(
        "register_revision",
        metadata,
        Column("one", Integer, primary_key=True, autoincrement=False),
        Column("revision", BigInteger, nullable=False),
        CheckConstraint("one = 1", name="register_revision_one_row"),
    )
    return RegisterTables(lives, reforms, revision)
