"""See that the index's log goes on as it was, and say so under the province's own signature (Art. 5, 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.clock import milliseconds
from kernel.refusals import LogRewritten
from kernel.statement import Sign, StatementKind, Verify, statement_digest
from kernel.transparency import merkle
from kernel.transparency.checkpoints import Checkpoint, Witness
from province_hub.store.transaction import HubTransaction
from province_hub.store.witness import SeenCheckpoint


def seen_size(tx: HubTransaction, /) -> int:
    """Of the newest checkpoint that this hub has seen; 0 before the first."""
    seen = tx.seen_log.newest()
    return seen.size if seen else 0


def witness_log(
    tx: HubTransaction, jws: str, path: Sequence[bytes], /, *, now: datetime, verify: Verify, sign: Sign
) -> str:
    """Keep a checkpoint that continues the one before; this hub's word on it.

    Args:
        jws: the checkpoint. path: the proof that it continues what was seen last; empty for the first.

    Raises:
        SignatureInvalid: it is not the index's own word.
        LogRewritten: it does not continue what was seen; nothing is kept and nothing signed.
    """
    checkpoint = Checkpoint.read(jws, verify=verify)
    seen = tx.seen_log.newest()
    if seen is not None and not merkle.consistent(seen.size, checkpoint.size, path, was=seen.root, now=checkpoint.root):
        raise LogRewritten(size=seen.size)
    tx.seen_log.put(SeenCheckpoint(checkpoint.size, checkpoint.root, jws), now=now)
    witness = Witness(checkpoint.size, checkpoint.root, statement_digest(jws), milliseconds(now))
    return sign(StatementKind.WITNESS, witness.content())
