"""Who came to this school and who left it, as its own cases tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from chassis.sql import Transaction
from kernel.case import CaseState, ItemState
from school_node.store import schema

SETTLED = "settled"  # the line of the timeline that says when


@dataclass(frozen=True)
class Move:
    """A pupil who came or left; ``settled_at``: when the province had done it."""

    arrived: bool
    other_school: str
    number: str
    values: Mapping[str, str]
    settled_at: datetime


class Moves:
    """Read from the ledger."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def known_before(self, moment: datetime) -> bool:
        """Whether this node kept cases already: what was before it, it cannot tell."""
        cases = schema.ledger.cases
        return self._connection.scalar(select(cases.c.case_id).where(cases.c.received_at < moment).limit(1)) is not None

    def between(
        self, school: str, procedures: Sequence[str], *, since: datetime, until: datetime, limit: int
    ) -> list[Move]:
        """Those that were settled from the one moment on and before the other, in the order of their settlement."""
        cases, items, events = schema.ledger.cases, schema.ledger.items, schema.ledger.events
        settled_at = func.min(events.c.at)
        settled: Any = (
            select(events.c.case_id, settled_at.label("at"))
            .where(events.c.step == SETTLED)
            .group_by(events.c.case_id)
            .having(settled_at >= since, settled_at < until)
            .subquery()
        )
        rows = self._connection.execute(
            select(cases.c.school, cases.c.releasing_school, items.c.number, items.c["values"], settled.c.at)
            .join(items, items.c.case_id == cases.c.case_id)
            .join(settled, settled.c.case_id == cases.c.case_id)
            .where(
                cases.c.state == CaseState.CLOSED.value,
                cases.c.procedure.in_(procedures),
                items.c.state == ItemState.DONE.value,
                or_(cases.c.school == school, cases.c.releasing_school == school),
            )
            .order_by(settled.c.at, cases.c.case_id, items.c.position)
            .limit(limit)
        )
        return [
            Move(row.school == school, row.releasing_school if row.school == school else row.school, *row[2:])
            for row in rows
        ]
