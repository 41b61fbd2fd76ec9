"""Numbers that counties gave by themselves and that never came (预发核对, Art. 5)."""

from __future__ import annotations

from national_index.store import IndexTransaction
from national_index.store.number_blocks import Gap


def list_gaps(tx: IndexTransaction, *, after: Gap, limit: int) -> list[Gap]:
    """A page, in the order of division, birth date and sequence."""
    return tx.number_blocks.gaps(after=after, limit=limit)
