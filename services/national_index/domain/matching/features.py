"""A person as a row of keyed tokens: equal where what they stand for is equal, and readable to nobody.

A token is a keyed hash cut short: 32 bits of a whole name, 16 of a single character or a part of a date, so that many
texts share one. All columns are integers and comparisons are ``=``, AND and OR alone, so one condition runs on
PostgreSQL, DuckDB and Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from national_index.domain.matching.names import NameForms

Token = Callable[[str, str], int]
"""A signed 64-bit keyed hash of a kind and a text (``chassis.keys.Tokens``)."""

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


def features_of(person: Person, token: Token) -> Features:
    """The row of a person under a key."""
    forms = NameForms.of(person.name)
    born = person.birth_date
    low, high = sorted((born.month, born.day))
    citizen_id = person.citizen_id if len(person.citizen_id) == _CITIZEN_ID_CHARACTERS else ""
    documents = _two([guardian.document for guardian in person.guardians])
    names = _two([NameForms.of(guardian.name).written for guardian in person.guardians if guardian.name])

    def of_32(kind: str, text: str) -> int:
        return token(kind, text) >> 32

    def of_16(kind: str, text: str) -> int:
        return token(kind, text) >> 48

    return Features(
        name=of_32("name", forms.written),
        sound=of_32("sound", forms.sound),
        look=of_32("look", forms.look),
        skeleton=of_32("skeleton", forms.skeleton) if forms.skeleton else None,
        family=of_16("family", forms.family),
        length=forms.length,
        unreadable=int(forms.unreadable),
        birth=of_32("birth", f"{born.year}-{low}-{high}"),
        year=of_16("year", str(born.year)),
        month=of_16("day", str(born.month)),
        day=of_16("day", str(born.day)),
        sex=person.sex,
        place=of_32("place", citizen_id[:6]) if citizen_id else None,
        document_birth=of_32("born", citizen_id[6:14]) if citizen_id else None,
        sequence=of_16("sequence", citizen_id[14:17]) if citizen_id else None,
        guardian_a=token("guardian", documents[0]) if documents[0] else None,
        guardian_b=token("guardian", documents[1]) if documents[1] else None,
        guardian_name_a=of_32("guardian-name", names[0]) if names[0] else None,
        guardian_name_b=of_32("guardian-name", names[1]) if names[1] else None,
    )


def _two(texts: list[str]) -> tuple[str, str]:
    first, second, *_ = [*texts, "", ""]
    return first, second
