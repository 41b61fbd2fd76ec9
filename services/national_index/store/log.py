"""The log: batches of entries as they were committed, their places once they are sequenced, and nodes of the tree.

A batch is written in the transaction that issues or moves, with no place yet, so that no two transactions wait for each
other. Whoever sequences gives places in one order, and signs. Nodes of 256 leaves and more are kept; what is below is
hashed again from the entries, of which a proof reads a few hundred.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.clock import milliseconds
from kernel.transparency import merkle
from kernel.transparency.entries import ENTRY_BYTES, EntryKind, LogEntry, split
from national_index.store import schema

_batches, _nodes = schema.log_batch, schema.log_node
_checkpoints, _witnesses = schema.log_checkpoint, schema.log_witness
NODE_LEAVES = 256
_NODE_LEVEL = NODE_LEAVES.bit_length() - 1
_BATCHES_OF_ONE_MOMENT = 64  # that may hold a key: those that other processes wrote in the same moment
# Places in the order of the batches; how many entries each has.
_SEQUENCE = text(
    "WITH waiting AS (SELECT batch_id, octet_length(entries) / 64 AS count FROM log_batch WHERE first_index IS NULL"
    " ORDER BY batch_id LIMIT :most),"
    " placed AS (SELECT batch_id, count, :size + sum(count) OVER (ORDER BY batch_id) - count AS place FROM waiting)"
    " UPDATE log_batch SET first_index = place FROM placed WHERE log_batch.batch_id = placed.batch_id"
    " RETURNING placed.count"
)
# Of the first batch and the last one, the server sends what is asked for and not the rest.
_ENTRIES = text(
    "SELECT substring(entries FROM CAST(greatest(:start - first_index, 0) * :size + 1 AS integer)"
    " FOR CAST((:end - greatest(:start, first_index)) * :size AS integer))"
    " FROM log_batch WHERE first_index < :end"
    " AND first_index >= coalesce((SELECT max(first_index) FROM log_batch WHERE first_index <= :start), 0)"
    " ORDER BY first_index"
)
_BATCH = (_batches.c.first_index, _batches.c.entries, _batches.c.highest)
_SEQUENCING = text("SELECT pg_try_advisory_xact_lock(hashtext('xueji.log'))")


@dataclass(frozen=True)
class KeptCheckpoint:
    size: int
    root: bytes
    jws: str


class Log:
    """As use cases see it."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def append(self, *entries: LogEntry) -> None:
        """Entries that issue no number. Their places come later."""
        assert all(entry.kind is not EntryKind.ISSUED for entry in entries), "see append_issued"
        self._connection.execute(insert(_batches).values(entries=b"".join([entry.to_bytes() for entry in entries])))

    def append_issued(self, entries: bytes, *, student_keys: Collection[bytes]) -> None:
        """The entries of an intake, as one row whatever their number.

        Args:
            entries: as ``kernel.transparency.entries.issued_entries`` makes them. student_keys: of their students.
        """
        lowest, highest = UUID(bytes=min(student_keys)), UUID(bytes=max(student_keys))
        self._connection.execute(insert(_batches).values(entries=entries, lowest=str(lowest), highest=str(highest)))

    # --- Places ---

    def may_sequence(self) -> bool:
        """Whether nobody else gives places now; held to the end of the transaction."""
        return bool(self._connection.scalar(_SEQUENCING))

    def sequence(self, size: int, *, most: int) -> int:
        """Give places to the next batches, from ``size`` on, in one statement; the size afterwards."""
        counts: list[int] = list(self._connection.scalars(_SEQUENCE, {"size": size, "most": most}))
        return size + sum(counts)

    def grow(self, before: int, after: int) -> None:
        """Keep the nodes that are complete now and were not at ``before`` leaves."""
        begin, end = before // NODE_LEAVES, after // NODE_LEAVES
        hashes = [
            merkle.leaf_hash(one) for one in split(self.entries(begin * NODE_LEAVES, (end - begin) * NODE_LEAVES))
        ]
        below = {
            begin + nth: merkle.complete_root(hashes[nth * NODE_LEAVES : (nth + 1) * NODE_LEAVES])
            for nth in range(end - begin)
        }
        level = _NODE_LEVEL
        while below:
            self._connection.execute(
                insert(_nodes), [{"level": level, "number": number, "hash": one} for number, one in below.items()]
            )
            level += 1
            parents = {number // 2 for number in below if number % 2}  # a node is complete with its right half
            below = {
                parent: merkle.node_hash(
                    below.get(2 * parent) or self._node(level - 1, 2 * parent), below[2 * parent + 1]
                )
                for parent in sorted(parents)
            }

    # --- Reading ---

    def entries(self, start: int, limit: int) -> bytes:
        """Sequenced entries from one index on, one after the other; fewer where the log ends."""
        pieces = self._connection.scalars(_ENTRIES, {"start": start, "end": start + limit, "size": ENTRY_BYTES})
        return b"".join([bytes(piece) for piece in pieces])

    def hash_of(self, begin: int, end: int) -> bytes:
        """Of the node over these leaves (``kernel.transparency.merkle.Range``), complete or not."""
        if end - begin <= NODE_LEAVES:
            return merkle.root_of([merkle.leaf_hash(entry) for entry in split(self.entries(begin, end - begin))])
        ranges = merkle.complete_ranges(begin, end)
        if len(ranges) > 1:
            return merkle.range_root(begin, end, self.hash_of)
        level = (end - begin).bit_length() - 1
        return self._node(level, begin >> level)

    def place_of(self, student_key: UUID) -> int | None:
        """Of the entry that issued this student's number; None where there is none, or it has no place yet."""
        found = self._issued(student_key, batches=select(*_BATCH).where(_batches.c.first_index.is_not(None)))
        return found[0] if found else None

    def issued(self, student_key: UUID) -> LogEntry | None:
        """The entry that issued this student's number, also before it has a place."""
        found = self._issued(student_key, batches=select(*_BATCH))
        return found[1] if found else None

    def _issued(
        self, student_key: UUID, *, batches: Select[int | None, bytes, str | None]
    ) -> tuple[int, LogEntry] | None:
        """The place and the entry; the place counts from 0 in a batch that has none yet."""
        key = str(student_key)
        rows = self._connection.execute(
            batches.where(_batches.c.lowest <= key).order_by(_batches.c.lowest.desc()).limit(_BATCHES_OF_ONE_MOMENT)
        )
        for first_index, content, highest in rows:
            if highest is None or highest < key:
                continue
            for place, one in enumerate(split(bytes(content)), start=first_index or 0):
                entry = LogEntry.from_bytes(one)
                if entry.student_key == student_key and entry.kind is EntryKind.ISSUED:
                    return place, entry
        return None

    # --- Checkpoints ---

    def put_checkpoint(self, kept: KeptCheckpoint, *, now: datetime) -> None:
        row = {"size": kept.size, "root": kept.root, "jws": kept.jws, "at_ms": milliseconds(now)}
        self._connection.execute(insert(_checkpoints).values(row))

    def checkpoint(self, size: int = 0) -> KeptCheckpoint | None:
        """That of a size; the newest where none is said."""
        query = select(_checkpoints.c.size, _checkpoints.c.root, _checkpoints.c.jws)
        query = (
            query.where(_checkpoints.c.size == size) if size else query.order_by(_checkpoints.c.size.desc()).limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return KeptCheckpoint(row[0], bytes(row[1]), row[2]) if row else None

    def put_witness(self, province: str, size: int, jws: str, *, now: datetime) -> None:
        """A province's word; said again, the first one stays."""
        row = {"size": size, "province": province, "jws": jws, "at_ms": milliseconds(now)}
        self._connection.execute(upsert(_witnesses).values(row).on_conflict_do_nothing())

    def witnesses(self, size: int) -> list[str]:
        query = select(_witnesses.c.jws).where(_witnesses.c.size == size).order_by(_witnesses.c.province)
        return list(self._connection.scalars(query))

    def _node(self, level: int, number: int) -> bytes:
        found = self._connection.scalar(select(_nodes.c.hash).where(_nodes.c.level == level, _nodes.c.number == number))
        assert found is not None, "a complete node is kept"
        return bytes(found)
