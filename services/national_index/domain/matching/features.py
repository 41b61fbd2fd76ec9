"""A person as a row of keyed tokens: equal where what they stand for is equal, and readable to nobody.

A token is a keyed hash cut short: 32 bits of a whole name, 16 of a single character or a part of a date, so that many
texts share one. All columns are integers and comparisons are ``=``, AND and OR alone, so one condition runs on
PostgreSQL, DuckDB and Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from national_index.domain.matching.names import NameForms, Script, written


class Tokenizer(Protocol):
    """Makes a signed 64-bit keyed hash of a kind and a text (``chassis.keys.Tokens``), remembered or not."""

    @property
    def often(self) -> Callable[[str, str], int]: ...

    def once(self, kind: str, text: str) -> int: ...


_CITIZEN_ID_CHARACTERS = 18


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


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Makes rows under one key."""

    tokens: Tokenizer
    script: Script

    def features(self, person: Person) -> Features:
        """The row of a person."""
        return _features(person, self.tokens, self.script)


def _features(person: Person, tokens: Tokenizer, script: Script) -> Features:
    forms, token = NameForms.of(person.name, script), tokens.often
    born, text = person.birth_date, person.citizen_id
    low, high = (born.month, born.day) if born.month < born.day else (born.day, born.month)
    has_id = len(text) == _CITIZEN_ID_CHARACTERS
    one, other, *_ = (*person.guardians, _NOBODY, _NOBODY)
    return Features(
        token("name", forms.written) >> 32,
        token("sound", forms.sound) >> 32,
        token("look", forms.look) >> 32,
        token("skeleton", forms.skeleton) >> 32 if forms.skeleton else None,
        token("family", forms.family) >> 48,
        forms.length,
        int(forms.unreadable),
        token("birth", f"{born.year}-{low}-{high}") >> 32,
        token("year", str(born.year)) >> 48,
        token("day", str(born.month)) >> 48,
        token("day", str(born.day)) >> 48,
        person.sex,
        token("place", text[:6]) >> 32 if has_id else None,
        token("born", text[6:14]) >> 32 if has_id else None,
        token("sequence", text[14:17]) >> 48 if has_id else None,
        tokens.once("guardian", one.document) if one.document else None,
        tokens.once("guardian", other.document) if other.document else None,
        tokens.once("guardian-name", written(one.name, script)) >> 32 if one.name else None,
        tokens.once("guardian-name", written(other.name, script)) >> 32 if other.name else None,
    )
