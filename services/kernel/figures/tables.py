"""Counts by level and dimension, the sums that tie them, and the breakdowns that are offered.

All breakdowns of one scope on one day are one family of tables with common totals:

    level          all pupils  >  stages  >  grades
    each level  =  the sum over the values of each dimension   (男 + 女 + 未填 = 合计)
    on the roll =  the sum over the statuses, of which 在读 are the pupils in school

so that they can be withheld together: who asks by sex today and by boarding tomorrow learns no more than who asks both
at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kernel.figures.dimensions import (
    ALL,
    BY_STAGE_ONLY,
    MEMBERS,
    OF_THE_RECORD,
    UNKNOWN,
    Dimension,
    level_of,
    value_of,
)
from kernel.figures.suppression import Sum, protect
from kernel.refusals import BreakdownNotOffered
from kernel.status import StudentStatus

IN_SCHOOL = ""  # the cell of a level without a dimension: 在校生
ON_ROLL = "on_roll"  # 在籍学生, in school or not


class Cell(NamedTuple):
    """One count of a family.

    Attributes:
        level: ``*`` for all, a stage's digit, or a grade's code; ``0`` and ``000`` where the grade is not known.
        dimension: of the value; empty for the level's own total, ``on_roll`` for the total of the statuses.
    """

    level: str
    dimension: str
    value: str


TOTAL = Cell(ALL, IN_SCHOOL, "")
_UNKNOWN_STAGE, _UNKNOWN_GRADE = "0", "000"


@dataclass(frozen=True)
class Tallied:
    """One group that a database counted.

    Attributes:
        grade: the placement's grade code. dimension: None for the pupils in school themselves.
        told: what the record says, as ``kernel.figures.dimensions.SOURCES`` lists it; a status; a member's code.
    """

    grade: str
    dimension: Dimension | None
    told: tuple[str, ...]
    pupils: int


@dataclass(frozen=True)
class Breakdown:
    """A way of asking: by nothing, by stage or grade, by one other dimension, or by both."""

    level: Dimension | None = None
    dimension: Dimension | None = None

    @classmethod
    def of(cls, words: Sequence[str]) -> Breakdown:
        """The breakdown that these words name, in any order.

        Raises:
            BreakdownNotOffered: a word is none, or they do not go together.
        """
        try:
            asked = [Dimension(word) for word in words]
        except ValueError:
            raise BreakdownNotOffered(field="by", by="、".join(words)[:80]) from None
        levels = [one for one in asked if one in (Dimension.STAGE, Dimension.GRADE)]
        others = [one for one in asked if one not in levels]
        level, other = (*levels, None)[0], (*others, None)[0]
        by_many = level is Dimension.GRADE and other in BY_STAGE_ONLY
        if len(levels) > 1 or len(others) > 1 or by_many:
            raise BreakdownNotOffered(field="by", by="、".join(words)[:80])
        return cls(level, other)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(one.value for one in (self.level, self.dimension) if one is not None)

    @property
    def total(self) -> Cell:
        """The grand total of the table."""
        return Cell(ALL, ON_ROLL if self.dimension is Dimension.STATUS else IN_SCHOOL, "")

    def shows(self, cell: Cell) -> bool:
        """Whether a cell belongs to the table: its own cells and their totals."""
        stands_for = {ALL: 0, **dict.fromkeys("01234", 1)}.get(cell.level, 2)
        deepest = {None: 0, Dimension.STAGE: 1, Dimension.GRADE: 2}[self.level]
        return stands_for <= deepest and cell.dimension in {self.total.dimension, self.dimension or IN_SCHOOL}

    def by(self, cell: Cell) -> dict[str, str]:
        """The values that tell the cell of the table from the others; a total lacks what it sums over."""
        told: dict[str, str] = {}
        if cell.level != ALL:
            stage, grade = _as_told(cell.level)
            told = {"grade": grade} if grade is not None else {"stage": stage}
        if cell.dimension not in {IN_SCHOOL, ON_ROLL}:
            told[cell.dimension] = cell.value
        return told


@dataclass(frozen=True)
class Family:
    """All counts of a scope on a day, and what ties them. ``zeros`` are not in it: a missing cell counts none."""

    counts: Mapping[Cell, int]
    sums: tuple[Sum[Cell], ...]

    @classmethod
    def of(cls, tallied: Iterable[Tallied]) -> Family:
        counts = _counted(tallied)
        return cls(counts, tuple(_sums(counts)))

    def withheld(self, *, threshold: int) -> frozenset[Cell]:
        """What may not be told above the school.

        Totals first, then each record's dimensions with them, then the members: so the same totals are withheld
        whichever table is asked for.
        """
        withheld: frozenset[Cell] = frozenset()
        for dimensions in ((), (*OF_THE_RECORD, Dimension.STATUS), MEMBERS):
            inside = {IN_SCHOOL, *dimensions} | ({ON_ROLL} if Dimension.STATUS in dimensions else set())
            counts = {cell: count for cell, count in self.counts.items() if cell.dimension in inside}
            sums = [one for one in self.sums if all(term.dimension in inside for term in one.terms)]
            withheld |= protect(counts, sums, threshold=threshold, already=withheld & counts.keys())
        return withheld

    def table(self, breakdown: Breakdown) -> list[tuple[Cell, int]]:
        """The table's cells in the order of levels and values, with the grand total, also where it counts none."""
        shown = {cell: count for cell, count in self.counts.items() if breakdown.shows(cell)}
        return sorted(({breakdown.total: 0} | shown).items())


def _counted(tallied: Iterable[Tallied]) -> dict[Cell, int]:
    counts: Counter[Cell] = Counter()
    for group in tallied:
        dimension, value = _named(group)
        for level in _levels(group.grade, stages_only=group.dimension in BY_STAGE_ONLY):
            counts[Cell(level, dimension, value)] += group.pupils
            if group.dimension is Dimension.STATUS:
                counts[Cell(level, ON_ROLL, "")] += group.pupils
    return {cell: count for cell, count in sorted(counts.items()) if count}


def _named(group: Tallied) -> tuple[str, str]:
    if group.dimension is None:
        return IN_SCHOOL, ""
    if group.dimension in OF_THE_RECORD:
        return group.dimension.value, value_of(group.dimension, group.told)
    return group.dimension.value, group.told[0]


def _levels(grade_told: str, *, stages_only: bool) -> tuple[str, ...]:
    stage, grade = level_of(grade_told)
    levels = (ALL, stage or _UNKNOWN_STAGE)
    return levels if stages_only else (*levels, grade or _UNKNOWN_GRADE)


def _as_told(level: str) -> tuple[str, str | None]:
    """A level as stage and grade, ``UNKNOWN`` where it stands for that."""
    if len(level) == 1:
        return (UNKNOWN if level == _UNKNOWN_STAGE else level), None
    return level[0], UNKNOWN if level == _UNKNOWN_GRADE else level


def _sums(counts: Mapping[Cell, int]) -> Iterable[Sum[Cell]]:
    below: dict[Cell, list[Cell]] = defaultdict(list)  # over levels, of one dimension and value
    across: dict[Cell, list[Cell]] = defaultdict(list)  # over the values of one dimension, at one level
    for cell in counts:
        if cell.level != ALL:
            below[cell._replace(level=ALL if len(cell.level) == 1 else cell.level[0])].append(cell)
        if cell.dimension not in {IN_SCHOOL, ON_ROLL}:
            total = ON_ROLL if cell.dimension == Dimension.STATUS else IN_SCHOOL
            across[Cell(cell.level, total, cell.dimension)].append(cell)
    for above, parts in below.items():
        yield Sum(above, tuple(parts))
    for key, parts in across.items():
        yield Sum(key._replace(value=""), tuple(parts))
    yield from _same(counts)


def _same(counts: Mapping[Cell, int]) -> Iterable[Sum[Cell]]:
    """What is counted under two names: 在读 and in school; 汉族, and the peoples together, in both tables of 民族."""
    for level in sorted({cell.level for cell in counts}):
        in_school = Cell(level, IN_SCHOOL, "")
        enrolled = Cell(level, Dimension.STATUS.value, StudentStatus.ENROLLED.value)
        if in_school in counts and enrolled in counts:
            yield Sum(in_school, (enrolled,))
        peoples: dict[str, list[Cell]] = defaultdict(list)
        for cell in counts:
            if cell.level == level and cell.dimension == Dimension.ETHNICITY:
                kind = value_of(Dimension.MINORITY, (cell.value,))
                peoples[kind].append(cell)
        for kind, parts in peoples.items():
            yield Sum(Cell(level, Dimension.MINORITY.value, kind), tuple(parts))
