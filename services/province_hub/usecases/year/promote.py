"""The next handful of schools go up: records, history, what is told below, and that it is done, in one commit."""

from __future__ import annotations

from datetime import datetime

from kernel.attending import told_where_attending
from kernel.clock import milliseconds
from kernel.endorsement import authority_of
from kernel.promotion import ClassesPromoted, ladder
from kernel.stages import SchoolSystem
from province_hub.store.promotions import SchoolPromoted
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, tell
from province_hub.usecases.attending import addressed
from province_hub.usecases.rules import Rules

PROMOTION_WAITS = "promotion"  # rung when a night begins, and after each handful
SCHOOLS_AT_ONCE = 10  # some ten thousand pupils: their rows are locked for about a second


def promote_next(tx: HubTransaction, /, *, now: datetime, rules: Rules, schools_at_once: int = SCHOOLS_AT_ONCE) -> bool:
    """Take the next schools of the night through; whether there may be more.

    The order matters. Records first; then the feeds of the authorities are held; then it is looked who has stayed: so
    whatever changed one of these records has been told before this, or will be told after it.
    """
    run = tx.promotions.unfinished()
    if run is None:
        return False
    now_ms = milliseconds(now)
    systems = tx.promotions.take_waiting(run.run_id, most=schools_at_once)
    if not systems:
        if tx.promotions.finish(run.run_id, now_ms=now_ms):
            tx.wake(PROMOTION_WAITS)  # a night without schools, or another process had the last ones
        return False
    known = {school: system for school, system in systems.items() if system}
    promoted = tx.promotions.promote(run, known, office=str(rules.here), now_ms=now_ms)
    authorities = {school: authority_of(school, register=rules.register) for school in known}
    # The pupils who attend elsewhere are these schools', whose rows are ours: nobody else tells of them meanwhile.
    attending = addressed(
        [told_where_attending(one, at_ms=now_ms) for one in tx.attending.with_records_at(list(known))],
        register=rules.register,
    )
    tx.feed.hold({str(office) for office in (*authorities.values(), *(office for office, _ in attending))})
    stayed = tx.promotions.stayed(run, systems)
    through = [SchoolPromoted(school, promoted.get(school, 0), *stayed.get(school, ({}, ()))) for school in systems]
    tx.promotions.done(run.run_id, through, now_ms=now_ms)
    tx.promotions.finish(run.run_id, now_ms=now_ms)
    tx.wake(PROMOTION_WAITS)
    told: list[Told] = [
        (authorities[one.school], _entry(run.run_id, one, system=known[one.school], at_ms=now_ms))
        for one in through
        if one.promoted
    ]
    tell(tx, [*told, *attending], now=now)
    return True


def _entry(run_id: str, one: SchoolPromoted, *, system: str, at_ms: int) -> ClassesPromoted:
    grades = {grade: following for grade, following in ladder(SchoolSystem(system)).items() if following}
    return ClassesPromoted(run_id, one.school, grades, one.keys, at_ms)
