"""A population of nobody: families with children, some of them twins, cousins, and namesakes born on one day."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from chassis.script import sound
from kernel.check_character import check_character
from kernel.identity import Sex
from national_index.domain.matching.features import Guardian, Person

_STATISTICS = tomllib.loads(Path(__file__).with_name("name_statistics.toml").read_text(encoding="utf-8"))
SURNAMES: dict[str, int] = {entry[0]: int(entry[1:]) for entry in _STATISTICS["surnames"].split()}
GIVEN = {Sex.MALE: _STATISTICS["boys"].split(), Sex.FEMALE: _STATISTICS["girls"].split()}
RARE = _STATISTICS["rare"].split()
SPELLINGS = [entry.split("/") for entry in _STATISTICS["transliterated"].split()]

FIRST_DAY = date(2008, 9, 1)
DAYS = 365 * 12
# Divisions that were never given to a county: no citizen ID of these is anybody's.
PLACES = [
    f"{province}99{county:02d}" for province in (32, 34, 37, 41, 42, 43, 44, 50, 51, 52) for county in range(1, 90)
]

_ONE_CHARACTER = 0.18  # of given names
_TRANSLITERATED = 0.03
_RARE = 0.01
_NO_DOCUMENT = 0.02
_TWINS_OF_ONE_SOUND = 0.2  # 佳怡 and 佳宜: parents do it
_TWINS, _SIBLINGS, _COUSINS, _NAMESAKES = 0.03, 0.3, 0.05, 0.01


@dataclass(frozen=True)
class Population:
    """Children by their place in the list, and pairs of them that are not one child although much is equal."""

    people: list[Person]
    twins: list[tuple[int, int]]


class Registry:
    """Makes people; each citizen ID once.

    Args:
        seed: of the dice; equal seeds make equal populations.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a generated population
        self._given_out: set[str] = set()
        self._surnames: list[str] = list(SURNAMES)
        self._shares = list(SURNAMES.values())
        self._weights = {sex: [1 / (rank + 6) for rank in range(len(GIVEN[sex]))] for sex in GIVEN}

    def population(self, count: int) -> Population:
        people: list[Person] = []
        twins: list[tuple[int, int]] = []
        while len(people) < count:
            family = self._family()
            if self.dice.random() < _TWINS:
                twins.append((len(people), len(people) + 1))
                people += self._twins(family)
            else:
                people.append(self._child(family))
            if self.dice.random() < _SIBLINGS:
                people.append(self._child(family))
            if self.dice.random() < _COUSINS:  # whom one grandmother brings up
                people.append(self._child((self.surname(), family[1][:1])))
            if self.dice.random() < _NAMESAKES:
                other = people[-1]
                people.append(
                    self.with_document(Person(other.name, other.sex, other.birth_date, "", self._family()[1]))
                )
        return Population(people, twins)

    def surname(self) -> str:
        (drawn,) = self.dice.choices(self._surnames, self._shares)
        return drawn

    def given_name(self, sex: Sex) -> str:
        length = 1 if self.dice.random() < _ONE_CHARACTER else 2
        characters: list[str] = self.dice.choices(GIVEN[sex], self._weights[sex], k=length)
        if self.dice.random() < _RARE:
            characters[-1] = self.dice.choice(RARE)
        return "".join(characters)

    def citizen_id(self, born: date, sex: int, *, place: str = "") -> str:
        """A number that nobody else of this population has."""
        while True:
            sequence = self.dice.randrange(1, 500) * 2 - (sex == Sex.MALE)
            first17 = f"{place or self.dice.choice(PLACES)}{born:%Y%m%d}{sequence:03d}"
            if first17 not in self._given_out:
                self._given_out.add(first17)
                return first17 + check_character(first17)

    def with_document(self, person: Person, *, place: str = "") -> Person:
        return replace(person, citizen_id=self.citizen_id(person.birth_date, person.sex, place=place))

    def _family(self) -> tuple[str, tuple[Guardian, ...]]:
        surname = self.surname()
        parents = []
        for sex, name in ((Sex.MALE, surname), (Sex.FEMALE, self.surname())):
            born = date(1975, 1, 1) + timedelta(days=self.dice.randrange(365 * 20))
            parents.append(Guardian(name + self.given_name(sex), self.citizen_id(born, sex)))
        return surname, tuple(parents)

    def _child(self, family: tuple[str, tuple[Guardian, ...]]) -> Person:
        surname, guardians = family
        sex = self.dice.choice((Sex.MALE, Sex.FEMALE))
        born = FIRST_DAY + timedelta(days=self.dice.randrange(DAYS))
        if self.dice.random() < _TRANSLITERATED:
            name = "·".join(self.dice.choice(one) for one in self.dice.sample(SPELLINGS, 2))
        else:
            name = surname + self.given_name(sex)
        person = Person(name, sex, born, "", guardians)
        return person if self.dice.random() < _NO_DOCUMENT else self.with_document(person)

    def _of_one_sound(self, character: str) -> list[str]:
        others = sorted({*GIVEN[Sex.MALE], *GIVEN[Sex.FEMALE]} - {character})
        return [one for one in others if sound(one) == sound(character)]

    def _twins(self, family: tuple[str, tuple[Guardian, ...]]) -> list[Person]:
        """Born on one day; a character in common, as parents like it; numbers beside each other."""
        surname, guardians = family
        born = FIRST_DAY + timedelta(days=self.dice.randrange(DAYS))
        place = self.dice.choice(PLACES)
        first, second = (self.dice.choice((Sex.MALE, Sex.FEMALE)) for _ in range(2))
        common = self.dice.choices(GIVEN[first], self._weights[first])[0]
        names = [surname + common + self.given_name(first)[0]]
        if self.dice.random() < _TWINS_OF_ONE_SOUND and (alike := self._of_one_sound(names[0][-1])):
            names.append(surname + common + self.dice.choice(alike))
        while len(names) < 2:
            other = surname + common + self.given_name(second)[0]
            if other not in names:
                names.append(other)
        return [
            self.with_document(Person(name, sex, born, "", guardians), place=place)
            for name, sex in zip(names, (first, second), strict=True)
        ]
