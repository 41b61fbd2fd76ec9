"""Numbers that this county gave by itself (预发): each once, for one pupil, remembered for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, text

from chassis.sql import Transaction
from county_node.store import schema

_given, _known = schema.allocated_numbers, schema.known_students


@dataclass(frozen=True)
class Allocated:
    """``person``: staff id of who gave it. ``registered``: the province has told of a pupil with it."""

    number: str
    name: str
    school: str
    case_id: str
    person: str
    at_ms: int
    registered: bool = False


class Allocations:
    """As use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def lock(self) -> None:
        """To the end of the transaction, so that counting has no gaps."""
        self._connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('xueji.allocations'))"))

    def of_item(self, item_id: str) -> str | None:
        return self._connection.scalar(select(_given.c.number).where(_given.c.item_id == item_id))

    def next_sequence(self, birth_date: date, *, first: int) -> int:
        """The one after the last that was given for this birth date."""
        query = select(func.max(_given.c.sequence)).where(_given.c.birth_date == birth_date)
        last = self._connection.scalar(query)
        return first if last is None else last + 1

    def add(self, one: Allocated, *, item_id: str, birth_date: date, sequence: int) -> None:
        row = {key: value for key, value in vars(one).items() if key != "registered"}
        self._connection.execute(
            insert(_given).values(item_id=item_id, birth_date=birth_date, sequence=sequence, **row)
        )

    def page(self, *, case_id: str, waiting: bool, after: int, size: int) -> list[tuple[int, Allocated]]:
        """In the order in which they were given, each with its place."""
        g = _given.c
        registered = select(_known.c.student_key).where(_known.c.number == g.number).exists()
        query = (
            select(g.place, g.number, g.name, g.school, g.case_id, g.person, g.at_ms, registered)
            .where(g.place > after)
            .order_by(g.place)
            .limit(size)
        )
        if case_id:
            query = query.where(g.case_id == case_id)
        if waiting:
            query = query.where(~registered)
        return [(place, Allocated(*row)) for place, *row in self._connection.execute(query)]
