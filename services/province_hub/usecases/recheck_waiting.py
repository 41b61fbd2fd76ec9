"""Cases that wait for something to be put right (暂停): looked at again, and let go on by themselves."""

from __future__ import annotations

from datetime import datetime

from province_hub.store.transaction import HubTransaction
from province_hub.usecases.move_on import resume
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import Handshake, consider

RECHECK_BATCH = 100


def waiting_after(tx: HubTransaction, position: str) -> list[str]:
    """The next cases that wait, by their ids, after ``position``; empty at the end of a round."""
    return tx.cases.waiting(after=position, limit=RECHECK_BATCH)


def recheck(tx: HubTransaction, case_id: str, *, now: datetime, rules: Rules, handshake: Handshake) -> None:
    """Let it go on if what it waits for has passed; otherwise nothing is changed, and nobody is told anything."""
    if tx.transfers.losing(case_id) is not None:
        consider(tx, case_id, now=now, handshake=handshake)
    else:
        resume(tx, case_id, now=now, rules=rules)
