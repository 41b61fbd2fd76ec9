"""Which pages there are for whom: each page says so itself, and the bar at the top is drawn of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.office import Identity, Role, Tier


@dataclass(frozen=True)
class Entry:
    """One entry of the bar.

    Attributes:
        endpoint: as ``url_for`` takes it. tiers, roles: whose desks have it.
    """

    endpoint: str
    title: str
    tiers: frozenset[Tier] = frozenset(Tier)
    roles: frozenset[Role] = frozenset(Role)

    def is_for(self, who: Identity) -> bool:
        return who.office.tier in self.tiers and who.role in self.roles


def entries_for(who: Identity, entries: Iterable[Entry]) -> list[Entry]:
    """Those that this person may open, in order."""
    return [entry for entry in entries if entry.is_for(who)]
