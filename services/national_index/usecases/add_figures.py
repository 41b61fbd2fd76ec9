"""The nation's figures: what the provinces reported of a day, added; and who did not report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kernel.figures.answers import (
    ClassesAnswer,
    ClassesQuestion,
    Counted,
    FiguresAnswer,
    FiguresQuestion,
    FlowsAnswer,
    FlowsQuestion,
    MissingProvince,
    RetentionAnswer,
    RetentionQuestion,
    Told,
)
from kernel.figures.dimensions import MEMBERS, Dimension
from kernel.figures.report import (
    NO_CLASSES,
    REPORTING,
    Added,
    Report,
    add_cells,
    add_flows,
    add_retentions,
    school_year_of,
)
from kernel.figures.scope import Scope, ScopeKind
from kernel.figures.tables import Breakdown, Cell
from kernel.refusals import BreakdownNotOffered, FiguresNotReported, PeriodNotReported
from national_index.store import IndexTransaction


def add_figures(tx: IndexTransaction, question: FiguresQuestion) -> FiguresAnswer:
    """The table of a day, of the nation or of a province; by province where asked for.

    Raises:
        FiguresNotReported: nobody of the scope has reported the day.
        BreakdownNotOffered: by parts of a province, which stay there.
    """
    breakdown = question.breakdown
    if breakdown.dimension in MEMBERS and breakdown.dimension is not Dimension.PROVINCE:
        raise BreakdownNotOffered(field="by", by="、".join(breakdown.words))
    reports, told = _reports(tx, question.scope, question.on)
    shown = {cell: one for cell, one in add_cells(reports).items() if breakdown.shows(cell)}
    cells: list[tuple[Mapping[str, str], Counted]] = [
        (breakdown.by(cell), _counted(one)) for cell, one in sorted(({breakdown.total: Added(0)} | shown).items())
    ]
    if breakdown.dimension is Dimension.PROVINCE:
        cells += _by_province(reports, breakdown)
    figure = "on_roll" if breakdown.dimension is Dimension.STATUS else "in_school"
    return FiguresAnswer(told, figure, tuple(cells))


def add_flows_of(tx: IndexTransaction, question: FlowsQuestion) -> FlowsAnswer:
    """The flows of the school year so far; a child who moved between provinces left one and came to the other.

    Raises:
        FiguresNotReported: nobody of the scope has reported the last day.
        PeriodNotReported: the period does not begin with the school year.
    """
    begins = school_year_of(question.last)
    if question.first != begins:
        raise PeriodNotReported(field="first", begins=begins.isoformat())
    reports, told = _reports(tx, question.scope, question.last)
    flows = tuple((cell, _counted(one)) for cell, one in add_flows(reports).items())
    return FlowsAnswer(told, question.first, flows)


def add_retentions_of(tx: IndexTransaction, question: RetentionQuestion) -> RetentionAnswer:
    """The rates of the nation, in which who moved between provinces is counted once at each end.

    Raises:
        FiguresNotReported: nobody of the scope has reported the day.
    """
    reports, told = _reports(tx, question.scope, question.on)
    return RetentionAnswer(told, add_retentions(reports))


def add_classes(tx: IndexTransaction, question: ClassesQuestion) -> ClassesAnswer:
    """How many classes, and how many too large; which they are, their province knows.

    Raises:
        FiguresNotReported: nobody of the scope has reported the day.
    """
    reports, told = _reports(tx, question.scope, question.on)
    return ClassesAnswer(
        told,
        sum((report.classes for report in reports), NO_CLASSES),
        large_from=min(report.large_from for report in reports),
        huge_from=min(report.huge_from for report in reports),
    )


def _reports(tx: IndexTransaction, scope: Scope, asked_on: date | None) -> tuple[Sequence[Report], Told]:
    """The reports of a day, the newest that there is where none is named, and what is to be said of them."""
    on = asked_on or tx.figures.newest_day()
    province = scope.code if scope.kind is ScopeKind.PROVINCE else ""
    reports = tx.figures.of(on, province=province) if on is not None else []
    if on is None or not reports:
        raise FiguresNotReported(field="on", on=on.isoformat() if on else "任何一日")
    last_days = tx.figures.last_days()
    there = {report.province for report in reports}
    expected = (province,) if province else REPORTING
    missing = tuple(MissingProvince(one, last_days.get(one)) for one in expected if one not in there)
    known_ms = max(report.counted_at_ms for report in reports)
    return reports, Told(scope, on, known_ms, max(report.threshold for report in reports), missing)


def _by_province(reports: Iterable[Report], breakdown: Breakdown) -> list[tuple[Mapping[str, str], Counted]]:
    levels_of = Breakdown(breakdown.level)
    return [
        ({**levels_of.by(cell), Dimension.PROVINCE.value: report.province}, _told(count))
        for report in reports
        for cell, count in sorted(report.cells.items())
        if _is_total(cell, levels_of)
    ]


def _is_total(cell: Cell, levels: Breakdown) -> bool:
    return levels.shows(cell)


def _told(count: int | None) -> Counted:
    return Counted(0, withheld=True) if count is None else Counted(count)


def _counted(one: Added) -> Counted:
    return Counted(one.pupils, withheld=one.withholding > 0, provinces_withholding=one.withholding)
