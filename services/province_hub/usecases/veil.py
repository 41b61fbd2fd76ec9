"""What of a record is told to few: that its pupil is, or was, at a reform school (Article 17.2), and what is protected.

The two schools and their authorities agreed on it, and the province keeps the record; whoever has the child later needs
to know nothing of it. The entry stays in the history with its place and its digest, so that nothing seems to
be missing; what it says is veiled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kernel.attending import ATTENDS, VEILED, is_sealed
from kernel.endorsement import Register
from kernel.office import Office, Tier
from kernel.protection import WITHHELD, hides_former_name, masked, withheld
from kernel.student import Student
from kernel.trail import ChangedItem, TrailEntry
from province_hub.usecases.may_see import may_see

_ITEMS = frozenset({ATTENDS, "attends_since"})


def veiled_record(student: Student, *, asker: Office, here: Office, register: Register) -> Student:
    """The record without a reform school that the asker has nothing to do with.

    The asker's own school has the record on that day, or the reform school is the asker's; the province sees all.
    """
    attends = student.standing.get(ATTENDS, "")
    parties = (attends, student.school)
    if not is_sealed(attends) or any(may_see(asker, code, here=here, register=register) for code in parties):
        return student
    return replace(student, standing={key: told for key, told in student.standing.items() if key not in _ITEMS})


def veiled_trail(
    entries: Iterable[TrailEntry], *, asker: Office, here: Office, register: Register
) -> tuple[TrailEntry, ...]:
    """The history, where each entry about a reform school is told to the parties of its day alone."""
    school, told = "", []
    for entry in entries:
        school = next((changed.after for changed in entry.changes if changed.key == "school"), school)
        sealed = _sealed(entry)
        parties = (school, *sealed)
        if sealed and not any(may_see(asker, code, here=here, register=register) for code in parties):
            told.append(_veiled(entry))
        else:
            told.append(entry)
    return tuple(told)


def knows_all(asker: Office, now: Student, *, here: Office) -> bool:
    """Who is told also what is protected: the province, and the school that has the record and knows where it lives."""
    return asker in (here, Office(Tier.SCHOOL, now.school))


def protected_record(student: Student, *, now: Student) -> Student:
    """The record of any day for an authority: without what is protected today, on whichever day it was so.

    Args:
        now: the record as it stands.
    """
    values = masked(student.values, withheld(now))
    if hides_former_name(now) and student.name != now.name:
        values["name"] = WITHHELD
    return replace(student, values=values)


def protected_trail(entries: Iterable[TrailEntry], *, now: Student) -> tuple[TrailEntry, ...]:
    """The history for an authority: without what is protected today."""
    hidden = withheld(now)

    def told(changed: ChangedItem) -> ChangedItem:
        before, after = changed.before, changed.after
        if changed.key == "name" and hides_former_name(now):
            return replace(changed, before=_former(before, now), after=_former(after, now))
        if changed.key not in hidden:
            return changed
        return replace(changed, before=before and WITHHELD, after=after and WITHHELD)

    return tuple(replace(entry, changes=tuple(map(told, entry.changes))) for entry in entries)


def _former(name: str, now: Student) -> str:
    return name if name in ("", now.name) else WITHHELD


def _sealed(entry: TrailEntry) -> list[str]:
    codes = (code for changed in entry.changes if changed.key == ATTENDS for code in (changed.before, changed.after))
    return [code for code in codes if is_sealed(code)]


def _veiled(entry: TrailEntry) -> TrailEntry:
    event = replace(entry.event, procedure=VEILED, case_id="", reason="", articles=(), evidence=())
    return replace(entry, event=event, changes=())
