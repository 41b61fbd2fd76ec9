"""One pupil's part of a case that was approved, as effects see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from kernel.case import Case, Item
from kernel.packs import Reading
from kernel.packs.keys import ABROAD_ARCHIVE_WITH, ABROAD_MARKED
from kernel.packs.words import ArchiveKeeper
from kernel.stages import SchoolSystem
from kernel.status import StudentStatus
from kernel.student import Student


@dataclass(frozen=True)
class Change:
    """What is to be done.

    Attributes:
        on: the day from which it is true (生效日期).
        system: 学制 of the school that filed.
        archive_kept_by, spell_marked: what the pack says of those who go abroad (Art. 20).
        number_of_certificate, aux_number: made by the hub where the province has such numbers; else empty.
    """

    case: Case
    item: Item
    on: date
    system: SchoolSystem = SchoolSystem.SIX_THREE
    archive_kept_by: ArchiveKeeper = ArchiveKeeper.SCHOOL
    spell_marked: bool = False
    number_of_certificate: str = ""
    aux_number: str = ""

    @classmethod
    def under(cls, reading: Reading, case: Case, item: Item, on: date, *, system: SchoolSystem) -> Self:
        """The change with what the rule pack says of its effect."""
        kept_by, marked = reading(ABROAD_ARCHIVE_WITH), reading(ABROAD_MARKED)
        return cls(case, item, on, system, archive_kept_by=kept_by, spell_marked=marked)

    def value(self, key: str) -> str:
        """What was filed under a key; empty where nothing was."""
        return self.item.values.get(key, "")


Effect = Callable[[Student, Change], Student]

# 学籍基本信息 that say where a pupil sits.
PLACEMENT_KEYS = ("grade", "school_class")


def become(student: Student, status: StudentStatus, change: Change, **standing: str) -> Student:
    """The record in another status since the day of the change; what is said empty is forgotten."""
    since = {"status_since": change.on.isoformat(), **standing}
    return note(replace(student, status=status), **since)


def note(student: Student, **standing: str) -> Student:
    """The record with further standing items (``kernel.standing``); an empty one is taken away."""
    known = {**student.standing, **standing}
    return replace(student, standing={key: value for key, value in known.items() if value})


def seat(student: Student, change: Change) -> Student:
    """The record at the grade and class that were filed; what was not filed stays."""
    placement = {key: change.value(key) for key in PLACEMENT_KEYS if change.value(key)}
    return replace(student, values={**student.values, **placement})
