"""What an office's people ask of its clock: who is late, one by one and office by office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chassis.deadlines.book import OfficeOverdue, OverduePage
from chassis.deadlines.transactions import Timed
from chassis.deadlines.watching import Watch
from kernel.calendar import same_day_after
from kernel.clock import beginning_of, day_of, milliseconds
from kernel.office import Office
from kernel.refusals import RequestMalformed


@dataclass(frozen=True)
class OverdueQuery:
    """``under``: of this office and those below it alone. ``token``: where the page before ended."""

    size: int
    under: Office | None = None
    token: str = ""
    long_overdue: bool = False
    month: str = ""


def list_overdue(tx: Timed, query: OverdueQuery, /, *, now: datetime, watch: Watch) -> OverduePage:
    """Raises RequestMalformed: the page token is none of ours."""
    long_before = watch.long_overdue_since(now) if query.long_overdue else None
    return tx.deadlines.page(under=query.under, long_before=long_before, size=query.size, token=query.token)


def count_overdue(tx: Timed, query: OverdueQuery, /, *, now: datetime, watch: Watch) -> list[OfficeOverdue]:
    """Raises RequestMalformed: there is no such month."""
    first = _first_of(query.month, now)
    month = (beginning_of(first), beginning_of(same_day_after(first, 1)))
    return tx.deadlines.by_office(
        under=query.under, month=month, long_before=watch.long_overdue_since(now), size=query.size, token=query.token
    )


def _first_of(month: str, now: datetime) -> date:
    if not month:
        return day_of(milliseconds(now)).replace(day=1)
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as malformed:
        raise RequestMalformed(field="month", why="没有这个月份") from malformed
