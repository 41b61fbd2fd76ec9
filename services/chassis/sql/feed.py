"""The feed: what each audience is told, numbered 1, 2, 3 … without gaps, in the order in which it was committed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.sql.transaction import Transaction

READ_MAX = 1000  # entries of one page


@dataclass(frozen=True)
class FeedTables:
    heads: Table
    entries: Table


def feed_tables(metadata: MetaData) -> FeedTables:
    """Declare ``feed_heads`` and ``feed_entries``; the tier's migration calls ``migrations_v1.create_feed``."""
    heads = Table(
        "feed_heads",
        metadata,
        Column("audience", Text),
        Column("last_sequence", BigInteger, nullable=False),
        PrimaryKeyConstraint("audience", name="feed_heads_pkey"),
    )
    entries = Table(
        "feed_entries",
        metadata,
        Column("audience", Text),
        Column("sequence", BigInteger),
        Column("kind", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("audience", "sequence", name="feed_entries_pkey"),
    )
    return FeedTables(heads=heads, entries=entries)


@dataclass(frozen=True)
class FeedEntry:
    """Something to tell an audience, such as ``school/2141000001``."""

    audience: str
    kind: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class FeedRow:
    sequence: int
    kind: str
    content: dict[str, Any]
    recorded_at: datetime


# The number comes from the audience's head row, and the update of that row locks it to the end of the transaction.
# So whoever gets number n + 1 waited until n was committed or given back: the order of the numbers is the order of the
# commits, and a reader who has seen n can never find a number below n afterwards. A sequence of the database would give
# out n + 1 while n is still open, and a cursor would step over n for ever.
_TAKE_NUMBERS = text(
    "INSERT INTO feed_heads AS head (audience, last_sequence)"
    " SELECT audience, entries FROM unnest(CAST(:audiences AS text[]), CAST(:counts AS bigint[]))"
    ' AS wanted(audience, entries) ORDER BY audience COLLATE "C"'
    " ON CONFLICT (audience) DO UPDATE SET last_sequence = head.last_sequence + excluded.last_sequence"
    " RETURNING audience, last_sequence"
)
_WRITE_ENTRIES = text(
    "INSERT INTO feed_entries (audience, sequence, kind, content, recorded_at)"
    " SELECT audience, sequence, kind, CAST(content AS jsonb), :now"
    " FROM unnest(CAST(:audiences AS text[]), CAST(:sequences AS bigint[]), CAST(:kinds AS text[]),"
    " CAST(:contents AS text[])) AS entry(audience, sequence, kind, content)"
)


class Feed:
    """The feed inside one transaction.

    An audience's head stays locked from its first entry to the end of the transaction, so append late. Transactions
    that tell several audiences use ``append_many`` once, which locks in one order for everybody.
    """

    def __init__(self, tx: Transaction, tables: FeedTables) -> None:
        self._tx = tx
        self._tables = tables

    def append(self, audience: str, kind: str, content: Mapping[str, Any], *, now: datetime) -> int:
        """Tell one audience one thing and return its number; wakes ``feed:<audience>``."""
        (sequence,) = self.append_many([FeedEntry(audience, kind, content)], now=now)
        return sequence

    def hold(self, audiences: Collection[str]) -> None:
        """Nobody else tells these audiences anything until this transaction ends: what it reads from here on is what
        they have been told before what it will tell them."""
        if audiences:
            self._tx.connection.execute(_TAKE_NUMBERS, {"audiences": list(audiences), "counts": [0] * len(audiences)})

    def append_many(self, entries: Sequence[FeedEntry], *, now: datetime) -> list[int]:
        """Tell many audiences many things in two statements.

        Returns:
            The entries' numbers, in the order of ``entries``, which is also their order within each audience.
        """
        if not entries:
            return []
        counts = Counter(entry.audience for entry in entries)
        last = self._tx.connection.execute(
            _TAKE_NUMBERS, {"audiences": list(counts), "counts": list(counts.values())}
        ).all()
        next_of = {audience: sequence - counts[audience] + 1 for audience, sequence in last}
        sequences = []
        for entry in entries:
            sequences.append(next_of[entry.audience])
            next_of[entry.audience] += 1
        self._tx.connection.execute(
            _WRITE_ENTRIES,
            {
                "audiences": [entry.audience for entry in entries],
                "sequences": sequences,
                "kinds": [entry.kind for entry in entries],
                "contents": [json.dumps(dict(entry.content), ensure_ascii=False) for entry in entries],
                "now": now,
            },
        )
        for audience in counts:
            self._tx.wake(f"feed:{audience}")
        return sequences

    def read(self, audience: str, *, after: int, limit: int) -> list[FeedRow]:
        """What the audience was told after a number, in order, at most ``READ_MAX`` entries."""
        assert limit > 0, "a page of nothing"
        t = self._tables.entries.c
        rows = self._tx.connection.execute(
            select(t.sequence, t.kind, t.content, t.recorded_at)
            .where(t.audience == audience, t.sequence > after)
            .order_by(t.sequence)
            .limit(min(limit, READ_MAX))
        )
        return [FeedRow(*row) for row in rows]
