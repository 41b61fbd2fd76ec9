"""Changes of schools and divisions, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.office import Office, Tier
from kernel.refusals import OrganisationChangeNotFound, RequestMalformed
from province_hub.store.organisations import Asked
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.organisations.carry_out import count_waiting

Seen = tuple[Asked, int]


@dataclass(frozen=True)
class ChangePage:
    """Changes, the newest first, each with how many records still wait to be moved."""

    changes: tuple[Seen, ...]
    next_token: str


def show_change(tx: HubTransaction, change_id: str, /, *, asker: Office) -> Seen:
    """Raises OrganisationChangeNotFound, also where it concerns others."""
    waiting = _waiting(tx, change_id)  # before what has moved, so that nobody who moves meanwhile is in neither
    found = tx.organisations.find(change_id)
    if found is None or not _may_see(asker, found):
        raise OrganisationChangeNotFound(field="change_id")
    return found, waiting


def list_changes(tx: HubTransaction, /, *, asker: Office, size: int, token: str) -> ChangePage:
    """All of the province; for an authority those that it asked for, or that are about its schools.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    authority = asker.code if asker.tier is Tier.AUTHORITY else ""
    found = tx.organisations.page(before=_before(token), authority=authority, size=size + 1)
    shown = found[:size]
    next_token = f"{shown[-1].proposed_ms}/{shown[-1].change.change_id}" if len(found) > size else ""
    return ChangePage(tuple((one, _waiting(tx, one.change.change_id)) for one in shown), next_token)


def _may_see(asker: Office, asked: Asked) -> bool:
    return asker.tier is Tier.PROVINCE or str(asker) == asked.proposed_by or asker.code in asked.concerns


def _waiting(tx: HubTransaction, change_id: str) -> int:
    return sum(count_waiting(tx, work) for work in tx.organisations.unfinished(change_id))


def _before(token: str) -> tuple[int, str] | None:
    if not token:
        return None
    at_ms, _, change_id = token.partition("/")
    if not at_ms.isdigit() or not change_id:
        raise RequestMalformed(field="page_token", why="页码无效")
    return int(at_ms), change_id
