"""What every outcome of a transfer has: a signed receipt, stored with it, and word to both provinces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chassis.sql import FeedEntry
from kernel.clock import milliseconds
from kernel.feed import CustodyReceipt
from kernel.office import Office, Tier
from kernel.statement import Sign, StatementKind
from national_index.domain.slots import Slot, receipt_for, unknown_slot
from national_index.store import IndexTransaction


def with_receipt(
    tx: IndexTransaction, slot: Slot, *, now: datetime, sign: Sign, release: str = "", acceptance: str = ""
) -> Slot:
    """A final slot with the index's signed word on it.

    Args:
        release, acceptance: both hubs' JWS, for a commit.
    """
    receipt = receipt_for(
        slot,
        incarnation=tx.facts.incarnation,
        at_ms=milliseconds(now),
        release=release,
        acceptance=acceptance,
    )
    return replace(slot, receipt=sign(StatementKind.RECEIPT, receipt.content()))


def tell(tx: IndexTransaction, slot: Slot, provinces: Iterable[str], *, now: datetime) -> None:
    """The receipt into the feeds of these provinces; last in a transaction, because it locks the feeds' heads."""
    content = CustodyReceipt(slot.receipt).to_content()
    tx.feed.append_many(
        [
            FeedEntry(str(Office(Tier.PROVINCE, province)), CustodyReceipt.KIND, content)
            for province in sorted(set(provinces))
        ],
        now=now,
    )


def known_or_buried(tx: IndexTransaction, transfer_id: str, *, asked_by: str, now: datetime, sign: Sign) -> Slot:
    """The transfer's slot; a tombstone where nobody ever opened it (R10), told to the province that asked."""
    known = tx.slots.get(transfer_id)
    if known is not None:
        return known
    tombstone = with_receipt(tx, unknown_slot(transfer_id), now=now, sign=sign)
    if tx.slots.add(tombstone, now=now):
        tell(tx, tombstone, [asked_by], now=now)
        return tombstone
    return tx.slots.get_known(transfer_id)  # somebody opened it just now
