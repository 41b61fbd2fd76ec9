"""Pieces of an archive: Article 7."""

from __future__ import annotations

from kernel.archive_parts import ArchivePart
from kernel.effects.change import Change, note
from kernel.student import Student


def add_material(student: Student, change: Change) -> Student:
    """材料归档: the newest piece of a part stands on the record, dated; every earlier one in the history."""
    part = ArchivePart(change.value("archive_part"))
    said = "：".join(filter(None, (change.value("extra_field"), change.value("material"))))
    return note(student, **{part.standing_key: f"{change.on.isoformat()} {said}"})
