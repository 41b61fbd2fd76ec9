"""A person as a row of keyed tokens: equal where what they stand for is equal, and readable to nobody.

A token is a keyed hash cut short: 32 bits of a whole name, 16 of a single character or a part of a date, so that many
texts share one. All columns are integers and comparisons are ``=``, AND and OR alone, so one condition runs on
PostgreSQL, DuckDB and Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from national_index.domain.matching.names import NameForms, Script, written

Token = Callable[[str, str], int]

_CITIZEN_ID_CHARACTERS = 18
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True, repr=False)
class Guardian:
    """A guardian (监护人): name and number of the document, either may be empty."""

    name: str
    document: str


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """What a registration says of a child, as far as it is compared.

    Attributes:
        sex: GB/T 2261.1. citizen_id: empty for a child without one.
    """

    name: str
    sex: int
    birth_date: date
    citizen_id: str = ""
    guardians: tuple[Guardian, ...] = ()


_NOBODY = Guardian("", "")


class Features(NamedTuple):
    """One row, in the order of the columns of every table of features; None is unknown and compares with nothing.

    Attributes:
        birth: of the date with month and day in either order. year, month, day: of its parts; a month and a day of
            equal number have equal tokens, by which a swap is seen.
        place, document_birth, sequence: of the parts of a citizen ID, of which a mistyped digit leaves two.
        guardian_a, guardian_b: of the guardians' documents. guardian_name_a, guardian_name_b: of their names.
    """

    name: int
    sound: int
    look: int
    skeleton: int | None
    family: int
    length: int
    unreadable: int
    birth: int
    year: int
    month: int
    day: int
    sex: int
    place: int | None
    document_birth: int | None
    sequence: int | None
    guardian_a: int | None
    guardian_b: int | None
    guardian_name_a: int | None
    guardian_name_b: int | None


class Encoder:
    """Makes rows under one key; what comes again and again, names and days, is remembered.

    Args:
        token: makes a signed 64-bit keyed hash of a kind and a text (``chassis.keys.Tokens``).
    """

    def __init__(self, token: Token, script: Script) -> None:
        self._token = token
        self._script = script
        self._name = lru_cache(_REMEMBERED)(self._name_tokens)
        self._day = lru_cache(_REMEMBERED)(self._day_tokens)
        self._born = lru_cache(_REMEMBERED)(lambda digits: token("born", digits) >> 32)
        self._place = lru_cache(_REMEMBERED)(lambda digits: token("place", digits) >> 32)
        self._sequence = lru_cache(_REMEMBERED)(lambda digits: token("sequence", digits) >> 48)

    def features(self, person: Person) -> Features:
        """The row of a person."""
        citizen_id = person.citizen_id if len(person.citizen_id) == _CITIZEN_ID_CHARACTERS else ""
        one, other, *_ = (*person.guardians, _NOBODY, _NOBODY)
        return Features(
            *self._name(person.name),
            *self._day(person.birth_date),
            person.sex,
            self._place(citizen_id[:6]) if citizen_id else None,
            self._born(citizen_id[6:14]) if citizen_id else None,
            self._sequence(citizen_id[14:17]) if citizen_id else None,
            self._token("guardian", one.document) if one.document else None,
            self._token("guardian", other.document) if other.document else None,
            self._guardian_name(one.name) if one.name else None,
            self._guardian_name(other.name) if other.name else None,
        )

    def _name_tokens(self, name: str) -> tuple[int, int, int, int | None, int, int, int]:
        forms, token = NameForms.of(name, self._script), self._token
        return (
            token("name", forms.written) >> 32,
            token("sound", forms.sound) >> 32,
            token("look", forms.look) >> 32,
            token("skeleton", forms.skeleton) >> 32 if forms.skeleton else None,
            token("family", forms.family) >> 48,
            forms.length,
            int(forms.unreadable),
        )

    def _day_tokens(self, born: date) -> tuple[int, int, int, int]:
        token = self._token
        low, high = sorted((born.month, born.day))
        return (
            token("birth", f"{born.year}-{low}-{high}") >> 32,
            token("year", str(born.year)) >> 48,
            token("day", str(born.month)) >> 48,
            token("day", str(born.day)) >> 48,
        )

    def _guardian_name(self, name: str) -> int:
        return self._token("guardian-name", written(name, self._script)) >> 32
