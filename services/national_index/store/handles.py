"""Whatever a child may be found by, as 16 bytes that tell nobody who it is; each is claimed once, for ever.

Use cases name a handle by its fingerprint (``chassis.keys.Fingerprinter``). What is stored is that fingerprint under
the storage key in force; while a key is replaced, under both (``national_index.domain.storage_keys``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from chassis.keys import IdentityKeys
from chassis.sql import Transaction
from national_index.domain.slots import Student
from national_index.domain.storage_keys import KeyBook
from national_index.store.arrays import UuidColumn
from national_index.store.key_book import KeyBooks
from national_index.store.persons import FoundPerson, Persons


class HandleKind(StrEnum):
    """What it is made of; a fingerprint is hashed together with it, so that equal texts of two kinds differ."""

    DOCUMENT = "D"  # 身份证件
    NUMBER = "N"  # 学籍号, in force or earlier: an alias resolves for ever


# In the order of the key, so that two batches that overlap wait for each other and never deadlock.
CLAIM = text(
    "INSERT INTO handle (fingerprint, student_key, kind, key_version)"
    " SELECT fingerprint, student_key, :kind, :version"
    " FROM unnest(CAST(:fingerprints AS uuid[]), CAST(:student_keys AS uuid[])) AS claim(fingerprint, student_key)"
    " ORDER BY fingerprint"
    " ON CONFLICT (fingerprint) DO NOTHING"
)
# Under the next key too, for whoever holds it under the current one.
_CLAIM_BESIDE = text(
    "INSERT INTO handle (fingerprint, student_key, kind, key_version)"
    " SELECT beside, claim.student_key, handle.kind, :version"
    " FROM unnest(CAST(:fingerprints AS uuid[]), CAST(:beside AS uuid[]), CAST(:student_keys AS uuid[]))"
    " AS claim(fingerprint, beside, student_key)"
    " JOIN handle ON handle.fingerprint = claim.fingerprint AND handle.student_key = claim.student_key"
    " ORDER BY beside"
    " ON CONFLICT (fingerprint) DO NOTHING"
)
_HELD = text(
    "SELECT fingerprint FROM handle JOIN unnest(CAST(:fingerprints AS uuid[]), CAST(:student_keys AS uuid[]))"
    " AS claim(fingerprint, student_key) USING (fingerprint, student_key)"
)
_GIVE_BACK = text(
    "DELETE FROM handle USING unnest(CAST(:fingerprints AS uuid[]), CAST(:student_keys AS uuid[]))"
    " AS claim(fingerprint, student_key)"
    " WHERE handle.fingerprint = claim.fingerprint AND handle.student_key = claim.student_key"
)
_FIND = text(
    "SELECT handle.fingerprint, student_key, number, custodian, epoch, open_transfer IS NOT NULL,"
    " merged_into FROM handle JOIN person USING (student_key)"
    " WHERE handle.fingerprint = ANY(CAST(:fingerprints AS uuid[]))"
)


class Handles:
    """As one transaction sees them; every fingerprint is 16 bytes, as ``Fingerprinter`` makes them."""

    def __init__(self, tx: Transaction, keys: IdentityKeys) -> None:
        self._tx = tx
        self.keys = keys
        self._book: KeyBook | None = None

    def claim(self, kind: HandleKind, fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> bool:
        """Take those that nobody has, in one statement.

        One that another transaction is claiming is waited for: what is not held after it is committed to another
        student.

        Args:
            fingerprints, student_keys: columns of the same length; no fingerprint twice.

        Returns:
            Whether all were free.

        Raises:
            KeyNotHere, KeyChanged: this process does not hold the keys that the table is under.
        """
        book = self._hold_book()  # also for nobody: what this transaction reads from now on is of no earlier book
        if not fingerprints:
            return True
        stored = self._stored(book.current, fingerprints)
        columns = _columns(stored, student_keys)
        claim = {**columns, "kind": kind, "version": book.current}
        free = self._tx.connection.execute(CLAIM, claim).rowcount
        if book.next is not None:
            beside = UuidColumn(self._stored(book.next, fingerprints))
            self._tx.connection.execute(_CLAIM_BESIDE, {**columns, "beside": beside, "version": book.next})
        return free == len(fingerprints)

    def held(self, fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> Set[bytes]:
        """The fingerprints of these columns that are the students' beside them, now or already."""
        if not fingerprints:
            return frozenset()
        stored = self._stored(self._hold_book().current, fingerprints)
        rows = self._tx.connection.execute(_HELD, _columns(stored, student_keys))
        known = dict(zip(stored, fingerprints, strict=True))
        return {known[one.bytes] for one in rows.scalars()}

    def hold(self, kind: HandleKind, fingerprint: UUID, student_key: str) -> bool:
        """Claim one; whether it is the student's, now or already."""
        column, keys = [fingerprint.bytes], [UUID(student_key).bytes]
        return self.claim(kind, column, keys) or bool(self.held(column, keys))

    def give_back(self, fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> None:
        """Forget handles of these students."""
        if not fingerprints:
            return
        book = self._hold_book()
        # The current one first: who copies it to the next key has it locked, and is waited for before the next is read.
        for version in filter(None, (book.current, book.next, book.former)):
            self._tx.connection.execute(_GIVE_BACK, _columns(self._stored(version, fingerprints), student_keys))

    def find(self, fingerprints: Iterable[UUID]) -> dict[UUID, FoundPerson]:
        """The persons under these fingerprints, in one statement where all are known.

        Raises:
            KeyNotHere, KeyChanged: one is not found, and might be under a key that this process does not hold.
        """
        asked = {fingerprint.bytes for fingerprint in fingerprints}
        found = self._found(asked)
        if len(found) == len(asked) or self._book is not None:
            return found
        # Under a key that is not here, or was under one at that moment: nobody is not found but while the book stays.
        self._hold_book()
        return found | self._found(asked - {fingerprint.bytes for fingerprint in found})

    def _found(self, asked: Collection[bytes]) -> dict[UUID, FoundPerson]:
        if not asked:
            return {}
        column = list(asked)
        fingerprint_of = {
            stored: fingerprint
            for version in self.keys.storage
            for stored, fingerprint in zip(self._stored(version, column), column, strict=True)
        }
        rows = self._tx.connection.execute(_FIND, {"fingerprints": UuidColumn(list(fingerprint_of))})
        return {UUID(bytes=fingerprint_of[stored.bytes]): FoundPerson(*one) for stored, *one in rows}

    def lock_found(self, fingerprint: UUID) -> Student | None:
        """The student under a fingerprint, or whom that one was found to be, locked to the end of the transaction; None
        where there is none."""
        found = self.find([fingerprint]).get(fingerprint)
        persons = Persons(self._tx)
        student = persons.lock(str(found.student_key)) if found else None
        while student is not None and student.merged_into is not None:
            student = persons.lock(student.merged_into)
        return student

    def seal(self, numbers: Sequence[str]) -> list[bytes]:
        """A column of numbers as persons have them (``Persons.add``)."""
        return self.keys.storage[self._hold_book().current].seal(numbers) if numbers else []

    def _hold_book(self) -> KeyBook:
        """It stays as it is to the end of the transaction, and all its keys are here."""
        if self._book is None:
            self._book = KeyBooks(self._tx).hold(self.keys)
        return self._book

    def _stored(self, version: int, fingerprints: Sequence[bytes]) -> list[bytes]:
        return self.keys.storage[version].wrap(fingerprints)


def _columns(fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> dict[str, UuidColumn]:
    return {"fingerprints": UuidColumn(fingerprints), "student_keys": UuidColumn(student_keys)}
