"""The table of procedures is whole: what one row lacks, every tier would lack."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from kernel import effects
from kernel.regulation import PROCEDURES, Procedure, Step

ARTICLES = range(1, 30)  # the Measures have twenty-nine

# What each procedure does to a student. A row without an effect could be filed, endorsed, and never carried out.
EFFECT_OF: dict[str, Callable[..., Any]] = {
    "enrolment": effects.enrol,
    "transfer_within_authority": effects.arrive,
    "transfer_within_province": effects.arrive,
    "transfer_between_provinces": effects.arrive,
}


def test_every_procedure_has_an_effect_and_no_effect_is_idle() -> None:
    assert set(EFFECT_OF) == set(PROCEDURES)
    public = {
        function
        for name, function in inspect.getmembers(effects, inspect.isfunction)
        if function.__module__ == effects.__name__ and not name.startswith("_")
    }
    # Before a transfer: whether it may begin. After one between provinces: what stays behind.
    beside = {effects.require_transferable, effects.depart}
    assert public == set(EFFECT_OF.values()) | beside


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_procedure_is_grounded_in_the_measures(row: Procedure) -> None:
    assert row.articles
    assert set(row.articles) <= set(ARTICLES)
    assert list(row.articles) == sorted(set(row.articles))


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_procedure_begins_at_the_school_that_files_and_asks_nobody_twice(row: Procedure) -> None:
    assert row.chain[0] is Step.IN_SCHOOL
    assert len(set(row.chain)) == len(row.chain)
    assert row.step_working_days > 0


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=list(PROCEDURES))
def test_a_procedure_begins_a_record_or_says_which_records_it_may_act_on(row: Procedure) -> None:
    assert row.begins_record != bool(row.may_start_from)
