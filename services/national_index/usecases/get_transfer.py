"""The primary's word on a transfer, for a hub whose call was cut off (R14). Reading changes nothing."""

from __future__ import annotations

from kernel.refusals import CaseNotFound
from national_index.domain.slots import Slot, require_party
from national_index.store import IndexTransaction


def get_transfer(tx: IndexTransaction, transfer_id: str, *, province: str) -> Slot:
    """The slot as it stands.

    Raises:
        CaseNotFound: nobody opened it; a hub that meant to may do so still.
        OutsideJurisdiction: the province is no party of the transfer.
    """
    slot = tx.slots.get(transfer_id)
    if slot is None:
        raise CaseNotFound(field="transfer_id")
    require_party(slot, province)
    return slot
