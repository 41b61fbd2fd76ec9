"""Compare those who were registered now with all who are here (Art. 6): suspicions for people, and no refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

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
