"""Whom the index names a province the custodian of, for that province's audit. Reading changes nothing."""

from __future__ import annotations

from uuid import UUID

from national_index.store import IndexTransaction
from national_index.store.persons import InCustody


def list_custody(tx: IndexTransaction, *, province: str, after: UUID, limit: int) -> list[InCustody]:
    """A page in the order of student keys."""
    return tx.persons.in_custody(province, after=after, limit=limit)
