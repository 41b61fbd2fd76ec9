"""Show a record as it was on a day, as it was known at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.endorsement import Register
from kernel.office import Office
from kernel.refusals import StudentNotFound
from kernel.student import Student
from kernel.writing import code_as_typed
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.may_see import may_see
from province_hub.usecases.veil import knows_all, protected_record, veiled_record

_KEY_LENGTH = 36  # of a UUID; a number has nineteen characters


@dataclass(frozen=True)
class RecordView:
    """A record as it was, and what this hub may do with it today."""

    student: Student
    held: Held


def show_record(
    tx: HubTransaction,
    which: str,
    *,
    on: date | None,
    known_at_ms: int | None,
    asker: Office,
    here: Office,
    register: Register,
) -> RecordView:
    """The record of a number, in force or earlier, or of its key, on a day, by what had been recorded at a moment.

    Args:
        on, known_at_ms: None is today, and now.

    Raises:
        StudentNotFound: this hub has no such record, or had not begun it, or it is none of the asker's to see: an
            authority sees what is, or was on that day, at a school of its own, and that school the same.
    """
    held = held_of(tx, which)
    student = tx.students.as_of(held.student.student_key, on=on, known_at_ms=known_at_ms)
    if student is None:
        raise StudentNotFound(field="number")
    schools = {student.school, held.student.school}
    if not any(may_see(asker, school, here=here, register=register) for school in schools):
        raise StudentNotFound(field="number")
    told = veiled_record(student, asker=asker, here=here, register=register)
    return RecordView(
        told if knows_all(asker, held.student, here=here) else protected_record(told, now=held.student), held
    )


def held_of(tx: HubTransaction, which: str) -> Held:
    """The record of a student number or of a student key. Raises StudentNotFound where this hub has none."""
    is_key = len(which) == _KEY_LENGTH
    held = tx.students.get(which) if is_key else tx.students.by_number(code_as_typed(which).upper())
    if held is None:
        raise StudentNotFound(field="number")
    return held
