"""A labelled set: a population, some of it registered a second time, as features in a file and pairs that are true."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path

from chassis.keys import Tokens
from chassis.script import simplified, sound
from matching.errors import MISTAKES, same_document
from matching.people import Registry
from national_index.domain.matching.features import Encoder, Features
from national_index.domain.matching.names import Script

_DUPLICATED = 0.1  # of the population
_KEY_FORM = "{:032x}"


@dataclass(frozen=True)
class LabelledSet:
    """Records by their place, 0 to ``count``.

    Attributes:
        kind_of: the mistake's name of each true pair, the smaller place first. twins: pairs that are two children.
        microseconds: of Python for the features of one record.
    """

    features: Path
    count: int
    kind_of: dict[tuple[int, int], str]
    twins: set[tuple[int, int]]
    microseconds: float


def key_of(place: int) -> str:
    return _KEY_FORM.format(place)


def place_of(key: str) -> int:
    return int(key, 16)


def labelled_set(seed: int, *, persons: int, folder: Path) -> LabelledSet:
    """Equal seeds make equal sets."""
    registry = Registry(seed)
    population = registry.population(persons)
    people = list(population.people)
    kind_of: dict[tuple[int, int], str] = {}
    free = list(range(len(people)))  # nobody is registered three times
    registry.dice.shuffle(free)
    for mistake in MISTAKES:
        wanted = int(persons * _DUPLICATED) // len(MISTAKES)
        chosen: set[int] = set()
        for place in free:
            if len(chosen) == wanted:
                break
            again = mistake(people[place], registry)
            if again is not None and not same_document(people[place], again):
                chosen.add(place)
                kind_of[place, len(people)] = mistake.__name__
                people.append(again)
        free = [place for place in free if place not in chosen]
    file = folder / f"features-{seed}-{persons}.csv"
    encoder = Encoder(Tokens(f"benchmark {seed}".encode().ljust(32)), Script(simplified, sound))
    began = time.perf_counter()
    rows = [encoder.features(person) for person in people]
    seconds = time.perf_counter() - began
    with file.open("w", newline="", encoding="ascii") as opened:
        writer = csv.writer(opened)
        writer.writerow(("student_key", *Features._fields))
        writer.writerows((key_of(place), *row) for place, row in enumerate(rows))
    return LabelledSet(file, len(people), kind_of, set(population.twins), seconds / len(people) * 1e6)
