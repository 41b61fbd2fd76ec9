"""Look at adjudications: the nation at all, a province at its own."""

from __future__ import annotations

from chassis.keys import IdentityKeys
from kernel.adjudication import Adjudication
from national_index.domain.adjudication import require_party
from national_index.store import IndexTransaction
from national_index.store.adjudications import AdjudicationPlace
from national_index.usecases.adjudication.settle import with_numbers


def get_adjudication(
    tx: IndexTransaction, adjudication_id: str, *, province: str, keys: IdentityKeys
) -> tuple[Adjudication, list[str]]:
    """The case, and what was said in it, as signed. Raises AdjudicationNotFound, OutsideJurisdiction."""
    case = tx.adjudications.get(adjudication_id)
    require_party(case, province)
    return with_numbers(tx, case, keys=keys), tx.adjudications.words(adjudication_id)


def list_adjudications(
    tx: IndexTransaction, *, after: AdjudicationPlace | None, limit: int, open_only: bool, keys: IdentityKeys
) -> list[Adjudication]:
    """A page, the oldest first."""
    cases = tx.adjudications.page(after=after, limit=limit, open_only=open_only)
    return [with_numbers(tx, case, keys=keys) for case in cases]
