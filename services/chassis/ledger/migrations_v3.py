"""What the ledger was given for the statutory clock. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Column, DateTime, Integer, Text, text


def add_clock(op: ModuleType) -> None:
    """Alarms and reminders of the awaited step; what is open already is looked at once."""
    op.add_column("cases", Column("counted_from", DateTime(timezone=True)))
    op.add_column("cases", Column("calendar_version", Text))
    op.add_column("cases", Column("alarm", Integer, nullable=False, server_default="0"))
    op.add_column("cases", Column("alarm_at", DateTime(timezone=True)))
    op.add_column("cases", Column("reminded_at", DateTime(timezone=True)))
    op.execute("UPDATE cases SET alarm_at = 'epoch' WHERE state = 'open' AND due_at IS NOT NULL")
    op.create_index("cases_alarm", "cases", ["alarm_at"], postgresql_where=text("alarm_at IS NOT NULL"))
    op.create_index("cases_provisional", "cases", ["case_id"], postgresql_where=text("due_provisional"))
