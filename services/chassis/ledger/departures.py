"""Pupils who have gone from one school to another, read from the cases by which they did (Art. 15)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from chassis.ledger.tables import LedgerTables
from chassis.sql import Transaction
from kernel.case import CaseState
from kernel.paper_archive import Departure
from kernel.regulation import of_family
from kernel.regulation.transfers import TRANSFER

_MOVING = [row.name for row in of_family(TRANSFER)]
_SETTLED = "settled"


class Departures:
    """Transfers that are done, as a use case sees them."""

    def __init__(self, tx: Transaction, tables: LedgerTables) -> None:
        self._connection = tx.connection
        self._tables = tables

    def find(self, case_id: str) -> Departure | None:
        """The departure by that case; None where it is no transfer, or not done."""
        return next(iter(self._read(case_id=case_id)), None)

    def page(self, schools: Sequence[str], *, after: str, limit: int) -> list[Departure]:
        """Those from or to one of these schools, by the ids of their cases, after that one; empty for the first."""
        return self._read(schools=schools, after=after, limit=limit)

    def _read(
        self, *, case_id: str = "", schools: Sequence[str] = (), after: str = "", limit: int = 1
    ) -> list[Departure]:
        cases, items, events = self._tables.cases.c, self._tables.items.c, self._tables.events.c
        left_at = (
            select(func.max(events.at))
            .where(events.case_id == cases.case_id, events.step == _SETTLED)
            .scalar_subquery()
            .label("left_at")
        )
        query = (
            select(
                cases.case_id, cases.school, cases.releasing_school, cases.filed_at_ms, items["values"], items.number
            )
            .add_columns(left_at)
            .join_from(self._tables.cases, self._tables.items, items.case_id == cases.case_id)
            .where(
                cases.procedure.in_(_MOVING),
                cases.state == CaseState.CLOSED.value,
                cases.items_done > 0,
                *([cases.case_id == case_id] if case_id else []),
                *([or_(cases.releasing_school.in_(schools), cases.school.in_(schools))] if not case_id else []),
                *([cases.case_id > after] if after else []),
            )
            .order_by(cases.case_id)
            .limit(limit)
        )
        return [
            Departure(
                case_id=row.case_id,
                school=row.school,
                releasing_school=row.releasing_school,
                filed_at_ms=row.filed_at_ms,
                name=row[4].get("name", ""),
                number=row.number,
                grade=row[4].get("grade", ""),
                left_at=row.left_at,
            )
            for row in self._connection.execute(query)
        ]
