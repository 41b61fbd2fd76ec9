"""Adjudications as they stand, and every word that the provinces said in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert, or_, select, text, tuple_, update

from chassis.sql import Transaction
from kernel.adjudication import Adjudication, AdjudicationState
from kernel.clock import moment_of
from kernel.refusals import AdjudicationNotFound
from national_index.store.arrays import UuidColumn
from national_index.store.schema import adjudication, adjudication_word

_OPEN_AMONG = text(
    "SELECT CAST(first AS text), CAST(second AS text) FROM adjudication WHERE state IN ('asked', 'nation')"
    " AND (first = ANY(CAST(:student_keys AS uuid[])) OR second = ANY(CAST(:student_keys AS uuid[])))"
)
_OPEN = [state.value for state in AdjudicationState if state.is_open]


class AdjudicationPlace(NamedTuple):
    """Where a page ended."""

    opened_at: datetime
    adjudication_id: str


class Adjudications:
    """Numbers are left out of what is kept: whoever reads adds them (``usecases.adjudication.telling``)."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(self, case: Adjudication) -> None:
        row = {**_row(case), "first": case.first.student_key, "second": case.second.student_key}
        opened_at = moment_of(case.opened_at_ms)
        self._connection.execute(
            insert(adjudication).values(adjudication_id=case.adjudication_id, opened_at=opened_at, **row)
        )

    def put(self, case: Adjudication) -> None:
        """As it stands now; the row is locked."""
        there = adjudication.c.adjudication_id == case.adjudication_id
        self._connection.execute(update(adjudication).where(there).values(_row(case)))

    def find(self, adjudication_id: str, *, lock: bool = False) -> Adjudication | None:
        query = select(adjudication.c.content).where(adjudication.c.adjudication_id == adjudication_id)
        content = self._connection.scalar(query.with_for_update() if lock else query)
        return Adjudication.of_content(content) if content is not None else None

    def get(self, adjudication_id: str, *, lock: bool = False) -> Adjudication:
        """Raises AdjudicationNotFound."""
        found = self.find(adjudication_id, lock=lock)
        if found is None:
            raise AdjudicationNotFound(field="adjudication_id")
        return found

    def is_open_about(self, student_key: str) -> bool:
        one_of_them = or_(adjudication.c.first == student_key, adjudication.c.second == student_key)
        query = select(adjudication.c.adjudication_id).where(one_of_them, adjudication.c.state.in_(_OPEN)).limit(1)
        return self._connection.scalar(query) is not None

    def open_among(self, student_keys: Collection[UUID]) -> set[str]:
        """Those of these persons about whom an adjudication is open, in one statement."""
        if not student_keys:
            return set()
        rows = self._connection.execute(_OPEN_AMONG, {"student_keys": UuidColumn([key.bytes for key in student_keys])})
        return {key for row in rows for key in row}

    def overdue(self, today: date, *, limit: int) -> list[Adjudication]:
        """Those whose time to answer is over, locked; what another process has in hand is left to it."""
        asked = adjudication.c.state == AdjudicationState.ASKED.value
        query = (
            select(adjudication.c.content)
            .where(asked, adjudication.c.due_on < today)
            .order_by(adjudication.c.due_on)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [Adjudication.of_content(content) for content in self._connection.scalars(query)]

    def page(self, *, after: AdjudicationPlace | None, limit: int, open_only: bool) -> list[Adjudication]:
        """The oldest first."""
        order = (adjudication.c.opened_at, adjudication.c.adjudication_id)
        query = select(adjudication.c.content).order_by(*order).limit(limit)
        if open_only:
            query = query.where(adjudication.c.state.in_(_OPEN))
        if after is not None:
            query = query.where(tuple_(*order) > after)
        return [Adjudication.of_content(content) for content in self._connection.scalars(query)]

    def keep_word(self, case: Adjudication, jws: str, *, now: datetime) -> None:
        """A province's word as it signed it, under the revision that it made."""
        row = {"adjudication_id": case.adjudication_id, "revision": case.revision, "jws": jws, "received_at": now}
        self._connection.execute(insert(adjudication_word).values(row))

    def words(self, adjudication_id: str) -> list[str]:
        """All that was said, in order."""
        query = select(adjudication_word.c.jws).where(adjudication_word.c.adjudication_id == adjudication_id)
        return list(self._connection.scalars(query.order_by(adjudication_word.c.revision)))


def _row(case: Adjudication) -> dict[str, object]:
    bare = replace(case, first=replace(case.first, number=""), second=replace(case.second, number=""))
    return {"state": case.state.value, "due_on": date.fromisoformat(case.due_on), "content": bare.content()}
