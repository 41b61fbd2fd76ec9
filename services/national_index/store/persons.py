"""Persons: identity, number and custody in one row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select, text, update

from chassis.sql import Transaction
from national_index.domain.slots import Student
from national_index.store.arrays import UuidColumn, code_array
from national_index.store.schema import person

FIRST_EPOCH = 1  # of custody, as a record begins


class FoundPerson(NamedTuple):
    """A person under one of the handles asked for.

    Attributes:
        number: in force, under seal.
        merged_into: whom the person was found to be, or None.
    """

    student_key: UUID
    number: UUID
    custodian: str
    epoch: int
    in_transfer: bool
    merged_into: UUID | None = None


class InCustody(NamedTuple):
    """A person of a province."""

    student_key: UUID
    epoch: int
    in_transfer: bool


_ADD = text(
    "INSERT INTO person (student_key, number, custodian, custodian_school, epoch, open_transfer, issued_at)"
    " SELECT student_key, number, :custodian, school, :epoch, NULL, :now"
    " FROM unnest(CAST(:student_keys AS uuid[]), CAST(:numbers AS uuid[]), CAST(:schools AS text[]))"
    " AS new(student_key, number, school) ORDER BY student_key"  # in one order for everybody: no deadlock
    " ON CONFLICT (student_key) DO NOTHING"
)
_ADDED = text(
    "SELECT student_key FROM person JOIN unnest(CAST(:student_keys AS uuid[]), CAST(:numbers AS uuid[]))"
    " AS new(student_key, number) USING (student_key, number)"
)
_KNOWN = text("SELECT student_key FROM person WHERE student_key = ANY(CAST(:student_keys AS uuid[]))")
_GET = text(
    "SELECT student_key, number, custodian, epoch, open_transfer IS NOT NULL, merged_into FROM person"
    " WHERE student_key = ANY(CAST(:student_keys AS uuid[]))"
)
_LOCK = text(
    "SELECT student_key, number, custodian, epoch, open_transfer IS NOT NULL, merged_into FROM person"
    " WHERE student_key = ANY(CAST(:student_keys AS uuid[])) ORDER BY student_key FOR UPDATE"
)
_RENUMBER = text(
    "UPDATE person SET number = new.number"
    " FROM unnest(CAST(:student_keys AS uuid[]), CAST(:numbers AS uuid[])) AS new(student_key, number)"
    " WHERE person.student_key = new.student_key"
)
_IN_CUSTODY = text(
    "SELECT student_key, epoch, open_transfer IS NOT NULL FROM person"
    " WHERE student_key > :after AND custodian = :custodian ORDER BY student_key LIMIT :size"
)
_STUDENT = (person.c.student_key, person.c.custodian, person.c.epoch, person.c.open_transfer, person.c.merged_into)


class Persons:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(
        self,
        student_keys: Sequence[bytes],
        numbers: Sequence[bytes],
        schools: Sequence[str],
        *,
        custodian: str,
        now: datetime,
    ) -> Set[bytes]:
        """Write new persons, in the custody of one province at epoch 1, in one statement.

        Args:
            student_keys, numbers: columns of 16 bytes each; the numbers under seal.

        Returns:
            The student keys written. Left out are those that are another registration's already.
        """
        if not student_keys:
            return frozenset()
        columns = {"student_keys": UuidColumn(student_keys), "numbers": UuidColumn(numbers)}
        added = self._tx.connection.execute(
            _ADD,
            {**columns, "schools": code_array(schools), "custodian": custodian, "epoch": FIRST_EPOCH, "now": now},
        )
        if added.rowcount == len(student_keys):
            return frozenset(student_keys)
        return {key.bytes for key in self._tx.connection.execute(_ADDED, columns).scalars()}

    def known(self, student_keys: Sequence[bytes]) -> Set[bytes]:
        """Those of these keys that are persons, in one statement."""
        if not student_keys:
            return frozenset()
        rows = self._tx.connection.execute(_KNOWN, {"student_keys": UuidColumn(student_keys)})
        return {key.bytes for key in rows.scalars()}

    def get(self, student_keys: Iterable[UUID]) -> dict[UUID, FoundPerson]:
        """The persons of these keys, in one statement."""
        asked = [key.bytes for key in student_keys]
        if not asked:
            return {}
        rows = self._tx.connection.execute(_GET, {"student_keys": UuidColumn(asked)})
        return {row[0]: FoundPerson(*row) for row in rows}

    def in_custody(self, custodian: str, *, after: UUID, limit: int) -> list[InCustody]:
        """A page of those whose custodian a province is, in the order of their keys: a walk over the primary key."""
        asked = {"after": after, "custodian": custodian, "size": limit}
        return [InCustody(*row) for row in self._tx.connection.execute(_IN_CUSTODY, asked)]

    def lock_all(self, student_keys: Iterable[UUID]) -> dict[UUID, FoundPerson]:
        """As ``get``, locked to the end of the transaction, in one order for everybody."""
        asked = [key.bytes for key in student_keys]
        if not asked:
            return {}
        rows = self._tx.connection.execute(_LOCK, {"student_keys": UuidColumn(asked)})
        return {row[0]: FoundPerson(*row) for row in rows}

    def renumber(self, student_keys: Sequence[bytes], numbers: Sequence[bytes]) -> None:
        """Other numbers in force, claimed before; the rows are locked."""
        if student_keys:
            columns = {"student_keys": UuidColumn(student_keys), "numbers": UuidColumn(numbers)}
            changed = self._tx.connection.execute(_RENUMBER, columns).rowcount
            assert changed == len(student_keys), "persons that are locked are there"

    def standing(self, found: dict[UUID, FoundPerson]) -> dict[UUID, FoundPerson]:
        """Those found, and for whoever was merged the person whom it was found to be; mostly no statement at all."""
        while merged := {key: one.merged_into for key, one in found.items() if one.merged_into is not None}:
            into = self.get(set(merged.values()))
            found = {**found, **{key: into[whom] for key, whom in merged.items()}}
        return found

    def lock(self, student_key: str) -> Student:
        """A student that a slot names, locked to the end of the transaction."""
        locked = self.lock_known(student_key)
        assert locked is not None, "a slot's student is never deleted"
        return locked

    def lock_known(self, student_key: str) -> Student | None:
        """A student by its key, locked to the end of the transaction; None where there is none."""
        return self._locked(select(*_STUDENT).where(person.c.student_key == student_key))

    def replace(self, before: Student, after: Student, *, school: str | None = None) -> None:
        """Compare and set: nothing but what was decided upon may have been in the row, and it is exactly one row.

        Args:
            school: of the new custodian, where custody moves.
        """
        assert before.student_key == after.student_key, "one student"
        values = {"custodian": after.custodian, "epoch": after.epoch, "open_transfer": after.open_transfer}
        changed = self._tx.connection.execute(
            update(person)
            .where(
                person.c.student_key == before.student_key,
                person.c.custodian == before.custodian,
                person.c.epoch == before.epoch,
                person.c.open_transfer.is_not_distinct_from(before.open_transfer),
            )
            .values(values if school is None else {**values, "custodian_school": school})
        ).rowcount
        assert changed == 1, "custody is decided with the row locked"

    def merge(self, student_key: str, *, into: str | None) -> None:
        """Whom a person was found to be; None takes it back. The row is locked."""
        changed = self._tx.connection.execute(
            update(person).where(person.c.student_key == student_key).values(merged_into=into)
        ).rowcount
        assert changed == 1, "a person that is locked is there"

    def _locked(self, query: Select[str, str, int, str | None, str | None]) -> Student | None:
        row = self._tx.connection.execute(query.with_for_update(of=person)).one_or_none()
        if row is None:
            return None
        return Student(*row)
