"""Withholding what a child needs withheld: Article 25."""

from __future__ import annotations

from kernel.effects.change import Change, note
from kernel.protection import PROTECTED, Protection
from kernel.student import Student


def protect(student: Student, change: Change) -> Student:
    """学生信息保护: from now on; what was shown before was shown."""
    asked = Protection(change.value("protection"))
    return note(student, **{PROTECTED: "" if asked is Protection.NOTHING else asked.value})
