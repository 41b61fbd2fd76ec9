"""The ledger's tables, declared once and hung on each tier's metadata."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID


@dataclass(frozen=True)
class LedgerTables:
    cases: Table
    items: Table
    events: Table


def soonest_due(cases: Table) -> ColumnElement[datetime]:
    """By what a worklist is sorted: what is due first, and last what is not due. Written out, as its indexes are."""
    never: ColumnElement[datetime] = literal_column("timestamptz '9999-01-01 00:00:00+00'", DateTime(timezone=True))
    return func.coalesce(cases.c.due_at, never)


def ledger_tables(metadata: MetaData) -> LedgerTables:
    """Declare ``cases``, ``case_items`` and ``case_events`` on a tier's metadata."""
    cases = Table(
        "cases",
        metadata,
        Column("case_id", UUID(as_uuid=False), primary_key=True),
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
        Column("waits_for", JSONB),  # what must first be put right, where the case waits for that
        Column("items_total", Integer, nullable=False),
        Column("items_done", Integer, nullable=False),
        Column("items_refused", Integer, nullable=False),
        # Of the awaited step's time (Art. 14): the receipt that it is counted from, and the calendar that counted; null
        # where an office above told the date.
        Column("counted_from", DateTime(timezone=True)),
        Column("calendar_version", Text),
        # Which of ``kernel.alarms`` has rung, and when to look again; null when nothing more will.
        Column("alarm", Integer, nullable=False, server_default="0"),
        Column("alarm_at", DateTime(timezone=True)),
        Column("reminded_at", DateTime(timezone=True)),  # when an office last asked that this step be taken (催办)
    )
    Index("cases_alarm", cases.c.alarm_at, postgresql_where=cases.c.alarm_at.is_not(None))
    Index("cases_provisional", cases.c.case_id, postgresql_where=cases.c.due_provisional)
    # The worklist's three views, each in the order in which its pages are read.
    Index("cases_worklist", cases.c.awaited_office, soonest_due(cases), cases.c.case_id)
    Index("cases_unsettled", soonest_due(cases), cases.c.case_id, postgresql_where=text("state <> 'closed'"))
    Index("cases_by_due", soonest_due(cases), cases.c.case_id)
    items = Table(
        "case_items",
        metadata,
        Column("case_id", UUID(as_uuid=False), ForeignKey("cases.case_id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("item_id", UUID(as_uuid=False), nullable=False),
        Column("values", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("student_key", Text, nullable=False),
        Column("refusal", JSONB),
        Column("about", Text),  # the student number that it is about, where a record stands already
        UniqueConstraint("case_id", "item_id", name="case_items_item"),
    )
    # One open case for a pupil: asked before another is filed.
    Index("case_items_in_work", items.c.about, postgresql_where=items.c.state == "pending")
    events = Table(
        "case_events",
        metadata,
        Column("event_id", BigInteger, Identity(always=True), primary_key=True),
        Column("case_id", UUID(as_uuid=False), ForeignKey("cases.case_id"), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("step", Text, nullable=False),
        Column("office", Text, nullable=False),
    )
    Index("case_events_case", events.c.case_id, events.c.event_id)
    return LedgerTables(cases=cases, items=items, events=events)
