"""Compare those who were registered now with all who are here (Art. 6): suspicions for people, and no refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from kernel.refusals import NotCustodian, StudentNotFound
from national_index.domain.matching.features import Encoder, Person
from national_index.domain.matching.model import read_model
from national_index.store import IndexTransaction
from national_index.store.suspicions import SuspectedPair


def suspect(
    tx: IndexTransaction, student_keys: Sequence[bytes], people: Sequence[Person], *, encoder: Encoder, now: datetime
) -> None:
    """Keep what new persons are compared by, and the pairs that may be one child; three statements at most.

    Args:
        student_keys, people: new persons, in columns.
    """
    tx.traits.add(student_keys, [encoder.features(person) for person in people])
    _keep_resembling(tx, student_keys, now=now)


def renew_traits(
    tx: IndexTransaction, student_key: str, person: Person, *, province: str, encoder: Encoder, now: datetime
) -> str:
    """A record was corrected: compare it anew by what it says now; a pair that is known stays as it is decided.

    Args:
        province: that asks. person: as the record has it now.

    Returns:
        Two digits of the province of a record that may be the same child's; empty where there is none.

    Raises:
        StudentNotFound, NotCustodian: it is nobody's, or another province's record.
    """
    student = tx.persons.lock_known(student_key)
    if student is None:
        raise StudentNotFound(field="student_key")
    if student.custodian != province:
        raise NotCustodian(field="student_key")
    key = UUID(student_key).bytes
    tx.traits.renew(key, encoder.features(person))
    _keep_resembling(tx, [key], now=now)
    return suspected_custodians(tx, [key]).get(key, "")


def _keep_resembling(tx: IndexTransaction, student_keys: Sequence[bytes], *, now: datetime) -> None:
    by, pairs = read_model(), {}
    for newer, other, levels in tx.traits.resembling(student_keys):
        if (weight := by.weight(levels)) >= 0:
            first, second = sorted((str(newer), str(other)))
            pairs[first, second] = SuspectedPair(first, second, weight, by.reasons(levels))
    tx.suspicions.add(list(pairs.values()), now=now)


def suspected_custodians(tx: IndexTransaction, student_keys: Sequence[bytes]) -> dict[bytes, str]:
    """Of each of these whom an open suspicion names: the province of the record that they resemble most, two digits."""
    heaviest: dict[UUID, tuple[float, UUID]] = {}
    for first, second, weight in tx.suspicions.open_of(student_keys):
        for one, other in ((first, second), (second, first)):
            heaviest[one] = max(heaviest.get(one, (weight, other)), (weight, other))
    custodian_of = tx.persons.get(other for _, other in heaviest.values())
    return {one.bytes: custodian_of[other].custodian for one, (_, other) in heaviest.items()}


def export_traits(tx: IndexTransaction, file: Path) -> None:
    """All that is compared, for the sweep."""
    tx.traits.export(file)


def take_suspicions(tx: IndexTransaction, pairs: Sequence[SuspectedPair], *, now: datetime) -> int:
    """What a sweep found; how many of them are new."""
    return tx.suspicions.add(pairs, now=now)
