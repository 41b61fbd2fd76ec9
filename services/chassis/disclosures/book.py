"""Disclosures inside one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.disclosures.tables import DisclosureTables
from chassis.sql import Transaction
from kernel.clock import milliseconds
from kernel.disclosure import Disclosure, DisclosureState, Given
from kernel.refusals import DisclosureNotFound, RequestMalformed


@dataclass(frozen=True)
class DisclosurePage:
    """A page, the newest first, each with what was given under it; ``next_token`` is empty on the last."""

    disclosures: tuple[tuple[Disclosure, tuple[Given, ...]], ...]
    next_token: str = ""


class DisclosureBook:
    """What was asked and permitted, and the ledger of what was given (台账)."""

    def __init__(self, tx: Transaction, tables: DisclosureTables) -> None:
        self._connection = tx.connection
        self._table = tables.disclosures
        self._given = tables.given

    def find(self, disclosure_id: str, *, lock: bool = False) -> Disclosure | None:
        query = select(self._table.c.content).where(self._table.c.disclosure_id == disclosure_id)
        content = self._connection.scalar(query.with_for_update() if lock else query)
        return Disclosure.from_content(content) if content is not None else None

    def get(self, disclosure_id: str, *, lock: bool = False) -> Disclosure:
        """Raises DisclosureNotFound."""
        found = self.find(disclosure_id, lock=lock)
        if found is None:
            raise DisclosureNotFound
        return found

    def put(self, disclosure: Disclosure, *, now: datetime) -> None:
        """As it stands now."""
        row = {
            "state": disclosure.state.value,
            "content": disclosure.to_content(),
            "changed_ms": milliseconds(now),
        }
        added = upsert(self._table).values(disclosure_id=disclosure.disclosure_id, school=disclosure.school, **row)
        self._connection.execute(added.on_conflict_do_update(index_elements=["disclosure_id"], set_=row))

    def record(self, given: Given) -> None:
        """That data is being given; before it leaves."""
        self._connection.execute(insert(self._given).values(vars(given)))

    def page(self, *, state: DisclosureState | None, size: int, token: str) -> DisclosurePage:
        """Raises RequestMalformed: the page token is none of ours."""
        t = self._table.c
        query = select(t.content).order_by(t.disclosure_id.desc()).limit(size + 1)
        if state is not None:
            query = query.where(t.state == state.value)
        if token:
            if len(token) != len("00000000-0000-0000-0000-000000000000"):
                raise RequestMalformed(field="page_token", why="页码无效")
            query = query.where(t.disclosure_id < token)
        found = [Disclosure.from_content(content) for content in self._connection.scalars(query)]
        shown = found[:size]
        under = self._under([one.disclosure_id for one in shown])
        last = shown[-1].disclosure_id if len(found) > size else ""
        return DisclosurePage(tuple((one, under.get(one.disclosure_id, ())) for one in shown), last)

    def _under(self, ids: list[str]) -> dict[str, tuple[Given, ...]]:
        t = self._given.c
        columns = (t.given_id, t.disclosure_id, t.person, t.pupils, t.digest, t.at_ms)
        rows = self._connection.execute(select(*columns).where(t.disclosure_id.in_(ids)).order_by(t.given_id))
        under: dict[str, tuple[Given, ...]] = {}
        for row in rows:
            given = Given(*row)
            under[given.disclosure_id] = (*under.get(given.disclosure_id, ()), given)
        return under
