"""Whatever a child may be found by, as 16 bytes that tell nobody who it is; each is claimed once, for ever."""

from __future__ import annotations

from collections.abc import Sequence, Set
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from chassis.sql import Transaction
from national_index.store.arrays import UuidColumn


class HandleKind(StrEnum):
    """What it is made of; a fingerprint is hashed together with it, so that equal texts of two kinds differ."""

    DOCUMENT = "D"  # 身份证件: its fingerprint (chassis.keys.Fingerprinter)
    NUMBER = "N"  # 学籍号, in force or earlier, under seal (chassis.keys.NumberSeal): an alias resolves for ever


# In the order of the key, so that two batches that overlap wait for each other and never deadlock.
_CLAIM = text(
    "INSERT INTO handle (fingerprint, student_key, kind)"
    " SELECT fingerprint, student_key, :kind"
    " FROM unnest(CAST(:fingerprints AS uuid[]), CAST(:student_keys AS uuid[])) AS claim(fingerprint, student_key)"
    " ORDER BY fingerprint"
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


class Handles:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def claim(self, kind: HandleKind, fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> bool:
        """Take those that nobody has, in one statement.

        One that another transaction is claiming is waited for: what is not held after it is committed to another
        student.

        Args:
            fingerprints, student_keys: columns of 16 bytes each; no fingerprint twice.

        Returns:
            Whether all were free.
        """
        if not fingerprints:
            return True
        columns = _columns(fingerprints, student_keys)
        return self._tx.connection.execute(_CLAIM, {**columns, "kind": kind}).rowcount == len(fingerprints)

    def held(self, fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> Set[bytes]:
        """The fingerprints of these columns that are the students' beside them, now or already."""
        if not fingerprints:
            return frozenset()
        rows = self._tx.connection.execute(_HELD, _columns(fingerprints, student_keys))
        return {fingerprint.bytes for fingerprint in rows.scalars()}

    def hold(self, kind: HandleKind, fingerprint: UUID, student_key: str) -> bool:
        """Claim one; whether it is the student's, now or already."""
        column, keys = [fingerprint.bytes], [UUID(student_key).bytes]
        return self.claim(kind, column, keys) or bool(self.held(column, keys))

    def give_back(self, fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> None:
        """Forget what this same transaction claimed for persons that it does not write after all."""
        if fingerprints:
            self._tx.connection.execute(_GIVE_BACK, _columns(fingerprints, student_keys))


def _columns(fingerprints: Sequence[bytes], student_keys: Sequence[bytes]) -> dict[str, UuidColumn]:
    return {"fingerprints": UuidColumn(fingerprints), "student_keys": UuidColumn(student_keys)}
