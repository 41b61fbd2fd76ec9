"""The index's word on how a transfer ended: the only thing that moves or unfreezes a record (R1)."""

from __future__ import annotations

from datetime import datetime

from kernel.custody import Receipt
from kernel.refusals import Refusal
from province_hub.domain.transfer import gaining as gaining_table
from province_hub.domain.transfer import losing as losing_table
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import gaining, losing
from province_hub.usecases.transfer.handshake import Handshake


def take_receipt(
    tx: HubTransaction, jws: str, *, now: datetime, handshake: Handshake, refused: Refusal | None = None
) -> None:
    """Take a receipt, from an answer or from the index's feed; the second time it changes nothing.

    Args:
        refused: why an opening was denied, where the receipt came with such an answer.

    Raises:
        SignatureInvalid: the nation did not sign it, or a commit lacks the two hubs' agreeing signatures.
    """
    receipt = Receipt.read(jws, verify=handshake.verify)
    if not tx.transfers.keep_receipt(receipt.transfer_id, incarnation=receipt.incarnation, jws=jws, now=now):
        return
    if tx.transfers.gaining(receipt.transfer_id) is not None:
        told = gaining_table.OutcomeTold(receipt)
        gaining.advance(tx, receipt.transfer_id, told, now=now, handshake=handshake, refused=refused)
    if tx.transfers.losing(receipt.transfer_id) is not None:
        losing.advance(tx, receipt.transfer_id, losing_table.OutcomeTold(receipt), now=now, handshake=handshake)
