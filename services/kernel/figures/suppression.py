"""Withholding small counts (小数抑制), so that no published sum gives one away.

A count of three boarders of one people in one county is three children. So a count of less than the threshold is
withheld (primary), and with it as many others as it takes (secondary) that nobody can work it out from the totals that
stand beside it.

What is promised. Whoever knows every published number, every sum that ties them together, and that a withheld count is
no zero (zeros are published), still finds at least two tables that agree with all of it, and in which each withheld
count differs. The promise is kept by showing such a table for each withheld count: an integer *move* of the withheld
counts that leaves every sum as it is and every count at one or more. Where none is found, one more count is withheld.
It ends: when nothing but zeros is left, doubling all counts is a move.

What is not promised: that nobody who has other tables, of other days or of a part of the same pupils, learns nothing.
All breakdowns of one scope on one day are therefore withheld together (``kernel.figures.tables``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Generic, NamedTuple, Protocol, TypeVar


class _Key(Hashable, Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Key)

_Move = dict[int, int]
# Almost every coefficient is 1 or -1 and stays an int, which is what makes the elimination quick.
_Row = dict[int, int | Fraction]

# Moves that are tried two at a time, per count without one of its own. More would withhold a little less and take
# much longer; with fewer the promise is kept all the same.
_PAIRS_TRIED_MAX = 200


@dataclass(frozen=True)
class Sum(Generic[K]):
    """A total that is published beside its parts."""

    total: K
    parts: tuple[K, ...]

    @property
    def terms(self) -> tuple[K, ...]:
        return (*self.parts, self.total)


def protect(
    counts: Mapping[K, int], sums: Sequence[Sum[K]], *, threshold: int, already: Collection[K] = ()
) -> frozenset[K]:
    """Which counts to withhold.

    Args:
        counts: pupils by cell; a cell that a sum names and that is not here counts none.
        sums: everything that ties the cells together. threshold: the first count that may be told.
        already: withheld elsewhere, whatever they count.

    Returns:
        The cells to withhold, none of which counts zero.
    """
    assert threshold >= 1, "a threshold of nothing withholds nothing"
    present = {cell: count for cell, count in counts.items() if count}
    assert all(count > 0 for count in present.values()), "counts"
    ties = [
        Sum(one.total, tuple(part for part in one.parts if part in present)) for one in sums if one.total in present
    ]
    for tie in ties:
        assert sum(present[part] for part in tie.parts) == present[tie.total], f"{tie.total} is not its sum"
    withheld = {cell for cell, count in present.items() if count < threshold} | {c for c in already if c in present}
    table = _Table(present, ties)
    while exposed := table.exposed(withheld):
        table.cover(exposed, withheld)
    return frozenset(withheld)


class _Exposed(NamedTuple, Generic[K]):
    """A withheld cell that can be worked out, and the sums (by number) in which to withhold another."""

    cell: K
    ties: tuple[int, ...]


class _Table(Generic[K]):
    """Counts and the sums that tie them, without the zeros: those are published and tie nothing."""

    def __init__(self, counts: Mapping[K, int], ties: Sequence[Sum[K]]) -> None:
        self._counts = counts
        self._ties = ties
        self._ties_of: dict[K, list[int]] = defaultdict(list)
        for number, tie in enumerate(ties):
            for cell in tie.terms:
                self._ties_of[cell].append(number)

    def exposed(self, withheld: set[K]) -> list[_Exposed[K]]:
        """Withheld cells for which no second table was found."""
        single = self._single(withheld)
        if single:
            return single
        exposed: list[K] = []
        for cells, numbers in self._components(withheld):
            if not self._all_hidden(numbers, withheld):  # else doubling all of it is a move
                exposed += self._without_move(cells, numbers)
        return [_Exposed(cell, tuple(self._ties_of[cell])) for cell in sorted(exposed)]

    def cover(self, exposed: Sequence[_Exposed[K]], withheld: set[K]) -> None:
        """Withhold one more for each exposed cell, unless one that was just added stands beside it."""
        added: set[K] = set()
        for one in exposed:
            beside = {term for number in one.ties for term in self._ties[number].terms}
            chosen = None if beside & added else self._companion(one, withheld)
            if chosen is not None:
                withheld.add(chosen)
                added.add(chosen)

    def _single(self, withheld: set[K]) -> list[_Exposed[K]]:
        """Cells that are the only withheld one of a sum: a subtraction tells them."""
        alone = []
        for number, tie in enumerate(self._ties):
            hidden = [cell for cell in tie.terms if cell in withheld]
            if len(hidden) == 1:
                alone.append(_Exposed(hidden[0], (number,)))
        return sorted(alone)

    def _components(self, withheld: set[K]) -> Iterator[tuple[list[K], list[int]]]:
        """Withheld cells that sums tie together, with those sums."""
        left = sorted(withheld)
        seen: set[K] = set()
        for first in left:
            if first in seen:
                continue
            seen.add(first)
            cells, numbers, queue = [first], set[int](), [first]
            while queue:
                for number in self._ties_of[queue.pop()]:
                    if number in numbers:
                        continue
                    numbers.add(number)
                    for term in self._ties[number].terms:
                        if term in withheld and term not in seen:
                            seen.add(term)
                            cells.append(term)
                            queue.append(term)
            yield sorted(cells), sorted(numbers)

    def _all_hidden(self, numbers: Iterable[int], withheld: set[K]) -> bool:
        return all(cell in withheld for number in numbers for cell in self._ties[number].terms)

    def _without_move(self, cells: Sequence[K], numbers: Sequence[int]) -> list[K]:
        place = {cell: index for index, cell in enumerate(cells)}
        room = [self._counts[cell] - 1 for cell in cells]  # how far a count may sink: it is no zero
        rows = [self._row(self._ties[number], place) for number in numbers]
        moves = list(_moves(rows, len(cells)))
        found: set[int] = set()
        for move in moves:
            if _possible(move, room):
                found.update(move)
        for left in sorted(set(range(len(cells))) - found):
            of_left = [move for move in moves if left in move]
            found.update(_paired(left, of_left, moves, room))
        return [cell for index, cell in enumerate(cells) if index not in found]

    def _row(self, tie: Sum[K], place: Mapping[K, int]) -> _Row:
        row: _Row = {place[part]: 1 for part in tie.parts if part in place}
        if tie.total in place:
            row[place[tie.total]] = -1
        return row

    def _companion(self, exposed: _Exposed[K], withheld: set[K]) -> K | None:
        """The published count beside a cell that costs least; else one further off; else none.

        A part rather than a total, then one that leaves fewest sums with a single withheld count, then the smallest.
        """
        known: set[int] = set()
        numbers = list(exposed.ties)
        while numbers:
            known.update(numbers)
            terms = [(term == self._ties[n].total, term) for n in numbers for term in self._ties[n].terms]
            candidates = [
                (is_total, self._left_alone(term, withheld), self._counts[term], term)
                for is_total, term in terms
                if term not in withheld
            ]
            if candidates:
                return min(candidates)[-1]
            numbers = sorted({n for _, term in terms for n in self._ties_of[term]} - known)
        return None

    def _left_alone(self, cell: K, withheld: set[K]) -> int:
        return sum(withheld.isdisjoint(self._ties[number].terms) for number in self._ties_of[cell])


def _possible(move: _Move, room: Sequence[int]) -> bool:
    """Whether the move, or its reverse, leaves every count at one or more."""
    return all(-step <= room[at] for at, step in move.items()) or all(step <= room[at] for at, step in move.items())


def _paired(cell: int, of_cell: Sequence[_Move], moves: Sequence[_Move], room: Sequence[int]) -> set[int]:
    """What a possible sum or difference of two moves moves, if it moves the cell; else nothing."""
    tried = 0
    for first in of_cell:
        for second in moves:
            if first is second or first.keys().isdisjoint(second):
                continue
            for sign in (1, -1):
                both = {at: first.get(at, 0) + sign * second.get(at, 0) for at in first.keys() | second.keys()}
                both = {at: step for at, step in both.items() if step}
                if cell in both and _possible(both, room):
                    return set(both)
            tried += 1
            if tried >= _PAIRS_TRIED_MAX:
                return set()
    return set()


def _moves(rows: Sequence[_Row], cells: int) -> Iterator[_Move]:
    """A basis of the integer moves that leave all sums as they are: the null space of the sums."""
    solved = _solved(rows)
    free: dict[int, _Row] = {at: {at: 1} for at in range(cells) if at not in solved}
    for pivot, row in solved.items():
        for at, value in row.items():
            if at != pivot:
                free[at][pivot] = -value
    for vector in free.values():
        scale_up = lcm(*(value.denominator for value in vector.values()))
        yield {at: int(value * scale_up) for at, value in vector.items()}


def _solved(rows: Sequence[_Row]) -> dict[int, _Row]:
    """The rows by their pivots, each solved for its own and free of all others (Gauss and Jordan)."""
    solved: dict[int, _Row] = {}
    holding: dict[int, set[int]] = defaultdict(set)  # pivots whose row has this cell
    for given in sorted(rows, key=len):
        row = dict(given)
        for pivot in [at for at in row if at in solved]:
            _subtract(row, solved[pivot], row[pivot])
        if not row:
            continue
        pivot = min(row, key=lambda at: (abs(row[at]) != 1, len(holding[at]), at))
        row = _divided(row, row[pivot])
        for other in sorted(holding.pop(pivot, ())):
            before = set(solved[other])
            _subtract(solved[other], row, solved[other][pivot])
            for at in before ^ solved[other].keys():
                holding[at] ^= {other}
        solved[pivot] = row
        for at in row:
            holding[at].add(pivot)
    return solved


def _divided(row: _Row, by: int | Fraction) -> _Row:
    if abs(by) == 1:
        return {at: value * by for at, value in row.items()}
    return {at: Fraction(value) / by for at, value in row.items()}


def _subtract(row: _Row, other: Mapping[int, int | Fraction], factor: int | Fraction) -> None:
    for at, value in other.items():
        left = row.get(at, 0) - factor * value
        if left:
            row[at] = left
        else:
            row.pop(at, None)
