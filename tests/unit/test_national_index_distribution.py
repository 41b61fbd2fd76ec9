"""The index's tables can be spread over machines: what is unique is unique on each machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from national_index.store.distribution import DISTRIBUTED_BY, distributing_sql
from national_index.store.schema import metadata

DEPLOY = Path(__file__).parents[2] / "deploy" / "distributed" / "citus.sql"


@pytest.mark.parametrize(("name", "column"), DISTRIBUTED_BY.items())
def test_every_unique_constraint_of_a_spread_table_holds_its_column(name: str, column: str) -> None:
    table = metadata.tables[name]
    constraints = [one for one in table.constraints if isinstance(one, (PrimaryKeyConstraint, UniqueConstraint))]
    unique = [*(one.columns for one in constraints), *(one.columns for one in table.indexes if one.unique)]
    assert unique, "a table without a key cannot be written twice in safety"
    assert all(column in columns for columns in unique)


def test_no_row_points_at_a_row_of_another_machine() -> None:
    assert not any(metadata.tables[name].foreign_key_constraints for name in DISTRIBUTED_BY)


def test_what_is_deployed_is_what_is_declared() -> None:
    assert DEPLOY.read_text(encoding="utf-8").endswith(distributing_sql())
