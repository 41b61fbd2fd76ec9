"""Slots: one row per transfer between provinces, kept for good."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.sql import Transaction
from national_index.domain.slots import Slot, SlotState
from national_index.store.schema import slot as slot_table

_SLOT = (
    slot_table.c.transfer_id,
    slot_table.c.student_key,
    slot_table.c.state,
    slot_table.c.losing,
    slot_table.c.gaining,
    slot_table.c.school,
    slot_table.c.epoch,
    slot_table.c.archive_digest,
    slot_table.c.reason,
    slot_table.c.denial,
    slot_table.c.receipt,
)


class Slots:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def get(self, transfer_id: str) -> Slot | None:
        row = self._tx.connection.execute(select(*_SLOT).where(slot_table.c.transfer_id == transfer_id)).one_or_none()
        if row is None:
            return None
        values = dict(row._mapping)
        return Slot(**{**values, "state": SlotState(values["state"])})

    def get_known(self, transfer_id: str) -> Slot:
        """The slot of a transfer that was seen before: none is ever deleted."""
        slot = self.get(transfer_id)
        assert slot is not None, "slots are never deleted"
        return slot

    def add(self, slot: Slot, *, now: datetime) -> bool:
        """Write a slot for the first time; False, and nothing written, where its transfer is known already."""
        assert slot.is_final == bool(slot.receipt), "an outcome is written with its receipt"
        written = self._tx.connection.execute(
            insert(slot_table)
            .values(**asdict(slot), opened_at=now, closed_at=now if slot.is_final else None)
            .on_conflict_do_nothing(index_elements=[slot_table.c.transfer_id])
            .returning(slot_table.c.transfer_id)
        ).one_or_none()
        return written is not None

    def settle(self, slot: Slot, *, now: datetime) -> None:
        """Write the outcome of an open slot, once."""
        assert slot.is_final, "an open slot has no outcome"
        assert slot.receipt, "an outcome is written with its receipt"
        changed = self._tx.connection.execute(
            update(slot_table)
            .where(slot_table.c.transfer_id == slot.transfer_id, slot_table.c.state == SlotState.OPEN.value)
            .values(
                state=slot.state.value,
                archive_digest=slot.archive_digest,
                reason=slot.reason,
                receipt=slot.receipt,
                closed_at=now,
            )
        ).rowcount
        assert changed == 1, "I9: final outcomes never change"
