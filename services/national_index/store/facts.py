"""What the index knows about itself."""

from __future__ import annotations

from sqlalchemy import select

from chassis.sql import Transaction
from national_index.store.schema import index_facts


class Facts:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    @property
    def incarnation(self) -> int:
        """1 at first, one more after every restore from a backup; receipts carry it (R8)."""
        return int(self._tx.connection.execute(select(index_facts.c.incarnation)).scalar_one())
