"""Whoever adds and subtracts every published number learns no withheld one: tried here by trying every table."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.figures.suppression import Sum, protect

THRESHOLD = 3
Cell = tuple[str, str]


def two_ways(rows: Sequence[Sequence[int]]) -> tuple[dict[Cell, int], list[Sum[Cell]]]:
    """A table with its margins: every row and column has its sum, and so have the margins."""
    counts = {(f"r{r}", f"c{c}"): count for r, row in enumerate(rows) for c, count in enumerate(row)}
    columns = range(len(rows[0]))
    sums: list[Sum[Cell]] = []
    for r in range(len(rows)):
        sums.append(Sum((f"r{r}", "all"), tuple((f"r{r}", f"c{c}") for c in columns)))
    for c in [*(f"c{c}" for c in columns), "all"]:
        sums.append(Sum(("all", c), tuple((f"r{r}", c) for r in range(len(rows)))))
    sums.append(Sum(("all", "all"), tuple(("all", f"c{c}") for c in columns)))
    return _with_totals(counts, sums), sums


def in_levels(grades: Sequence[Sequence[int]]) -> tuple[dict[Cell, int], list[Sum[Cell]]]:
    """Two stages of two grades, each grade by one dimension: levels and values are tied crosswise."""
    counts = {(f"g{g}", f"v{v}"): count for g, row in enumerate(grades) for v, count in enumerate(row)}
    values = [*(f"v{v}" for v in range(len(grades[0]))), "all"]
    sums: list[Sum[Cell]] = [
        Sum((f"g{g}", "all"), tuple((f"g{g}", v) for v in values[:-1])) for g in range(len(grades))
    ]
    for v in values:
        sums.append(Sum(("s0", v), (("g0", v), ("g1", v))))
        sums.append(Sum(("s1", v), tuple((f"g{g}", v) for g in range(2, len(grades)))))
        sums.append(Sum(("all", v), (("s0", v), ("s1", v))))
    sums += [Sum((level, "all"), tuple((level, v) for v in values[:-1])) for level in ("s0", "s1", "all")]
    return _with_totals(counts, sums), sums


def _with_totals(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]]) -> dict[Cell, int]:
    whole = dict(counts)
    for one in sums:
        whole.setdefault(one.total, sum(whole[part] for part in one.parts))
    return whole


def given_away(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], withheld: frozenset[Cell]) -> list[Cell]:
    """The withheld cells that are the same in every table of positive numbers with the published totals."""
    leaves_of = _leaves(counts, sums)
    return [cell for cell in sorted(withheld) if not _may_differ(cell, counts, leaves_of, withheld)]


def _leaves(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]]) -> dict[Cell, frozenset[Cell]]:
    """Of which cells at the bottom each cell is the sum."""
    parts_of = {one.total: one.parts for one in sums}

    def leaves(cell: Cell) -> frozenset[Cell]:
        parts = parts_of.get(cell)
        return frozenset({cell}) if parts is None else frozenset().union(*map(leaves, parts))

    return {cell: leaves(cell) for cell in counts}


def _may_differ(
    wanted: Cell, counts: Mapping[Cell, int], leaves_of: Mapping[Cell, frozenset[Cell]], withheld: frozenset[Cell]
) -> bool:
    hidden = frozenset(cell for cell in withheld if leaves_of[cell] == {cell})
    published = [cell for cell, leaves in leaves_of.items() if cell not in withheld and len(leaves) > 1]
    ties = [(leaves_of[cell] & hidden, sum(counts[leaf] for leaf in leaves_of[cell] & hidden)) for cell in published]
    of_wanted = leaves_of[wanted] & hidden
    largest = max(counts.values()) + 2

    def found(table: dict[Cell, int]) -> bool:
        """Whether the choices so far can be made whole with another sum for the wanted cell; nearest values first."""
        open_ties = []
        for leaves, value in ties:
            free = leaves - table.keys()
            left = value - sum(table[leaf] for leaf in leaves & table.keys())
            if left < len(free) or (not free and left):
                return False
            if free:
                open_ties.append((free, left))
        if of_wanted <= table.keys() and all(table[leaf] == counts[leaf] for leaf in of_wanted):
            return False
        order = sorted(of_wanted - table.keys()) or sorted(hidden - table.keys())
        if not order:
            return sum(table[leaf] for leaf in of_wanted) != sum(counts[leaf] for leaf in of_wanted)
        leaf = order[0]
        most = min([left - len(free) + 1 for free, left in open_ties if leaf in free], default=largest)
        values = sorted(range(1, most + 1), key=lambda value: abs(value - counts[leaf]))
        return any(found({**table, leaf: value}) for value in values)

    return found({})


small = st.integers(0, 5)


@settings(max_examples=150, deadline=None)
@example([[1, 1], [1, 9]])
@example([[1, 1, 4], [0, 0, 5]])
@example([[2, 0], [0, 2]])
@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=2, max_size=2))
def test_no_withheld_cell_can_be_derived_from_published_sums(rows: list[list[int]]) -> None:
    counts, sums = two_ways(rows)
    withheld = protect(counts, sums, threshold=THRESHOLD)
    assert {cell for cell, count in counts.items() if 0 < count < THRESHOLD} <= withheld
    assert all(counts[cell] for cell in withheld)
    assert given_away(counts, sums, withheld) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(small, min_size=2, max_size=2), min_size=3, max_size=4))
def test_nor_where_levels_are_tied_as_well(grades: list[list[int]]) -> None:
    counts, sums = in_levels(grades)
    withheld = protect(counts, sums, threshold=THRESHOLD)
    assert given_away(counts, sums, withheld) == []


def test_the_attack_finds_what_is_withheld_too_little() -> None:
    """A test of the test: one cell of a row is a subtraction."""
    counts, sums = two_ways([[1, 8], [7, 9]])
    assert given_away(counts, sums, frozenset({("r0", "c0")})) == [("r0", "c0")]
    assert given_away(counts, sums, frozenset(itertools.product(("r0", "r1"), ("c0", "c1")))) == []


@pytest.mark.parametrize("rows", [[[10, 20], [30, 40]], [[0, 0], [0, 50]]])
def test_where_nothing_is_small_nothing_is_withheld(rows: list[list[int]]) -> None:
    counts, sums = two_ways(rows)
    assert protect(counts, sums, threshold=10) == frozenset()


def test_no_more_than_it_takes_is_withheld() -> None:
    counts, sums = two_ways([[3, 40, 50], [60, 70, 80], [90, 91, 92]])
    withheld = protect(counts, sums, threshold=10)
    assert len(withheld) == 4
    assert not any("all" in cell for cell in withheld)


def test_two_that_are_one_each_do_not_protect_each_other() -> None:
    """1 + 1: who knows that neither is none knows both."""
    counts, sums = two_ways([[1, 1, 30], [40, 50, 60]])
    withheld = protect(counts, sums, threshold=10)
    assert ("r0", "c2") in withheld


def test_what_is_withheld_elsewhere_stays_withheld() -> None:
    counts, sums = two_ways([[30, 40], [50, 60]])
    withheld = protect(counts, sums, threshold=10, already={("r0", "all")})
    assert ("r0", "all") in withheld
    assert given_away(counts, sums, withheld) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=4, max_size=4))
def test_the_same_table_is_withheld_the_same_way(rows: list[list[int]]) -> None:
    counts, sums = two_ways(rows)
    shuffled = dict(sorted(counts.items(), reverse=True))
    assert protect(counts, sums, threshold=10) == protect(shuffled, sums, threshold=10)


def test_a_total_that_is_not_its_sum_is_a_bug() -> None:
    counts, sums = two_ways([[1, 2], [3, 4]])
    counts["all", "all"] += 1
    with pytest.raises(AssertionError):
        protect(counts, sums, threshold=THRESHOLD)


def test_tables_of_every_shape_come_to_an_end() -> None:
    for counts in itertools.product((0, 1, 2, 11), repeat=4):
        table, sums = two_ways([counts[:2], counts[2:]])
        assert protect(table, sums, threshold=10) <= table.keys()
