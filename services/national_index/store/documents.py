"""The changes of children's documents: rows that are added and never changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import insert

from chassis.sql import Transaction
from national_index.domain.documents import DocumentChange
from national_index.store.arrays import UuidColumn
from national_index.store.schema import document_change

_CHANGE = (
    document_change.c.item_id,
    document_change.c.student_key,
    document_change.c.before,
    document_change.c.after,
    document_change.c.valid_from,
)


_OF = (
    select(*_CHANGE)
    .where(text("student_key = ANY(CAST(:student_keys AS uuid[]))"))
    .order_by(document_change.c.student_key, document_change.c.position)
)


class Documents:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def told_by(self, student_key: str, item_id: str) -> DocumentChange | None:
        """What that part of a case told of the child, if it was recorded."""
        row = self._tx.connection.execute(
            select(*_CHANGE).where(document_change.c.student_key == student_key, document_change.c.item_id == item_id)
        ).one_or_none()
        return _change(row) if row is not None else None

    def of(self, student_keys: Collection[UUID]) -> dict[str, tuple[DocumentChange, ...]]:
        """The changes of each of these children that has any, oldest first, in one statement."""
        if not student_keys:
            return {}
        rows = self._tx.connection.execute(_OF, {"student_keys": UuidColumn([key.bytes for key in student_keys])})
        changes: dict[str, tuple[DocumentChange, ...]] = {}
        for change in map(_change, rows):
            changes[change.student_key] = (*changes.get(change.student_key, ()), change)
        return changes

    def changed_since(self, student_key: str, moment: datetime) -> tuple[DocumentChange, ...]:
        """What was recorded of a child from a moment on, oldest first."""
        query = select(*_CHANGE).where(
            document_change.c.student_key == student_key, document_change.c.recorded_at >= moment
        )
        return tuple(map(_change, self._tx.connection.execute(query.order_by(document_change.c.position))))

    def add(self, change: DocumentChange, *, position: int, province: str, now: datetime) -> None:
        """The next change of a child whose row is locked."""
        self._tx.connection.execute(
            insert(document_change).values(
                item_id=change.item_id,
                student_key=change.student_key,
                position=position,
                before=_text(change.before),
                after=_text(change.after),
                valid_from=change.valid_from,
                province=province,
                recorded_at=now,
            )
        )


def _change(row: Row[Any, Any, Any, Any, Any]) -> DocumentChange:
    item_id, student_key, before, after, valid_from = row
    return DocumentChange(item_id, student_key, _uuid(before), _uuid(after), valid_from)


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _text(fingerprint: UUID | None) -> str | None:
    return str(fingerprint) if fingerprint else None
