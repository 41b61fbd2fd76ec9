"""The hub will not take a case: it comes back to the school with the hub's reason, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

from county_node.store.transaction import CountyTransaction
from county_node.usecases.offices import Bench, tell_schools
from kernel.case import Case, ItemState
from kernel.feed import CaseOutcome, ItemOutcome
from kernel.refusals import Refusal


def take_refusal(tx: CountyTransaction, case: Case, said: Refusal, /, *, now: datetime, bench: Bench) -> None:
    """Settle what is still pending with the hub's words, and tell the schools."""
    pending = [record.item.item_id for record in tx.cases.items(case.case_id) if record.state is ItemState.PENDING]
    outcomes = tuple(ItemOutcome(item_id, refused=said) for item_id in pending)
    tx.cases.note(case.case_id, step="refused_above", office=bench.hub, at=now)
    if not outcomes:
        return
    closed = tx.cases.settle(case.case_id, outcomes)
    entry = CaseOutcome(case.case_id, outcomes, closed, int(now.timestamp() * 1000))
    tell_schools(tx, case, entry, bench=bench, now=now)
