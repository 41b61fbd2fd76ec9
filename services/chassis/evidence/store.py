"""Evidence as an office remembers it: content by its digest, and whether a case names it.

What is brought and never named in a case is forgotten after a day. What a case names stays as long as the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.evidence import EVIDENCE_BYTES_MAX, EVIDENCE_PER_CASE_MAX, MediaType, content_digest, sniffed
from kernel.refusals import EvidenceWithoutCase

UNNAMED_KEPT = timedelta(days=1)
# Of one sender: one case with as many proofs as a case may have, and as large as they may be, twice.
UNNAMED_BYTES_MAX = 2 * EVIDENCE_PER_CASE_MAX * EVIDENCE_BYTES_MAX


def evidence_table(metadata: MetaData) -> Table:
    """Declare ``evidence`` on a tier's metadata."""
    table = Table(
        "evidence",
        metadata,
        Column("digest", Text, primary_key=True),
        Column("media_type", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("named", Boolean, nullable=False),
        Column("sender", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
    )
    Index("evidence_unnamed", table.c.sender, table.c.received_at, postgresql_where=~table.c.named)
    return table


@dataclass(frozen=True)
class Proof:
    """One document, whole: at most ``EVIDENCE_BYTES_MAX``."""

    media_type: MediaType
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hex."""
        return content_digest(self.content)


class EvidenceStore:
    """The evidence as a use case sees it."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._connection = tx.connection
        self._table = table

    def put(self, proof: Proof, *, sender: str, now: datetime) -> None:
        """Keep a document until a case names it, or a day has passed since it was last brought.

        Raises:
            EvidenceWithoutCase: the sender has brought ``UNNAMED_BYTES_MAX`` and named none of it.
        """
        waiting = self._connection.scalar(
            select(func.coalesce(func.sum(self._table.c.size), 0)).where(
                ~self._table.c.named, self._table.c.sender == sender
            )
        )
        assert waiting is not None, "a sum"
        if waiting + len(proof.content) > UNNAMED_BYTES_MAX:
            raise EvidenceWithoutCase(field="evidence")
        self._insert([proof], named=False, sender=sender, now=now)

    def keep(self, contents: Mapping[str, bytes], *, sender: str, now: datetime) -> None:
        """Keep documents for good, by digest: they came with an archive, whose history names them."""
        proofs = []
        for digest, content in contents.items():
            media_type = sniffed(content)
            assert media_type is not None, "an archive holds pictures and pages"
            proofs.append(Proof(media_type, content))
            assert proofs[-1].digest == digest, "an archive was checked when it was opened"
        self._insert(proofs, named=True, sender=sender, now=now)
        self.name(contents)

    def name(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Some case names these: from now on they stay. Those that are not here, in the order asked."""
        asked = tuple(dict.fromkeys(digests))
        if not asked:
            return ()
        # The row's lock decides between this and the sweep: what is swept first is missing here, and sent again.
        here = set(
            self._connection.scalars(
                update(self._table)
                .where(self._table.c.digest.in_(asked))
                .values(named=True)
                .returning(self._table.c.digest)
            )
        )
        return tuple(digest for digest in asked if digest not in here)

    def held(self, digests: Iterable[str]) -> frozenset[str]:
        """Which of these are here."""
        return frozenset(
            self._connection.scalars(select(self._table.c.digest).where(self._table.c.digest.in_(tuple(digests))))
        )

    def find(self, digest: str) -> Proof | None:
        row = self._connection.execute(
            select(self._table.c.media_type, self._table.c.content).where(self._table.c.digest == digest)
        ).one_or_none()
        return Proof(MediaType(row.media_type), row.content) if row else None

    def contents(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Content of each that is here. The caller bounds how many, and how large they are together."""
        rows = self._connection.execute(
            select(self._table.c.digest, self._table.c.content).where(self._table.c.digest.in_(tuple(digests)))
        )
        return {row.digest: row.content for row in rows}

    def sizes(self, digests: Iterable[str]) -> dict[str, int]:
        """Bytes of each that is here."""
        rows = self._connection.execute(
            select(self._table.c.digest, self._table.c.size).where(self._table.c.digest.in_(tuple(digests)))
        )
        return {row.digest: row.size for row in rows}

    def sweep(self, *, now: datetime, limit: int) -> int:
        """Forget at most ``limit`` documents that no case has named in time; how many."""
        late = (
            select(self._table.c.digest)
            .where(~self._table.c.named, self._table.c.received_at < now - UNNAMED_KEPT)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self._connection.execute(delete(self._table).where(self._table.c.digest.in_(late))).rowcount

    def _insert(self, proofs: Sequence[Proof], *, named: bool, sender: str, now: datetime) -> None:
        if not proofs:
            return
        rows = [
            {
                "digest": proof.digest,
                "media_type": proof.media_type.value,
                "size": len(proof.content),
                "content": proof.content,
                "named": named,
                "sender": sender,
                "received_at": now,
            }
            for proof in {proof.digest: proof for proof in proofs}.values()
        ]
        # Brought again, it waits another day: somebody means to name it.
        statement = upsert(self._table).values(rows)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[self._table.c.digest],
                set_={"received_at": statement.excluded.received_at},
                where=~self._table.c.named,
            )
        )
