"""The hub will not take a case: it comes back to the school with the hub's reason, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import outcome_told, tell
from county_node.usecases.bench import REFUSED_ABOVE, Bench
from kernel.case import Case, ItemState
from kernel.clock import milliseconds
from kernel.feed import CaseOutcome, ItemOutcome
from kernel.refusals import CaseAlreadyDecided, Refusal


def take_refusal(tx: CountyTransaction, case: Case, said: Refusal, /, *, now: datetime, bench: Bench) -> None:
    """Settle what is still pending with the hub's words, and tell the schools.

    An endorsement that came too late settles nothing: what became of the case comes down the feed.
    """
    tx.cases.get(case.case_id, lock=True)
    tx.cases.note(case.case_id, step=REFUSED_ABOVE, office=bench.hub, at=now)
    if isinstance(said, CaseAlreadyDecided):
        return
    pending = [record.item.item_id for record in tx.cases.items(case.case_id) if record.state is ItemState.PENDING]
    outcomes = tuple(ItemOutcome(item_id, refused=said) for item_id in pending)
    if outcomes:
        closed = tx.cases.settle(case.case_id, outcomes)
        entry = CaseOutcome(case.case_id, outcomes, closed, milliseconds(now))
        tell(tx, outcome_told(case, entry, bench=bench), now=now)
