"""Begin the night of promotion: fix the day, the rule pack and the schools, each with its 学制."""

from __future__ import annotations

from datetime import datetime, timedelta

from kernel.clock import day_of, milliseconds
from kernel.endorsement import Register
from kernel.office import Identity
from kernel.packs.keys import PROMOTION_DATE, TERM_DATES
from kernel.refusals import PromotionNotNow
from province_hub.store.promotions import Run
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.year.promote import PROMOTION_WAITS


def begin_promotion(tx: HubTransaction, year: int, /, *, by: Identity, run_id: str, now: datetime, rules: Rules) -> Run:
    """The night of this year, begun now, or earlier: asked again, it is the same night.

    Raises:
        PromotionNotNow: it is not that year's time: from the day after the national date (升级日 24 时) until the new
            school year begins, for whoever enters then must not go up.
    """
    known = tx.promotions.of_year(year)
    if known is not None:
        return known
    today = day_of(milliseconds(now))
    pack = rules.packs.in_force(rules.here.code, today)
    first = pack.read()(PROMOTION_DATE).in_year(year) + timedelta(days=1)
    last = pack.read()(TERM_DATES).coming(first).first - timedelta(days=1)
    if not first <= today <= last:
        raise PromotionNotNow(field="year", year=year, first=first.isoformat(), last=last.isoformat())
    # True from the day on which it is made, so that no entry of the days before is overtaken.
    run = Run(run_id, year, today, pack.id, by.person, milliseconds(now), None)
    if not tx.promotions.begin(run):
        begun = tx.promotions.of_year(year)  # by another at the same moment
        assert begun is not None, "a night of that year is there"
        return begun
    tx.promotions.put_schools(run_id, systems_of(tx.promotions.schools_with_pupils(), register=rules.register))
    tx.wake(PROMOTION_WAITS)
    whole = tx.promotions.of_year(year)
    assert whole is not None, "it has just been written"
    return whole


def systems_of(schools: list[str], *, register: Register) -> dict[str, str]:
    """学制 by school; empty where the register does not know it, and then nobody there goes up."""
    return {code: school.school_system.value if (school := register(code)) else "" for code in schools}
