"""What a province sends up for one day (统计上报), and how the nation adds it.

A hub counts, withholds what is too small to be told, and signs the rest: no record and no count below the threshold
leaves the province. The nation adds what it was told. A cell that some province withheld has a sum that is *at least*
what it says, and says of how many provinces that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from kernel.canonical import digest
from kernel.divisions import EDUCATION_PROVINCES
from kernel.figures.cohorts import Cohort, Retention
from kernel.figures.flows import FlowCell
from kernel.figures.tables import Cell

_FORM = 1  # of the content; a nation that does not know a newer one refuses it by name
# Who reports: every province with a hub of its own, the corps among them. 港澳台 keep their own records.
REPORTING = tuple(sorted(set(EDUCATION_PROVINCES) - {"71", "81", "82"}))
SCHOOL_YEAR_BEGINS = (9, 1)  # month and day; the flows of a report are those of the school year so far


def school_year_of(day: date) -> date:
    """The first day of the school year (学年) that a day lies in."""
    begins = date(day.year, *SCHOOL_YEAR_BEGINS)
    return begins if day >= begins else begins.replace(year=day.year - 1)


@dataclass(frozen=True)
class ClassCounts:
    """Classes of a scope on a day: how many, and how many of them too large."""

    classes: int
    large: int
    huge: int

    def __add__(self, other: ClassCounts) -> ClassCounts:
        return ClassCounts(self.classes + other.classes, self.large + other.large, self.huge + other.huge)


NO_CLASSES = ClassCounts(0, 0, 0)


@dataclass(frozen=True)
class Report:
    """One province on one day.

    Attributes:
        on: the day; counted_at_ms: when it was counted, which tells the later of two reports for one day.
        threshold: the first count that is told.
        cells, flows: pupils; None where withheld. What is not in them counts none.
        flows_from: first day of the flows; the last is ``on``.
        large_from, huge_from: from how many pupils on its classes are too large.
    """

    province: str
    on: date
    counted_at_ms: int
    threshold: int
    cells: Mapping[Cell, int | None]
    flows_from: date
    flows: Mapping[FlowCell, int | None]
    classes: ClassCounts
    large_from: int
    huge_from: int
    retentions: tuple[Retention, ...]

    @property
    def figures_digest(self) -> str:
        """What was counted, whenever that was: the same figures counted again have the same digest."""
        return digest("figures", {**self.to_content(), "at": 0}).hex()

    def to_content(self) -> dict[str, Any]:
        return {
            "form": _FORM,
            "province": self.province,
            "on": self.on.isoformat(),
            "at": self.counted_at_ms,
            "threshold": self.threshold,
            "cells": [[*cell, count] for cell, count in sorted(self.cells.items())],
            "flows_from": self.flows_from.isoformat(),
            "flows": [[*cell, count] for cell, count in sorted(self.flows.items())],
            "classes": [self.classes.classes, self.classes.large, self.classes.huge],
            "large_from": self.large_from,
            "huge_from": self.huge_from,
            "retentions": [
                {
                    "cohort": one.cohort.value,
                    "remaining": one.remaining,
                    "entrants": one.entrants,
                    "entered_on": [day.isoformat() for day in one.entered_on],
                }
                for one in self.retentions
            ],
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError or TypeError where it is not a report of this form."""
        if content["form"] != _FORM:
            raise ValueError(f"form {content['form']}")
        return cls(
            province=content["province"],
            on=date.fromisoformat(content["on"]),
            counted_at_ms=content["at"],
            threshold=content["threshold"],
            cells={Cell(*cell): count for *cell, count in content["cells"]},
            flows_from=date.fromisoformat(content["flows_from"]),
            flows={FlowCell(*cell): count for *cell, count in content["flows"]},
            classes=ClassCounts(*content["classes"]),
            large_from=content["large_from"],
            huge_from=content["huge_from"],
            retentions=tuple(
                Retention(
                    Cohort(one["cohort"]),
                    one["remaining"],
                    one["entrants"],
                    tuple(date.fromisoformat(day) for day in one["entered_on"]),
                )
                for one in content["retentions"]
            ),
        )


@dataclass(frozen=True)
class Added:
    """A sum over provinces: ``pupils`` is what was told, and ``withholding`` how many provinces did not tell."""

    pupils: int
    withholding: int = 0


def add_cells(reports: Iterable[Report]) -> dict[Cell, Added]:
    """The cells of all reports, added."""
    return _added(report.cells for report in reports)


def add_flows(reports: Iterable[Report]) -> dict[FlowCell, Added]:
    """The flows of all reports, added; a transfer between provinces is in two of them, once each way."""
    return _added(report.flows for report in reports)


def add_retentions(reports: Iterable[Report]) -> tuple[Retention, ...]:
    """One of each cohort; where families moved between provinces, the sums are right and the parts were not."""
    added = []
    told = [one for report in reports for one in report.retentions]
    for cohort in Cohort:
        of_cohort = [one for one in told if one.cohort is cohort]
        if of_cohort:
            days = sorted({day for one in of_cohort for day in one.entered_on})
            added.append(
                Retention(
                    cohort,
                    _sum_or_none(one.remaining for one in of_cohort),
                    _sum_or_none(one.entrants for one in of_cohort),
                    tuple(days),
                )
            )
    return tuple(added)


def _sum_or_none(counts: Iterable[int | None]) -> int | None:
    told = list(counts)
    return None if any(count is None for count in told) else sum(count or 0 for count in told)


def _added(tables: Iterable[Mapping[Any, int | None]]) -> dict[Any, Added]:
    pupils: Counter[Any] = Counter()
    withholding: Counter[Any] = Counter()
    for table in tables:
        for cell, count in table.items():
            pupils[cell] += count or 0
            withholding[cell] += count is None
    return {cell: Added(pupils[cell], withholding[cell]) for cell in sorted(pupils)}
