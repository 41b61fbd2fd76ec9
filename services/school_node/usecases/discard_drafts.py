"""Take drafts back that should not be there. They have left the school for nobody, so nothing of them need stay."""

from __future__ import annotations

from collections.abc import Sequence

from school_node.store.transaction import SchoolTransaction


def discard_drafts(tx: SchoolTransaction, item_ids: Sequence[str], /) -> int:
    """How many drafts were there and are no longer. Pupils in a case, or with a number, are left alone."""
    return tx.pupils.discard(item_ids)
