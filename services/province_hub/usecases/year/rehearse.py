"""Rehearse the night of promotion: who would go up, who would stay, and why. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.packs.keys import PROMOTION_DATE
from kernel.promotion import Blocked, Blocker
from kernel.refusals import SchoolUnknown
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.year.begin import systems_of


@dataclass(frozen=True)
class Rehearsal:
    """A page of it. ``counts``: pupils by why they would stay, under None those who would go up; first page alone."""

    counts: Mapping[Blocker | None, int]
    blocked: tuple[Blocked, ...]
    next_token: str


def rehearse_promotion(
    tx: HubTransaction, school: str, /, *, size: int, token: str, now: datetime, rules: Rules
) -> Rehearsal:
    """Of one school, or of the whole province where ``school`` is empty.

    Raises:
        SchoolUnknown: the register of this province does not know it.
    """
    if school and rules.register(school) is None:
        raise SchoolUnknown(field="school", school=school)
    systems = systems_of([school] if school else tx.promotions.schools_with_pupils(), register=rules.register)
    year = next_year(now, rules=rules)
    after = (parts[0], parts[2]) if (parts := token.partition("/"))[1] else None
    counts = {} if token else tx.promotions.rehearsed(systems, year=year)
    page = tx.promotions.blocked(systems, year=year, after=after, size=size)
    last = page[-1] if len(page) == size else None
    next_token = f"{last[1].school}/{last[0]}" if last else ""
    return Rehearsal(counts, tuple(blocked for _, blocked in page), next_token)


def next_year(now: datetime, *, rules: Rules) -> int:
    """The year of the next night of promotion: this one's until it is past."""
    today = day_of(milliseconds(now))
    promotion = rules.packs.in_force(rules.here.code, today).read()(PROMOTION_DATE)
    return today.year if today <= promotion.in_year(today.year) else today.year + 1
