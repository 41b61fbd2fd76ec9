"""Beginning a record, and moving it to another school: Articles 4 to 7, 9, 14 to 16."""

from __future__ import annotations

from dataclasses import replace

from kernel.effects.change import Change, become, seat
from kernel.status import StudentStatus
from kernel.student import Student


def enrol(change: Change, *, student_key: str, number: str) -> Student:
    """Articles 4 to 7: the record begins, at the school that filed."""
    mode = change.value("attendance_mode")
    values = {key: value for key, value in change.item.values.items() if key != "attendance_mode"}
    if change.aux_number:
        values.setdefault("aux_number", change.aux_number)  # what the school has made up stays
    standing = {"status_since": change.on.isoformat(), **({"attendance_mode": mode} if mode else {})}
    return Student(
        student_key=student_key,
        number=number,
        status=StudentStatus.ENROLLED,
        school=change.case.school,
        values=values,
        standing=standing,
    )


def arrive(student: Student, change: Change) -> Student:
    """Articles 14 and 16: the record goes on at the receiving school, on the basis of what was received."""
    moved = replace(student, school=change.case.school)
    ended = {"attends": "", "attends_since": "", "attendance_mode": ""} if student.standing.get("attends") else {}
    here = become(moved, StudentStatus.ENROLLED, change, kept_until="", **ended)
    return seat(here, change)


def depart(student: Student) -> Student:
    """Article 9: what the releasing province keeps is a backup, read only."""
    return replace(student, status=StudentStatus.TRANSFERRED_OUT, version=student.version + 1)
