"""A province's signature beside the index's: two histories would need two sets of provinces that never compare."""

from __future__ import annotations

from datetime import datetime

from kernel.office import Office
from kernel.refusals import CheckpointUnknown, OutsideJurisdiction
from kernel.statement import Verify, statement_digest
from kernel.transparency.checkpoints import Witness
from national_index.store import IndexTransaction


def keep_witness(tx: IndexTransaction, jws: str, /, *, sender: Office, now: datetime, verify: Verify) -> None:
    """Keep a hub's word; said again, the first one stays.

    Raises:
        SignatureInvalid, OutsideJurisdiction: it is not the sender's own word.
        CheckpointUnknown: it is about no checkpoint of this log.
    """
    office, witness = Witness.read(jws, verify=verify)
    if office != sender:
        raise OutsideJurisdiction(office=str(sender), what=f"{office}的见证")
    kept = tx.log.checkpoint(witness.size) if witness.size > 0 else None
    if kept is None or kept.root != witness.root or statement_digest(kept.jws) != witness.checkpoint_digest:
        raise CheckpointUnknown(size=witness.size)
    tx.log.put_witness(office.code, witness.size, jws, now=now)
