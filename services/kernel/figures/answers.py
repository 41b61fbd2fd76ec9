"""Questions about figures and their answers, as plain values: the same at a hub and at the nation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kernel.figures.cohorts import Retention
from kernel.figures.flows import FlowCell
from kernel.figures.report import ClassCounts
from kernel.figures.scope import Scope
from kernel.figures.tables import Breakdown


@dataclass(frozen=True)
class FiguresQuestion:
    """How many, and by what; ``on`` is None for the newest day that there is."""

    scope: Scope
    on: date | None
    breakdown: Breakdown


@dataclass(frozen=True)
class FlowsQuestion:
    """Who came and who left, from the first to the last day."""

    scope: Scope
    first: date
    last: date


@dataclass(frozen=True)
class RetentionQuestion:
    scope: Scope
    on: date | None


@dataclass(frozen=True)
class ClassesQuestion:
    """The classes of a scope.

    Attributes:
        at_least: the smallest to list; 0 for those that are too large. after: what the last page ended with.
    """

    scope: Scope
    on: date | None
    at_least: int
    size: int
    after: str = ""


@dataclass(frozen=True)
class Counted:
    """One count as it is told.

    Attributes:
        pupils: what is told; of a sum over provinces that some withheld, at least so many.
        provinces_withholding: how many.
    """

    pupils: int
    withheld: bool = False
    provinces_withholding: int = 0


@dataclass(frozen=True)
class MissingProvince:
    """A province that has not reported the day, and the last one that it did."""

    province: str
    last_on: date | None


@dataclass(frozen=True)
class Told:
    """What every answer says of itself.

    Attributes:
        known_ms: what was known when it was counted. threshold: the first count that is told; 0 where all are.
    """

    scope: Scope
    on: date
    known_ms: int
    threshold: int
    missing: tuple[MissingProvince, ...] = ()


@dataclass(frozen=True)
class FiguresAnswer:
    """The cells of a table, each by the values that tell it from the others (``Breakdown.by``).

    Attributes:
        figure: a key of ``kernel.figures.definitions``. names: of schools among the values, by code.
    """

    told: Told
    figure: str
    cells: tuple[tuple[Mapping[str, str], Counted], ...]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FlowsAnswer:
    told: Told
    first: date
    flows: tuple[tuple[FlowCell, Counted], ...]


@dataclass(frozen=True)
class RetentionAnswer:
    told: Told
    retentions: tuple[Retention, ...]


@dataclass(frozen=True)
class ListedClass:
    school: str
    school_name: str
    grade: str
    school_class: str
    pupils: int


@dataclass(frozen=True)
class ClassesAnswer:
    told: Told
    counts: ClassCounts
    large_from: int
    huge_from: int
    listed: tuple[ListedClass, ...] = ()
    next_token: str = ""
