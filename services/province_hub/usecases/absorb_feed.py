"""Take in what the nation tells this province: receipts of transfers, and how adjudications stand."""

from __future__ import annotations

from datetime import datetime

from kernel.adjudication import AdjudicationTold
from kernel.feed import CustodyReceipt, Entry
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.adjudication import take_adjudication
from province_hub.usecases.transfer import Handshake, take_receipt


def absorb_feed(tx: HubTransaction, entry: Entry, /, *, now: datetime, handshake: Handshake) -> None:
    """Raises SignatureInvalid where a word is not the nation's: the feed stops there until somebody looks."""
    if isinstance(entry, AdjudicationTold):
        take_adjudication(tx, entry.jws, now=now, verify=handshake.verify)
        return
    assert isinstance(entry, CustodyReceipt), "the nation tells provinces nothing else"
    take_receipt(tx, entry.jws, now=now, handshake=handshake)
