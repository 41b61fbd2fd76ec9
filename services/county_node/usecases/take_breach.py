"""The hub tells of a duty that a school of this authority did not keep: it becomes a finding (Article 27)."""

from __future__ import annotations

from datetime import datetime

from chassis.supervision import find
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import milliseconds
from kernel.feed import BreachFound
from kernel.office import Office, Tier
from kernel.supervision import Finding, Source, finding_id_of, ground_of_breach


def take_breach(tx: CountyTransaction, entry: BreachFound, /, *, now: datetime, bench: Bench) -> None:
    """Once for each case and breach, however often it is told.

    Raises:
        OutsideJurisdiction: the school is not of this authority's register: the feed stops until somebody has looked.
    """
    school, ground = Office(Tier.SCHOOL, entry.school), ground_of_breach(entry.code)
    finding = Finding(
        finding_id=finding_id_of(school, ground, about=entry.case_id, anchor_ms=entry.filed_at_ms),
        subject=school,
        ground=ground,
        source=Source.DECISION,
        sentence=entry.sentence,
        found_at_ms=milliseconds(now),
        about=entry.case_id,
        days_late=entry.days_late,
        count=entry.count,
    )
    find(tx, finding, post=bench.notices, now=now)
