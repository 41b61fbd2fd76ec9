"""The table of procedures is whole: what one row lacks, every tier would lack."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from kernel import effects
from kernel.measures import CLAUSES
from kernel.packs import Key, keys
from kernel.regulation import PROCEDURES, Procedure, Step
from kernel.regulation.corrections import COUNTER_ENTRY
from kernel.status import TRANSITIONS

ARTICLES = range(1, 30)  # the Measures have twenty-nine


def test_every_procedure_has_an_effect_and_no_effect_is_idle() -> None:
    """A row without an effect could be filed, endorsed, and never carried out."""
    beginning = {row.name for row in PROCEDURES.values() if row.begins_record}
    assert set(effects.EFFECTS) | beginning | {COUNTER_ENTRY.name} == set(PROCEDURES)
    assert set(effects.EFFECTS) & (beginning | {COUNTER_ENTRY.name}) == set()


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_procedure_is_grounded_in_the_measures(row: Procedure) -> None:
    assert row.articles
    assert set(row.articles) <= set(ARTICLES)
    assert list(row.articles) == sorted(set(row.articles))


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_procedure_begins_with_whoever_files_and_asks_nobody_twice(row: Procedure) -> None:
    assert row.chain[0] is (Step.IN_PROVINCE if row.filer.above_the_school else Step.IN_SCHOOL)
    assert len(set(row.chain)) == len(row.chain)


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_procedure_begins_a_record_or_says_which_records_it_may_act_on(row: Procedure) -> None:
    assert row.begins_record != bool(row.may_start_from)


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_clause_that_a_procedure_carries_out_is_one_of_the_measures(row: Procedure) -> None:
    assert [clause for clause in row.clauses if clause not in CLAUSES] == []
    assert [clause for rule in row.rules for clause in rule.clauses if clause not in CLAUSES] == []


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_step_to_a_status_is_one_that_the_life_cycle_has(row: Procedure) -> None:
    """From each status that it may start from, at least in senior years; correcting the past is another matter."""
    if row is COUNTER_ENTRY:
        return
    reachable = {after for before in row.may_start_from for after in TRANSITIONS[before]}
    assert row.leads_to <= reachable | row.may_start_from


def test_every_parameter_of_the_packs_is_read_somewhere(sources: Mapping[str, ast.Module]) -> None:
    """A value that no rule reads is a promise that the system does not keep."""
    declared = {name for name, value in vars(keys).items() if isinstance(value, Key)}
    used = {
        node.id
        for path, tree in sources.items()
        if not path.endswith("kernel/packs/keys.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    }
    assert sorted(declared - used) == []
