"""The ledger's tables as their first release created them. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID


def create_ledger(op: ModuleType) -> None:
    """``cases``, ``case_items`` and ``case_events``."""
    op.create_table(
        "cases",
        Column("case_id", UUID, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("releasing_school", Text, nullable=False),
        Column("rule_pack", Text, nullable=False),
        Column("filed_at_ms", BigInteger, nullable=False),
        Column("digest", Text, nullable=False),
        Column("evidence", JSONB, nullable=False),
        Column("endorsements", ARRAY(Text), nullable=False),
        Column("state", Text, nullable=False),
        Column("awaited_step", Text, nullable=False),
        Column("awaited_office", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("due_at", DateTime(timezone=True)),
        Column("due_provisional", Boolean, nullable=False),
        Column("shown", JSONB, nullable=False),
        Column("items_total", Integer, nullable=False),
        Column("items_done", Integer, nullable=False),
        Column("items_refused", Integer, nullable=False),
        PrimaryKeyConstraint("case_id", name="cases_pkey"),
    )
    op.create_index("cases_worklist", "cases", ["awaited_office", "due_at", "case_id"])
    op.create_table(
        "case_items",
        Column("case_id", UUID, nullable=False),
        Column("position", Integer, nullable=False),
        Column("item_id", UUID, nullable=False),
        Column("values", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("student_key", Text, nullable=False),
        Column("refusal", JSONB),
        PrimaryKeyConstraint("case_id", "position", name="case_items_pkey"),
        ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="case_items_case_id_fkey"),
        UniqueConstraint("case_id", "item_id", name="case_items_item"),
    )
    op.create_table(
        "case_events",
        Column("event_id", BigInteger, Identity(always=True), nullable=False),
        Column("case_id", UUID, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("step", Text, nullable=False),
        Column("office", Text, nullable=False),
        PrimaryKeyConstraint("event_id", name="case_events_pkey"),
        ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="case_events_case_id_fkey"),
    )
    op.create_index("case_events_case", "case_events", ["case_id", "event_id"])
