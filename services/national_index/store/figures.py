"""What provinces reported of their days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.figures.report import Report
from national_index.store import schema

_table = schema.figures


class Figures:
    """Reports, the newest of each province and day."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def keep(self, report: Report, jws: str, *, now: datetime) -> str:
        """Keep a report unless a newer one of that day is here; the JWS that stands."""
        row = {
            "province": report.province,
            "on": report.on,
            "counted_at_ms": report.counted_at_ms,
            "content": report.to_content(),
            "jws": jws,
            "received_at": now,
        }
        statement = upsert(_table).values(row)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[_table.c.province, _table.c.on],
                set_={name: statement.excluded[name] for name in row},
                where=_table.c.counted_at_ms < statement.excluded.counted_at_ms,
            )
        )
        stands = self._connection.scalar(
            select(_table.c.jws).where(_table.c.province == report.province, _table.c.on == report.on)
        )
        assert isinstance(stands, str), "just kept, or here before"
        return stands

    def of(self, on: date, *, province: str = "") -> list[Report]:
        """The reports of a day, by province; of one province alone where it is named."""
        query = select(_table.c.content).where(_table.c.on == on).order_by(_table.c.province)
        if province:
            query = query.where(_table.c.province == province)
        return [Report.from_content(content) for content in self._connection.scalars(query)]

    def newest_day(self) -> date | None:
        """The newest day that some province has reported."""
        newest: date | None = self._connection.scalar(select(func.max(_table.c.on)))
        return newest

    def last_days(self) -> dict[str, date]:
        """The last day that each province has reported."""
        last_on = func.max(_table.c.on).label("last_on")
        rows = self._connection.execute(select(_table.c.province, last_on).group_by(_table.c.province))
        return {row.province: row.last_on for row in rows}
