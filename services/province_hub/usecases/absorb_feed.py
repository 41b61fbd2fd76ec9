"""Take in what the nation tells this province: receipts of transfers."""

from __future__ import annotations

from datetime import datetime

from kernel.feed import CustodyReceipt, Entry
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import Handshake, take_receipt


def absorb_feed(tx: HubTransaction, entry: Entry, /, *, now: datetime, handshake: Handshake) -> None:
    """Raises SignatureInvalid where a receipt is not the nation's: the feed stops there until somebody looks."""
    assert isinstance(entry, CustodyReceipt), "the nation tells provinces receipts and nothing else"
    take_receipt(tx, entry.jws, now=now, handshake=handshake)
