"""Indexes in the order of a worklist's pages. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import text

_SOONEST_DUE = text("coalesce(due_at, timestamptz '9999-01-01 00:00:00+00')")


def order_worklists(op: ModuleType) -> None:
    """A page of a worklist of any length is read from where the page before it ended."""
    op.drop_index("cases_worklist", "cases")
    op.create_index("cases_worklist", "cases", ["awaited_office", _SOONEST_DUE, "case_id"])
    op.create_index("cases_unsettled", "cases", [_SOONEST_DUE, "case_id"], postgresql_where=text("state <> 'closed'"))
    op.create_index("cases_by_due", "cases", [_SOONEST_DUE, "case_id"])
