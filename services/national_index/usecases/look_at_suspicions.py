"""Suspicions as the nation's officers look at them and decide (Art. 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.keys import IdentityKeys
from kernel.refusals import PairUnknown
from national_index.store import IndexTransaction
from national_index.store.suspicions import Suspicion


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """One of the two records: its number in force, and the province that has it."""

    student_key: str
    number: str
    custodian: str


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    suspicion: Suspicion
    first: Side
    second: Side


def list_suspicions(
    tx: IndexTransaction,
    *,
    after: tuple[float, str, str] | None,
    limit: int,
    with_different: bool,
    keys: IdentityKeys,
) -> list[Pair]:
    """A page, the heaviest first; see ``Suspicions.page``."""
    suspicions = tx.suspicions.page(after=after, limit=limit, with_different=with_different)
    sides = _sides(tx, [key for one in suspicions for key in (one.first, one.second)], keys=keys)
    return [Pair(one, sides[one.first], sides[one.second]) for one in suspicions]


def get_suspicion(tx: IndexTransaction, first: str, second: str, *, keys: IdentityKeys) -> Pair:
    """One pair, by its keys in either order. Raises PairUnknown."""
    smaller, larger = _in_order(first, second)
    suspicion = tx.suspicions.get(smaller, larger)
    if suspicion is None:
        raise PairUnknown
    sides = _sides(tx, [smaller, larger], keys=keys)
    return Pair(suspicion, sides[smaller], sides[larger])


def _in_order(first: str, second: str) -> tuple[str, str]:
    smaller, larger = sorted((str(UUID(first)), str(UUID(second))))
    return smaller, larger


def _sides(tx: IndexTransaction, student_keys: Sequence[str], *, keys: IdentityKeys) -> dict[str, Side]:
    found = tx.persons.get({UUID(key) for key in student_keys})
    return {str(key): Side(str(key), keys.open(person.number), person.custodian) for key, person in found.items()}


def keep_apart(tx: IndexTransaction, first: str, second: str, *, by: str, now: datetime) -> None:
    """These are two children, for good. Said again, the first word stays. Raises PairUnknown."""
    _decide(tx, first, second, different_since=now, by=by)


def reopen(tx: IndexTransaction, first: str, second: str) -> None:
    """Somebody will look at the pair again. Raises PairUnknown."""
    _decide(tx, first, second, different_since=None, by="")


def _decide(tx: IndexTransaction, first: str, second: str, *, different_since: datetime | None, by: str) -> None:
    smaller, larger = _in_order(first, second)
    if not tx.suspicions.decide(smaller, larger, different_since=different_since, decided_by=by):
        raise PairUnknown
