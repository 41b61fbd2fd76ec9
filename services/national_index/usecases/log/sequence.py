"""Give places to what was written, and sign: one signature for all that has come since the last one."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import milliseconds
from kernel.statement import Sign, StatementKind
from kernel.transparency import merkle
from kernel.transparency.checkpoints import Checkpoint
from national_index.store import IndexTransaction
from national_index.store.log import KeptCheckpoint

LOG_WAITS = "log"  # rung when entries were written
BATCHES_AT_ONCE = 200


def sequence_log(tx: IndexTransaction, /, *, now: datetime, sign: Sign, batches_at_once: int = BATCHES_AT_ONCE) -> bool:
    """Whether there may be more. Of several processes one does it; the others have nothing to do."""
    if not tx.log.may_sequence():
        return False
    newest = tx.log.checkpoint()
    before = newest.size if newest else 0
    after = tx.log.sequence(before, most=batches_at_once)
    if after == before:
        return False
    tx.log.grow(before, after)
    checkpoint = Checkpoint(after, merkle.root(after, tx.log.hash_of), milliseconds(now), tx.facts.incarnation)
    jws = sign(StatementKind.CHECKPOINT, checkpoint.content())
    tx.log.put_checkpoint(KeptCheckpoint(after, checkpoint.root, jws), now=now)
    return True
