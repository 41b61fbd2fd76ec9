"""What the ledger was given for the whole table of procedures. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Column, Text, text
from sqlalchemy.dialects.postgresql import JSONB


def extend_ledger(op: ModuleType) -> None:
    """Cases say what they wait for; items, which record they are about."""
    op.add_column("cases", Column("waits_for", JSONB))
    op.add_column("case_items", Column("about", Text))
    op.execute("UPDATE case_items SET about = values ->> 'number' WHERE values ? 'number'")
    op.create_index("case_items_in_work", "case_items", ["about"], postgresql_where=text("state = 'pending'"))
