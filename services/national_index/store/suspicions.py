"""Pairs that may be one child: found once, and decided by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from chassis.sql import Transaction
from national_index.store.arrays import UuidColumn
from national_index.store.schema import suspicion


class SuspectedPair(NamedTuple):
    """Two records that may be one child.

    Attributes:
        first, second: student keys, the smaller one first.
        weight: in bits, 0 or more. reasons: what agrees and what differs, in Chinese words.
    """

    first: str
    second: str
    weight: float
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A pair as it is kept; ``different_since`` and ``adjudication_id`` are None while nobody took it up."""

    first: str
    second: str
    weight: float
    reasons: tuple[str, ...]
    found_at: datetime
    different_since: datetime | None
    decided_by: str
    adjudication_id: str | None = None


_OPEN_OF = text(
    "SELECT first, second, weight FROM suspicion WHERE different_since IS NULL AND adjudication_id IS NULL"
    " AND (first = ANY(CAST(:student_keys AS uuid[])) OR second = ANY(CAST(:student_keys AS uuid[])))"
)


class Suspicions:
    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(self, pairs: Sequence[SuspectedPair], *, now: datetime) -> int:
        """Those that were not known, and neither as two children; how many, in one statement."""
        if not pairs:
            return 0
        rows = [{**pair._asdict(), "found_at": now, "decided_by": ""} for pair in sorted(pairs)]
        return self._connection.execute(insert(suspicion).on_conflict_do_nothing(), rows).rowcount

    def open_of(self, student_keys: Sequence[bytes]) -> list[tuple[UUID, UUID, float]]:
        """Open pairs that any of these is in, with their weights; a pair of two of them once."""
        if not student_keys:
            return []
        rows = self._connection.execute(_OPEN_OF, {"student_keys": UuidColumn(student_keys)})
        return [(first, second, weight) for first, second, weight in rows]

    def page(
        self, *, after: tuple[float, str, str] | None, limit: int, with_different: bool = False
    ) -> list[Suspicion]:
        """The heaviest first; without those about which the provinces are asked, or were.

        Args:
            after: weight and keys of the last one of the page before.
        """
        order = tuple_(suspicion.c.weight, suspicion.c.first, suspicion.c.second)
        query = select(suspicion).order_by(
            suspicion.c.weight.desc(), suspicion.c.first.desc(), suspicion.c.second.desc()
        )
        if after is not None:
            query = query.where(order < after)
        if not with_different:
            query = query.where(suspicion.c.different_since.is_(None), suspicion.c.adjudication_id.is_(None))
        rows = self._connection.execute(query.limit(limit)).mappings()
        return [Suspicion(**{**row, "reasons": tuple(row["reasons"])}) for row in rows]

    def get(self, first: str, second: str) -> Suspicion | None:
        """A pair, locked to the end of the transaction."""
        query = select(suspicion).where(suspicion.c.first == first, suspicion.c.second == second).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return Suspicion(**{**row, "reasons": tuple(row["reasons"])}) if row is not None else None

    def take_up(self, first: str, second: str, adjudication_id: str | None) -> None:
        """The provinces are asked about the pair; None: they were asked in vain."""
        there = (suspicion.c.first == first) & (suspicion.c.second == second)
        self._connection.execute(update(suspicion).where(there).values(adjudication_id=adjudication_id))

    def decide(self, first: str, second: str, *, different_since: datetime | None, decided_by: str) -> bool:
        """Whether there is such a pair; one that was decided so before stays as it is."""
        there = (suspicion.c.first == first) & (suspicion.c.second == second)
        changed = self._connection.execute(
            update(suspicion)
            .where(there, suspicion.c.different_since.is_(None) == (different_since is not None))
            .values(different_since=different_since, decided_by=decided_by)
        ).rowcount
        return bool(changed) or self._connection.scalar(select(suspicion.c.first).where(there)) is not None
