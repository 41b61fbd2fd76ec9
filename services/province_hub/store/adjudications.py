"""Adjudications about records of this province, and the looks at what the other side's record says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.adjudication import Adjudication, AdjudicationState
from kernel.clock import milliseconds
from kernel.refusals import AdjudicationNotFound
from province_hub.store import schema

adjudications, adjudication_looks = schema.of_the_nation.adjudications, schema.of_the_nation.looks

_OPEN = [state.value for state in AdjudicationState if state.is_open]


@dataclass(frozen=True)
class Look:
    """Somebody was shown what a record says, inside a case."""

    student_key: str
    office: str
    person: str
    at_ms: int


class Adjudications:
    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def put(self, case: Adjudication, jws: str, *, now: datetime) -> bool:
        """Keep it as it stands; whether it was newer than what was known."""
        row = {
            "revision": case.revision,
            "state": case.state.value,
            "content": case.content(),
            "jws": jws,
            "changed_ms": milliseconds(now),
        }
        statement = upsert(adjudications).values(adjudication_id=case.adjudication_id, **row)
        kept = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["adjudication_id"],
                set_=row,
                where=adjudications.c.revision < statement.excluded.revision,
            ).returning(adjudications.c.adjudication_id)
        )
        return kept.one_or_none() is not None

    def get(self, adjudication_id: str) -> Adjudication:
        """Raises AdjudicationNotFound: it is none of this province's, or was not heard of yet."""
        query = select(adjudications.c.content).where(adjudications.c.adjudication_id == adjudication_id)
        content = self._connection.scalar(query)
        if content is None:
            raise AdjudicationNotFound(field="adjudication_id")
        return Adjudication.of_content(content)

    def page(self, *, after: str, limit: int, open_only: bool) -> list[Adjudication]:
        """The oldest first: ids are in the order of their making."""
        query = select(adjudications.c.content).order_by(adjudications.c.adjudication_id).limit(limit)
        if after:
            query = query.where(adjudications.c.adjudication_id > after)
        if open_only:
            query = query.where(adjudications.c.state.in_(_OPEN))
        return [Adjudication.of_content(content) for content in self._connection.scalars(query)]

    def note_look(self, adjudication_id: str, look: Look) -> None:
        """Before anything is shown."""
        self._connection.execute(insert(adjudication_looks).values(adjudication_id=adjudication_id, **vars(look)))

    def looks(self, adjudication_id: str, *, limit: int) -> list[Look]:
        """The newest first."""
        t = adjudication_looks.c
        query = select(t.student_key, t.office, t.person, t.at_ms).where(t.adjudication_id == adjudication_id)
        return [Look(*row) for row in self._connection.execute(query.order_by(t.look_id.desc()).limit(limit))]
