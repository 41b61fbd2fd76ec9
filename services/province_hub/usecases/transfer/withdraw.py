"""The gaining province takes a transfer back: asked of the index, which alone decides whether it came in time (R3)."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import WithdrawCommand
from chassis.ledger import CaseHeading
from kernel.case import Case, CaseState
from kernel.office import Identity, Office
from kernel.refusals import CaseAlreadyDecided, NotOfferedHere
from province_hub.domain.transfer.gaining import WithdrawAsked
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer.gaining import advance
from province_hub.usecases.transfer.handshake import Handshake, progress


def withdraw_transfer(
    tx: HubTransaction, command: WithdrawCommand, /, *, by: Identity, now: datetime, handshake: Handshake
) -> CaseHeading:
    """Ask the index to end a transfer to this province. Nothing changes here until its receipt; asked twice is once.

    Raises:
        CaseNotFound: no such case. NotOfferedHere: it is no transfer to this province from another.
        CaseAlreadyDecided: it is over.
    """
    record = tx.cases.get(command.case_id, lock=True)
    case = record.case
    transfer = tx.transfers.gaining(case.case_id)
    if transfer is None:
        raise NotOfferedHere(what="撤销跨省转学")
    if record.state is CaseState.CLOSED:
        raise CaseAlreadyDecided(outcome=record.state.label)
    ask_to_close(tx, case, by=by.office, now=now, handshake=handshake)
    return tx.cases.get(case.case_id).heading


def ask_to_close(tx: HubTransaction, case: Case, *, by: Office, now: datetime, handshake: Handshake) -> None:
    """Ask the index to end a transfer to this province, once; ``by`` is whose wish it is."""
    transfer = tx.transfers.gaining(case.case_id)
    assert transfer is not None, "asked of a transfer that this hub began"
    if not transfer.closing:
        advance(tx, case.case_id, WithdrawAsked(), now=now, handshake=handshake)
        to = handshake.authority_in(case, case.school)
        progress(tx, case.case_id, "close_asked", to=to, now=now, office=by)
