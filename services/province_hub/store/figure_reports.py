"""Which days were reported to the nation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from province_hub.store import schema


@dataclass(frozen=True)
class ReportedDay:
    """The last report of a day: when its figures were counted, and the digest of them."""

    on: date
    counted_at_ms: int
    figures_digest: str


class FigureReports:
    """The days as a use case sees them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def find(self, on: date) -> ReportedDay | None:
        table = schema.figure_reports
        row = self._connection.execute(select(table).where(table.c.on == on)).one_or_none()
        return None if row is None else ReportedDay(row.on, row.counted_at_ms, row.figures_digest)

    def put(self, day: ReportedDay) -> None:
        """The day's newest report; an older one, of a process that was slower, changes nothing."""
        table = schema.figure_reports
        statement = upsert(table).values(on=day.on, counted_at_ms=day.counted_at_ms, figures_digest=day.figures_digest)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[table.c.on],
                set_={name: statement.excluded[name] for name in ("counted_at_ms", "figures_digest")},
                where=table.c.counted_at_ms < statement.excluded.counted_at_ms,
            )
        )
