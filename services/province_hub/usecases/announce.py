"""Telling the province's authorities what happened: entries for their feeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chassis.sql import FeedEntry
from kernel.case import Case, Item
from kernel.clock import milliseconds
from kernel.feed import CaseOutcome, Entry, ItemOutcome
from kernel.office import Office
from kernel.student import Student
from province_hub.store.transaction import HubTransaction

# Who is told, and what.
Told = tuple[Office, Entry]


def tell(tx: HubTransaction, told: Iterable[Told], *, now: datetime) -> None:
    """Append entries to feeds, each feed in the order given. Once in a transaction, and last: it locks the feeds."""
    tx.feed.append_many([FeedEntry(str(office), entry.KIND, entry.to_content()) for office, entry in told], now=now)


def outcome_of(item: Item, after: Student) -> ItemOutcome:
    """What the tiers below are told of a record that changed."""
    return ItemOutcome(
        item.item_id,
        number=after.number,
        student_key=after.student_key,
        record=dict(after.values),
        status=after.status.value,
        standing=dict(after.standing),
    )


def settle(
    tx: HubTransaction, case: Case, outcomes: tuple[ItemOutcome, ...], *, here: Office, now: datetime
) -> CaseOutcome:
    """Write what became of items; the case closes with its last one. Returns the entry that says so."""
    closed = tx.cases.settle(case.case_id, outcomes)
    tx.cases.note(case.case_id, step="settled", office=here, at=now)
    return CaseOutcome(case.case_id, outcomes, closed, milliseconds(now))
