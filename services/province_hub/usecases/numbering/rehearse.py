"""Runs of formal numbers: the next one rehearsed, and those that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.numbering import LeftOut
from kernel.refusals import RequestMalformed
from province_hub.store.numberings import BEGINNING, Numbering
from province_hub.store.transaction import HubTransaction


@dataclass(frozen=True)
class NumberingPage:
    """The newest first; ``next_token`` is empty on the last page."""

    runs: tuple[Numbering, ...]
    next_token: str


def rehearse_numbering(tx: HubTransaction, /) -> Mapping[LeftOut | None, int]:
    """Pupils without a formal number by why they would not be asked about; under None those who would."""
    return tx.numberings.counts()


def list_numberings(tx: HubTransaction, /, *, size: int, token: str) -> NumberingPage:
    """Raises RequestMalformed: the page token is none of ours."""
    if token and len(token) != len(BEGINNING):
        raise RequestMalformed(field="page_token", why="页码无效")
    runs = tuple(tx.numberings.page(before=token, size=size))
    return NumberingPage(runs, runs[-1].run_id if len(runs) == size else "")


def numbering_of(tx: HubTransaction, run_id: str, /) -> Numbering:
    run = tx.numberings.get(run_id)
    assert run is not None, "a run that was begun is never deleted"
    return run
