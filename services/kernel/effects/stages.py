"""The end of a stage and the entrance to the next: Articles 9, 13 and 14."""

from __future__ import annotations

from dataclasses import replace

from kernel.effects.change import Change, become, seat
from kernel.standing import CertificateKind
from kernel.status import StudentStatus
from kernel.student import Student

# 毕业, 结业, 肄业: as the field ``outcome`` says them.
OUTCOMES = {
    "graduated": StudentStatus.GRADUATED,
    "completed": StudentStatus.COMPLETED,
    "left_early": StudentStatus.LEFT_EARLY,
}

CERTIFICATES = {
    "graduated": CertificateKind.GRADUATION,
    "completed": CertificateKind.COMPLETION,
    "left_early": CertificateKind.PARTIAL,
}


def graduate(student: Student, change: Change) -> Student:
    """毕业、结业、肄业, Article 13: with the certificate's number, kept by the last school (Article 9)."""
    return become(
        student,
        OUTCOMES[change.value("outcome")],
        change,
        certificate_kind=CERTIFICATES[change.value("outcome")] if change.number_of_certificate else "",
        certificate_number=change.number_of_certificate,
        graduated_from=student.school,
        graduated_class=f"{student.grade}/{student.school_class}",
    )


def undo_graduation(student: Student, change: Change) -> Student:
    """毕业生回退: a graduation made in error; the certificate's number is not given again."""
    grade, _, school_class = student.standing.get("graduated_class", "").partition("/")
    taken_back = dict.fromkeys(("certificate_kind", "certificate_number", "graduated_from", "graduated_class"), "")
    back = become(student, StudentStatus.ENROLLED, change, **taken_back)
    placement = {"grade": grade, "school_class": school_class}
    return replace(back, values={**back.values, **{key: value for key, value in placement.items() if value}})


def admit(student: Student, change: Change) -> Student:
    """招生录取, Articles 9 and 14: the archive goes on at the school of the next stage."""
    anew = dict.fromkeys(("repeats", "repeated_in", "held_back_in", "grade_since"), "")  # they are of one stage
    here = become(replace(student, school=change.case.school), StudentStatus.ENROLLED, change, **anew)
    entered = {"entry_month": f"{change.on:%Y%m}"}
    if change.value("entry_way"):
        entered["entry_way"] = change.value("entry_way")
    if change.aux_number:
        entered["aux_number"] = change.aux_number
    return seat(replace(here, values={**here.values, **entered}), change)


def withdraw_admission(student: Student, change: Change) -> Student:
    """重复招生: the school where the child is not takes its admission back, and the record stands as before it."""
    before = student.standing.get("graduated_from", student.school)
    grade, _, school_class = student.standing.get("graduated_class", "").partition("/")
    back = become(replace(student, school=before), StudentStatus.GRADUATED, change)
    placement = {"grade": grade or student.grade, "school_class": school_class}
    return replace(back, values={**back.values, **placement})
