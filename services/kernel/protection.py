"""What is withheld of a child who must not be found, or whose past name is nobody's business (Article 25).

A child who was adopted or fostered, or is in danger from somebody, has a record like any other; its address, or the
name it had, is not for every desk that has to do with it. The school that has the record knows where its pupil lives,
and the province keeps everything; whoever else is shown the record is told that there is something, and not what.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kernel.student import Student

PROTECTED = "protected"  # the item of kernel.standing
WITHHELD = "（受保护）"


class Protection(StrEnum):
    """What is withheld."""

    ADDRESS = "address"
    FORMER_NAME = "former_name"
    BOTH = "both"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Protection.ADDRESS: "住址保密",
    Protection.FORMER_NAME: "曾用名保密",
    Protection.BOTH: "住址和曾用名保密",
    Protection.NOTHING: "解除保护",
}
_ADDRESSES = frozenset(
    {
        "address",
        "mailing_address",
        "home_address",
        "postcode",
        *(f"guardian{which}_{item}" for which in (1, 2) for item in ("address", "workplace", "household_place")),
    }
)
_ITEMS = {
    Protection.ADDRESS: _ADDRESSES,
    Protection.FORMER_NAME: frozenset({"former_name"}),
    Protection.BOTH: _ADDRESSES | {"former_name"},
    Protection.NOTHING: frozenset[str](),
}


def protection_of(student: Student) -> Protection:
    return Protection(student.standing.get(PROTECTED, Protection.NOTHING.value))


def hides_former_name(student: Student) -> bool:
    return protection_of(student) in (Protection.FORMER_NAME, Protection.BOTH)


def withheld(student: Student) -> frozenset[str]:
    """Keys of the form's items that are not shown beyond those who need them."""
    return _ITEMS[protection_of(student)]


def shown(student: Student) -> dict[str, str]:
    """The record's values for an office that compares them with a case."""
    return masked(student.values, withheld(student))


def masked(values: Mapping[str, str], keys: frozenset[str]) -> dict[str, str]:
    """The values, where those under ``keys`` say no more than that they are there."""
    return {key: WITHHELD if key in keys else value for key, value in values.items()}
