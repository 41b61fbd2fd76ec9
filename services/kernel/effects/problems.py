"""Marking a problem record (问题学籍), and taking the mark away: Article 6."""

from __future__ import annotations

from kernel.effects.change import Change, note
from kernel.student import Student


def mark(student: Student, change: Change) -> Student:
    """The mark says what the doubt is."""
    return note(student, problem=change.value("problem"))


def clear(student: Student, change: Change) -> Student:
    """The doubt is settled; the history keeps both entries."""
    del change
    return note(student, problem="")
