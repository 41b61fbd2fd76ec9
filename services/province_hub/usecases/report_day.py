"""A day's figures for the nation: counted, withheld, signed, and on their way in one commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kernel.clock import day_of, milliseconds
from kernel.figures.flows import SHOWN, FlowCell, withheld
from kernel.figures.report import Report, school_year_of
from kernel.figures.scope import own_scope
from kernel.refusals import RequestMalformed
from kernel.statement import Sign, StatementKind
from province_hub.store.figure_reports import ReportedDay
from province_hub.store.figures import Day
from province_hub.store.passages import Period
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting, family_of, withheld_from
from province_hub.usecases.get_flows import flows_of
from province_hub.usecases.get_retention import retentions_of
from province_hub.usecases.list_classes import class_counts, thresholds

LANE_FIGURES = "figures"
KIND_FIGURES = "figures"
COUNTING_SECONDS = 600  # how long a statement may take where a whole province is counted and nobody waits


@dataclass(frozen=True)
class Reported:
    """What came of it; ``new`` is False where the same figures were reported before."""

    on: date
    counted_at_ms: int
    new: bool


def yesterday(now: datetime) -> date:
    """The newest day that is over."""
    return day_of(milliseconds(now)) - timedelta(days=1)


def report_once(tx: HubTransaction, *, now: datetime, counting: Counting, sign: Sign) -> Reported | None:
    """Report the day that is over, unless that was done; what the hub does by itself."""
    on = yesterday(now)
    if tx.figure_reports.find(on) is not None:
        return None
    return report_day(tx, on, now=now, counting=counting, sign=sign)


def report_day(tx: HubTransaction, on: date, *, now: datetime, counting: Counting, sign: Sign) -> Reported:
    """Count a day as it is known now, and send it up. The same figures as before are not sent again.

    What it counts must be of one moment: call it by ``Database.transact_at_once``.

    Raises:
        RequestMalformed: the day is not over yet.
        RulePackUnknown: no rules were in force on that day.
    """
    if on > yesterday(now):
        raise RequestMalformed(field="on", why="这一天尚未结束")
    tx.figures.allow_seconds(COUNTING_SECONDS)
    report = _report(tx, on, now_ms=milliseconds(now), counting=counting)
    before = tx.figure_reports.find(on)
    if before is not None and before.figures_digest == report.figures_digest:
        return Reported(on, before.counted_at_ms, new=False)
    tx.figure_reports.put(ReportedDay(on, report.counted_at_ms, report.figures_digest))
    payload = {"kind": KIND_FIGURES, "on": on.isoformat(), "jws": sign(StatementKind.FIGURES, report.to_content())}
    tx.outbox.put(LANE_FIGURES, f"{on}:{report.counted_at_ms}", payload, now=now)
    return Reported(on, report.counted_at_ms, new=True)


def _report(tx: HubTransaction, on: date, *, now_ms: int, counting: Counting) -> Report:
    """What the nation may be told is what the hub's own officer is told: nothing small leaves the province."""
    here, day = counting.here, Day.known_now(on, now_ms)
    scope, threshold = own_scope(here), counting.threshold(here, day.on)
    members = counting.members(scope)
    family = family_of(tx, members, day, counting=counting)
    hidden = withheld_from(tx, here, scope, family, day, counting=counting)
    flows_from = school_year_of(day.on)
    flows, sums = flows_of(tx, members, Period(flows_from, day.on), counting=counting)
    hidden_flows = withheld(flows, sums, threshold=threshold)
    large_from, huge_from = thresholds(counting, day)
    return Report(
        province=here.code,
        on=day.on,
        counted_at_ms=now_ms,
        threshold=threshold,
        cells={cell: None if cell in hidden else count for cell, count in family.counts.items()},
        flows_from=flows_from,
        flows=_told(flows, hidden_flows),
        classes=class_counts(tx, members, day, counting=counting),
        large_from=large_from,
        huge_from=huge_from,
        retentions=retentions_of(tx, scope, on, now_ms=now_ms, asker=here, counting=counting),
    )


def _told(flows: Mapping[FlowCell, int], hidden: Collection[FlowCell]) -> dict[FlowCell, int | None]:
    return {cell: None if cell in hidden else count for cell, count in flows.items() if cell.flow in SHOWN}
