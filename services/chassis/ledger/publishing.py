"""Writing feed entries for offices below."""

from __future__ import annotations

from datetime import datetime

from chassis.ledger.transactions import Feeding
from kernel.feed import Entry
from kernel.office import Office


def publish(tx: Feeding, entry: Entry, *, to: Office, now: datetime) -> None:
    """Put one entry into the feed that ``to`` follows; it wakes whoever waits for it once this commits."""
    tx.feed.append(str(to), entry.KIND, entry.to_content(), now=now)
