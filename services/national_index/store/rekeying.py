"""The pages of a replacement of a storage key (``national_index.domain.storage_keys``): bounded work on the tables.

Each is given a place in a table, and does so many rows behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, text

from chassis.keys import IdentityKeys
from chassis.sql import Transaction
from kernel.refusals import KeyNotHere
from national_index.domain.storage_keys import DONE
from national_index.store.arrays import UuidColumn
from national_index.store.handles import CLAIM, HandleKind

# The row stays as it is until its twin is written, or it is deleted: whoever gives it back waits.
_PAGE = (
    "SELECT fingerprint, student_key, kind FROM handle WHERE key_version = :version AND fingerprint > :after"
    " ORDER BY fingerprint LIMIT :limit"
)
_PAGE_TO_COPY = text(f"{_PAGE} FOR SHARE")
_PAGE_TO_DELETE = text(f"{_PAGE} FOR UPDATE")
_THERE = text(
    "SELECT count(*) FROM handle JOIN unnest(CAST(:fingerprints AS uuid[]), CAST(:student_keys AS uuid[]))"
    " AS twin(fingerprint, student_key) USING (fingerprint, student_key) WHERE key_version = :version"
)
_DELETE = text("DELETE FROM handle WHERE fingerprint = ANY(CAST(:fingerprints AS uuid[])) AND key_version = :version")
_PERSONS = text("SELECT student_key, number FROM person WHERE student_key > :after ORDER BY student_key LIMIT :limit")
# Who got another number meanwhile has one under the current key.
_RESEAL = text(
    "UPDATE person SET number = page.sealed"
    " FROM unnest(CAST(:student_keys AS uuid[]), CAST(:before AS uuid[]), CAST(:sealed AS uuid[]))"
    " AS page(student_key, before, sealed)"
    " WHERE person.student_key = page.student_key AND person.number = page.before"
)
_BEGINNING = UUID(int=0)


class Page(NamedTuple):
    """What was done: how many rows, and up to which; ``DONE`` where those were the last."""

    rows: int
    place: UUID


class _Twin(NamedTuple):
    """What a handle is stored as under another key."""

    stored: bytes
    student_key: bytes
    kind: str


class Rekeying:
    def __init__(self, tx: Transaction, keys: IdentityKeys) -> None:
        self._connection = tx.connection
        self._storage = keys.storage

    def copy(self, old: int, new: int, *, after: UUID | None, limit: int) -> Page:
        """Handles of one key, written under another one too."""
        page = self._connection.execute(_PAGE_TO_COPY, _behind(after, limit, old)).all()
        twins = self._twins(page, old, new)
        for kind in HandleKind:  # in the order in which an intake claims
            columns = _columns([twin for twin in twins if twin.kind == kind])
            self._connection.execute(CLAIM, {**columns, "kind": kind, "version": new})
        return _page([handle.fingerprint for handle in page], limit)

    def delete(self, old: int, kept: int, *, after: UUID | None, limit: int) -> Page:
        """Handles of one key, forgotten; each is there under the one that is kept."""
        page = self._connection.execute(_PAGE_TO_DELETE, _behind(after, limit, old)).all()
        there = self._connection.scalar(_THERE, {**_columns(self._twins(page, old, kept)), "version": kept})
        assert there == len(page), "nobody is forgotten who is not found under the other key"
        stored = UuidColumn([handle.fingerprint.bytes for handle in page])
        self._connection.execute(_DELETE, {"fingerprints": stored, "version": old})
        return _page([handle.fingerprint for handle in page], limit)

    def reseal(self, old: int, new: int, *, after: UUID | None, limit: int) -> Page:
        """Numbers of one key, sealed under another one.

        Raises:
            KeyNotHere: a number is under neither.
        """
        page = self._connection.execute(_PERSONS, {"after": after or _BEGINNING, "limit": limit}).all()
        keys, before, numbers = list[bytes](), list[bytes](), list[str]()
        for student_key, sealed in page:
            if (number := self._storage[old].open(sealed)) is not None:
                keys.append(student_key.bytes)
                before.append(sealed.bytes)
                numbers.append(number)
            elif self._storage[new].open(sealed) is None:
                raise KeyNotHere
        if numbers:
            columns = {"student_keys": keys, "before": before, "sealed": self._storage[new].seal(numbers)}
            self._connection.execute(_RESEAL, {name: UuidColumn(column) for name, column in columns.items()})
        return _page([student_key for student_key, _ in page], limit)

    def _twins(self, page: Sequence[Row[Any]], old: int, new: int) -> list[_Twin]:
        """In the order of their key: two who write the same wait for each other and never deadlock."""
        fingerprints = self._storage[old].unwrap([handle.fingerprint.bytes for handle in page])
        stored = self._storage[new].wrap(fingerprints)
        return sorted(
            _Twin(twin, handle.student_key.bytes, handle.kind) for twin, handle in zip(stored, page, strict=True)
        )


def _page(places: Sequence[UUID], limit: int) -> Page:
    """One that is not full is the last: what is added from now on is under both keys, or under the new one alone.

    To wait for an empty one would be to wait for a moment in which nobody is registered.
    """
    return Page(len(places), places[-1] if len(places) == limit else DONE)


def _behind(after: UUID | None, limit: int, version: int) -> dict[str, object]:
    return {"after": after or _BEGINNING, "limit": limit, "version": version}


def _columns(twins: Sequence[_Twin]) -> dict[str, UuidColumn]:
    return {
        "fingerprints": UuidColumn([twin.stored for twin in twins]),
        "student_keys": UuidColumn([twin.student_key for twin in twins]),
    }
