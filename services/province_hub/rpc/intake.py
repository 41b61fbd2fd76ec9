"""Cases come in from the province's authorities."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from chassis.exchange import IntakeServicer, Received
from chassis.sql import Database
from kernel.case import Case
from kernel.clock import Clock
from kernel.office import Office, Tier
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.receive_case import receive_case
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import Handshake
from province_hub.usecases.withdraw_case import withdraw_case


def intake(
    database: Database[HubTransaction], *, rules: Rules, handshake: Handshake, clock: Clock
) -> IntakeServicer[HubTransaction]:
    """Answers Submit to authorities alone; which case each may bring, the use case says."""
    return IntakeServicer(
        database,
        receive=partial(_receive, rules=rules),
        withdraw=partial(withdraw_case, rules=rules, handshake=handshake),
        senders=(Tier.AUTHORITY,),
        clock=clock,
    )


def _receive(tx: HubTransaction, case: Case, /, *, sender: Office, now: datetime, rules: Rules) -> Received:
    receipt = receive_case(tx, case, sender=sender, now=now, rules=rules)
    return Received(receipt.case_id, receipt.head, receipt.received_at, due=None)
