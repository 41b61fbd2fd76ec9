"""Whatever a child may be found by, as fingerprints; each is claimed once, for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from chassis.sql import Transaction


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
    " ON CONFLICT (fingerprint) DO NOTHING RETURNING fingerprint"
)
_GIVE_BACK = text("DELETE FROM handle WHERE student_key = ANY(:student_keys) AND fingerprint = ANY(:fingerprints)")


class Handles:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def claim(self, claims: Sequence[Claim]) -> set[UUID]:
        """Take those fingerprints that nobody has, in one statement.

        A fingerprint that another transaction is claiming is waited for: what is not returned is committed to another
        student, or was claimed twice here.

        Returns:
            The fingerprints claimed.
        """
        if not claims:
            return set()
        fingerprints, student_keys, kinds = zip(*claims, strict=True)
        return set(
            self._tx.connection.execute(
                _CLAIM, {"fingerprints": list(fingerprints), "student_keys": list(student_keys), "kinds": list(kinds)}
            ).scalars()
        )

    def give_back(self, claims: Iterable[Claim]) -> None:
        """Forget what this same transaction claimed for persons that it does not write after all."""
        claimed = list(claims)
        if claimed:
            self._tx.connection.execute(
                _GIVE_BACK,
                {
                    "student_keys": [claim.student_key for claim in claimed],
                    "fingerprints": [claim.fingerprint for claim in claimed],
                },
            )
