"""Compare those who were registered now with all who are here (Art. 6): suspicions for people, and no refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from national_index.domain.matching.features import Encoder, Person
from national_index.domain.matching.model import Model, read_model
from national_index.store import IndexTransaction
from national_index.store.suspicions import SuspectedPair

model = cache(read_model)


def suspect(
    tx: IndexTransaction, student_keys: Sequence[bytes], people: Sequence[Person], *, encoder: Encoder, now: datetime
) -> dict[bytes, str]:
    """The province of the record that each one resembles most, of those who resemble any; two statements, and a third
    where somebody does.

    Args:
        student_keys, people: new persons, in columns.
    """
    tx.traits.add(student_keys, [encoder.features(person) for person in people])
    weighed = _weighed(tx, student_keys, model())
    tx.suspicions.add([pair for pairs in weighed.values() for _, pair in pairs], now=now)
    heaviest = {newer: max(pairs, key=lambda one: one[1].weight)[0] for newer, pairs in weighed.items()}
    custodian_of = tx.persons.get(heaviest.values())
    return {newer.bytes: custodian_of[other].custodian for newer, other in heaviest.items()}


def _weighed(
    tx: IndexTransaction, student_keys: Sequence[bytes], by: Model
) -> Mapping[UUID, list[tuple[UUID, SuspectedPair]]]:
    weighed: dict[UUID, list[tuple[UUID, SuspectedPair]]] = {}
    for newer, other, levels in tx.traits.resembling(student_keys):
        if (weight := by.weight(levels)) >= 0:
            first, second = sorted((str(newer), str(other)))
            pair = SuspectedPair(first, second, weight, by.reasons(levels))
            weighed.setdefault(newer, []).append((other, pair))
    return weighed


def export_traits(tx: IndexTransaction, file: Path) -> None:
    """All that is compared, for the sweep."""
    tx.traits.export(file)


def take_suspicions(tx: IndexTransaction, pairs: Sequence[SuspectedPair], *, now: datetime) -> int:
    """What a sweep found; how many of them are new."""
    return tx.suspicions.add(pairs, now=now)
