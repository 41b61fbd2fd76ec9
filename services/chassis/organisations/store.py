"""What a node has heard of schools: read whole, written life by life."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.organisations.tables import RegisterTables
from chassis.sql import Transaction
from kernel.organisations import DatedRegister, Life, Reform, SchoolSpan

REGISTER_CHANGED = "register"  # rung when it was written


class RegisterStore:
    """The register in one transaction."""

    def __init__(self, tx: Transaction, tables: RegisterTables) -> None:
        self._tx = tx
        self._connection = tx.connection
        self._tables = tables

    def revision(self, *, lock: bool = False) -> int:
        """How often it was changed; ``lock`` lets nobody else change it before the end of the transaction."""
        query = select(self._tables.revision.c.revision)
        found: int = self._connection.execute(query.with_for_update() if lock else query).scalar_one()
        return found

    def read(self) -> DatedRegister:
        """All of it."""
        lives = self._connection.execute(select(self._tables.lives.c.code, self._tables.lives.c.spans))
        known = {row[0]: tuple(map(SchoolSpan.from_content, row[1])) for row in lives}
        reforms = self._tables.reforms
        rows = self._connection.execute(select(reforms.c.on, reforms.c.before, reforms.c.after))
        return DatedRegister(known, tuple(Reform(*row) for row in rows))

    def put(self, lives: Iterable[Life], reforms: Iterable[Reform] = ()) -> None:
        """Lives in place of what was known of their codes, and reforms as well; the same again changes nothing."""
        told = {life[-1].school.code.text: [span.to_content() for span in life] for life in lives}
        self.revision(lock=True)
        if told:
            statement = upsert(self._tables.lives).values([{"code": c, "spans": spans} for c, spans in told.items()])
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[self._tables.lives.c.code], set_={"spans": statement.excluded.spans}
                )
            )
        new = [{"on": reform.on, "before": reform.before, "after": reform.after} for reform in reforms]
        if new:
            self._connection.execute(upsert(self._tables.reforms).values(new).on_conflict_do_nothing())
        self._connection.execute(update(self._tables.revision).values(revision=self._tables.revision.c.revision + 1))
        self._tx.wake(REGISTER_CHANGED)


class Registered(Transaction, ABC):
    """What a tier's transaction offers that keeps a register of schools."""

    @property
    @abstractmethod
    def schools(self) -> RegisterStore: ...
