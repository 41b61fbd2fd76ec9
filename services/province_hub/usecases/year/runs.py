"""Nights of promotion, past and present."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.refusals import PromotionNotFound
from province_hub.store.promotions import Run, UndoneClass
from province_hub.store.transaction import HubTransaction

_AFTER_ALL_YEARS = 3000


@dataclass(frozen=True)
class RunPage:
    """Nights with the classes that were taken back, the newest first."""

    runs: tuple[tuple[Run, tuple[UndoneClass, ...]], ...]
    next_token: str


def list_runs(tx: HubTransaction, /, *, size: int, token: str) -> RunPage:
    before = int(token) if token.isdigit() else _AFTER_ALL_YEARS
    runs = tx.promotions.page(before=before, size=size)
    found = tuple((run, tuple(tx.promotions.undone(run.run_id))) for run in runs)
    return RunPage(found, str(runs[-1].year) if len(runs) == size else "")


def of_year(tx: HubTransaction, year: int, /) -> Run:
    """Raises PromotionNotFound."""
    run = tx.promotions.of_year(year)
    if run is None:
        raise PromotionNotFound(field="year", year=year)
    return run
