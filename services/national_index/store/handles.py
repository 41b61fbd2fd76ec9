"""Whatever a child may be found by, as fingerprints; each is claimed once, for ever."""

from __future__ import annotations

from collections.abc import Sequence, Set
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from chassis.sql import Transaction
from national_index.store.arrays import code_array, uuid_array


class HandleKind(StrEnum):
    """What the fingerprint is of; it is hashed together with it, so that equal texts of two kinds differ."""

    DOCUMENT = "D"  # 身份证件
    NUMBER = "N"  # 学籍号, in force or earlier: an alias resolves for ever
    ITEM = "I"  # the registration itself, for a child without any document


class Claim(NamedTuple):
    fingerprint: UUID
    student_key: UUID
    kind: HandleKind


# In the order of the key, so that two batches that overlap wait for each other and never deadlock.
_CLAIM = text(
    "INSERT INTO handle (fingerprint, student_key, kind)"
    " SELECT fingerprint, student_key, kind"
    " FROM unnest(CAST(:fingerprints AS uuid[]), CAST(:student_keys AS uuid[]), CAST(:kinds AS text[]))"
    " AS claim(fingerprint, student_key, kind) ORDER BY fingerprint"
    " ON CONFLICT (fingerprint) DO NOTHING"
)
_CLAIMED = text(
    "SELECT student_key FROM handle"
    " WHERE fingerprint = ANY(CAST(:fingerprints AS uuid[])) AND student_key = ANY(CAST(:student_keys AS uuid[]))"
)
_GIVE_BACK = text(
    "DELETE FROM handle"
    " WHERE fingerprint = ANY(CAST(:fingerprints AS uuid[])) AND student_key = ANY(CAST(:student_keys AS uuid[]))"
)


class Handles:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def claim(self, claims: Sequence[Claim]) -> Set[UUID]:
        """Take those fingerprints that nobody has, in one statement.

        A fingerprint that another transaction is claiming is waited for: one that is not claimed here is committed to
        another student.

        Args:
            claims: one for each student; no fingerprint twice.

        Returns:
            The keys of the students who have theirs.
        """
        student_keys = {claim.student_key for claim in claims}
        if not claims:
            return student_keys
        columns = _columns(claims)
        taken = self._tx.connection.execute(_CLAIM, {**columns, "kinds": code_array([one.kind for one in claims])})
        if taken.rowcount == len(claims):
            return student_keys  # nearly always: children are registered once
        return set(self._tx.connection.execute(_CLAIMED, columns).scalars())

    def give_back(self, claims: Sequence[Claim]) -> None:
        """Forget what this same transaction claimed for persons that it does not write after all."""
        if claims:
            self._tx.connection.execute(_GIVE_BACK, _columns(claims))


def _columns(claims: Sequence[Claim]) -> dict[str, str]:
    return {
        "fingerprints": uuid_array(claim.fingerprint for claim in claims),
        "student_keys": uuid_array(claim.student_key for claim in claims),
    }
