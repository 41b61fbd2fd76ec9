"""What each procedure does to a student: pure, ``(student, change) -> student``.

The hub runs these inside the transaction that writes the history event, and nowhere else is a record changed.
``carry_out`` is the one door: it lets an effect pass only where the life cycle (``kernel.status``) has that step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kernel.effects import absence, archives, corrections, placement, problems, protection, stages
from kernel.effects.change import Change, Effect
from kernel.effects.moving import arrive, depart, enrol
from kernel.facts import grade_of
from kernel.status import require_transition
from kernel.student import Student

__all__ = ["EFFECTS", "Change", "Effect", "arrive", "carry_out", "depart", "enrol"]

EFFECTS: Mapping[str, Effect] = {
    "transfer_within_authority": arrive,
    "transfer_within_province": arrive,
    "transfer_between_provinces": arrive,
    "key_data_correction": corrections.correct,
    "document_kind_correction": corrections.correct,
    "other_data_correction": corrections.correct,
    "suspension": absence.suspend,
    "suspension_extension": absence.extend_suspension,
    "resumption": absence.resume,
    "study_abroad": absence.go_abroad,
    "return_from_abroad": absence.return_from_abroad,
    "death": absence.die,
    "dropout": absence.drop_out,
    "dropout_return": absence.come_back,
    "missing": absence.go_missing,
    "away": absence.leave_otherwise,
    "return_to_school": absence.come_back,
    "withdrawal": absence.withdraw,
    "expulsion": absence.expel,
    "dual_placement": placement.attend_elsewhere,
    "reform_school_placement": placement.attend_elsewhere,
    "dual_placement_end": placement.attend_here_again,
    "attendance_mode": placement.change_attendance,
    "information_protection": protection.protect,
    "problem_mark": problems.mark,
    "problem_cleared": problems.clear,
    "adjudication_opened": problems.ask,
    "adjudication_settled": problems.answer,
    "record_merged": problems.merge,
    "record_split": problems.split,
    "formal_number": problems.give_number,
    "identity_doubted": problems.mark,
    "class_change": placement.change_class,
    "grade_repeat": placement.repeat_grade,
    "grade_skip": placement.skip_grade,
    "late_promotion": placement.promote_late,
    "graduation": stages.graduate,
    "graduation_approved": stages.graduate,
    "graduation_undo": stages.undo_graduation,
    "admission": stages.admit,
    "admission_between_counties": stages.admit,
    "admission_between_provinces": stages.admit,
    "admission_withdrawal": stages.withdraw_admission,
    "record_deletion": corrections.delete,
    "archive_addition": archives.add_material,
}
"""By name of the row; ``enrolment`` begins a record (``enrol``), a counter-entry works on the history itself."""


def carry_out(student: Student, change: Change) -> Student:
    """The record after the change, one version later.

    Raises:
        StatusTransitionIllegal, CompulsoryYearsForbid: the life cycle has no such step (``kernel.status``).
        Refusal: the change itself cannot be made, e.g. a grade that is none.
    """
    after = EFFECTS[change.case.procedure_name](student, change)
    if after.status is not student.status:
        grade = grade_of(student.grade)
        require_transition(student.status, after.status, compulsory=grade is None or grade.compulsory)
    return replace(after, version=student.version + 1)
