"""Cases come in from this authority's schools."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from chassis.exchange import IntakeServicer, Received
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.receive_case import receive_case
from county_node.usecases.withdraw_case import withdraw_case
from kernel.case import Case
from kernel.clock import Clock
from kernel.office import Office, Tier


def intake(database: Database[CountyTransaction], *, bench: Bench, clock: Clock) -> IntakeServicer[CountyTransaction]:
    return IntakeServicer(
        database,
        receive=partial(_receive, bench=bench),
        withdraw=partial(withdraw_case, bench=bench),
        senders=(Tier.SCHOOL,),
        clock=clock,
    )


def _receive(tx: CountyTransaction, case: Case, /, *, sender: Office, now: datetime, bench: Bench) -> Received:
    receipt = receive_case(tx, case, sender=sender, now=now, bench=bench)
    return Received(receipt.case_id, receipt.head, receipt.received_at, receipt.due)
