"""What this hub has seen of the index's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.clock import milliseconds
from province_hub.store import schema

_seen = schema.seen_checkpoint
_ONLY_ROW = 1


@dataclass(frozen=True)
class SeenCheckpoint:
    """``jws``: the index's own word, kept as evidence."""

    size: int
    root: bytes
    jws: str


class SeenLog:
    """As use cases see it."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def newest(self) -> SeenCheckpoint | None:
        row = self._connection.execute(select(_seen.c.size, _seen.c.root, _seen.c.jws)).one_or_none()
        return SeenCheckpoint(row[0], bytes(row[1]), row[2]) if row else None

    def put(self, seen: SeenCheckpoint, *, now: datetime) -> bool:
        """Keep it, if it is newer than what is kept; whether it was."""
        row = {"size": seen.size, "root": seen.root, "jws": seen.jws, "at_ms": milliseconds(now)}
        statement = upsert(_seen).values(only_row=_ONLY_ROW, **row)
        kept = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[_seen.c.only_row],
                set_={name: statement.excluded[name] for name in row},
                where=_seen.c.size < statement.excluded.size,
            )
        )
        return kept.rowcount == 1
