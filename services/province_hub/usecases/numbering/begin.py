"""Begin the run of this spring."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.office import Identity
from kernel.packs.keys import TERM_DATES
from kernel.refusals import NumberingNotNow
from province_hub.store.numberings import Numbering
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules

NUMBERING_WAITS = "numbering"  # rung when a run begins, and after each page


def begin_numbering(
    tx: HubTransaction, year: int, /, *, by: Identity, run_id: str, now: datetime, rules: Rules
) -> Numbering:
    """A run, or the one that is under way. Another one later asks about those who are left.

    Raises:
        NumberingNotNow: it is not that year's spring term.
    """
    known = tx.numberings.unfinished()
    if known is not None:
        return known
    today = day_of(milliseconds(now))
    terms = rules.packs.in_force(rules.here.code, today).read()(TERM_DATES)
    first, last = terms.spring.beginning_in(year)
    if not first <= today <= last:
        raise NumberingNotNow(field="year", year=year, first=first.isoformat(), last=last.isoformat())
    total = tx.numberings.counts().get(None, 0)
    run = Numbering(run_id, year, by.person, milliseconds(now), total=total)
    if not tx.numberings.begin(run):
        begun = tx.numberings.unfinished()  # by another at the same moment
        assert begun is not None, "a run goes on"
        return begun
    tx.wake(NUMBERING_WAITS)
    return run
