"""Correcting what the record says: Article 10. The number stays for life; earlier words stay in the history."""

from __future__ import annotations

from dataclasses import replace

from kernel.effects.change import Change, become
from kernel.form import item
from kernel.rules.corrections import NEW
from kernel.status import StudentStatus
from kernel.student import Student


def correct(student: Student, change: Change) -> Student:
    """关键信息变更、一般信息变更: the items that were filed take the place of those on record.

    Raises:
        ItemUnknown: what is to be corrected is no item of the form.
    """
    corrected = {
        item(key.removeprefix(NEW)).key: value for key, value in change.item.values.items() if key.startswith(NEW)
    }
    return replace(student, values={**student.values, **corrected})


def delete(student: Student, change: Change) -> Student:
    """误建删除: made in error; the trace stays."""
    return become(student, StudentStatus.DELETED, change, status_reason=change.value("reason"))
