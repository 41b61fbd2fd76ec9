"""Where a pupil sits and attends: Articles 6, 11, 12 and 17."""

from __future__ import annotations

from dataclasses import replace

from kernel.effects.change import Change, note, seat
from kernel.promotion import held_back_year
from kernel.student import Student


def attend_elsewhere(student: Student, change: Change) -> Student:
    """双学籍安置, Article 17: the record stays where it is; the pupil attends the other school."""
    return note(
        student,
        attends=change.case.school,
        attends_since=change.on.isoformat(),
        attendance_mode=change.value("attendance_mode") or student.standing.get("attendance_mode", ""),
    )


def attend_here_again(student: Student, change: Change) -> Student:
    """The placement at the other school is over."""
    del change
    return note(student, attends="", attends_since="", attendance_mode="")


def change_attendance(student: Student, change: Change) -> Student:
    """随班就读、送教上门: how the pupil attends (Article 6)."""
    values = dict(student.values)
    if change.value("inclusive_class"):
        values["inclusive_class"] = change.value("inclusive_class")
    mode = change.value("attendance_mode")
    return note(replace(student, values=values), attendance_mode="" if mode == "ordinary" else mode)


def change_class(student: Student, change: Change) -> Student:
    """调班."""
    return seat(student, change)


def repeat_grade(student: Student, change: Change) -> Student:
    """留级, where a pack allows it (Article 11).

    A pupil who repeats the present grade is passed over by the next night of promotion; one who was promoted and goes
    back a grade is not.
    """
    after, year = seat(student, change), str(held_back_year(change.on))
    return note(
        after,
        grade_since=change.on.isoformat(),
        repeats=str(int(student.standing.get("repeats", "0")) + 1),
        repeated_in=year,
        held_back_in=year if after.grade == student.grade else "",
    )


def skip_grade(student: Student, change: Change) -> Student:
    """跳级, where a pack allows it (Article 11)."""
    return note(seat(student, change), grade_since=change.on.isoformat(), held_back_in="")


def promote_late(student: Student, change: Change) -> Student:
    """补办升级: what the night of promotion (Article 12) would have done."""
    return seat(student, change)
