"""What a rule may know of one pupil in one case: plain values, stored beside the decision so that it can be replayed.

Whatever a rule looks at is here; a rule that wants to know more gets a field, and earlier decisions read "not known".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Self

from kernel.refusals import GradeUnknown
from kernel.stages import Grade, SchoolSystem, Stage


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The surroundings of a decision. Dates are ISO texts; an empty text or a None is "not known".

    Attributes:
        procedure: name of the row. filed_on: the day on which it was filed.
        values: what was filed about the pupil.
        status, grade, standing: the record before the decision (``kernel.status``, grade code, ``kernel.standing``).
        birth_date, stage_entered: of the record: ``YYYYMMDD``, and ``YYYYMM`` of entry to the present stage.
        system: 学制 of the school that files; record_system: of the school that has the record.
        school, authority, place: of the side that files. releasing_school, releasing_authority, releasing_place: of
            the side that has the record, where there are two.
        evidence: kinds of the proofs that the case carries.
        class_size_after: pupils in the class where the pupil would be, with this one; None where none is known.
        grade_size, grade_repeaters: pupils of the grade at the school, and how many of them repeat it this year.
        passed_over: whether the last night of promotion left the pupil in the present grade.
        plan_left: places left in the school's plan of admission; None where there is no plan.
        document: of a correction, the items of the record that say who the child is on paper (``kernel.documents``);
            None where they were not asked for.
    """

    procedure: str
    filed_on: str
    values: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    grade: str = ""
    standing: Mapping[str, str] = field(default_factory=dict)
    birth_date: str = ""
    stage_entered: str = ""
    system: str = SchoolSystem.SIX_THREE.value
    record_system: str = SchoolSystem.SIX_THREE.value
    school: str = ""
    authority: str = ""
    place: str = ""
    releasing_school: str = ""
    releasing_authority: str = ""
    releasing_place: str = ""
    evidence: tuple[str, ...] = ()
    class_size_after: int | None = None
    grade_size: int = 0
    grade_repeaters: int = 0
    passed_over: bool = False
    plan_left: int | None = None
    document: Mapping[str, str] | None = None

    @property
    def on(self) -> date:
        """The day of filing, by which windows and ages are judged."""
        return date.fromisoformat(self.filed_on)

    @property
    def school_system(self) -> SchoolSystem:
        return SchoolSystem(self.system)

    @property
    def releasing_system(self) -> SchoolSystem:
        return SchoolSystem(self.record_system)

    @property
    def present_grade(self) -> Grade | None:
        """The grade of the record; of a pupil who has none yet, the grade that is asked for."""
        return grade_of(self.grade) or self.asked_grade

    @property
    def asked_grade(self) -> Grade | None:
        """The grade that the case asks for."""
        return grade_of(self.values.get("grade", ""))

    @property
    def stage(self) -> Stage | None:
        grade = self.present_grade
        return grade.stage if grade else None

    @property
    def compulsory(self) -> bool:
        """Whether the pupil is in compulsory years; one whose grade is not known is treated as if."""
        grade = self.present_grade
        return grade is None or grade.compulsory

    def to_content(self) -> dict[str, Any]:
        """As a JSON object, for the store of decisions."""
        return {**asdict(self), "values": dict(self.values), "standing": dict(self.standing)}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What ``to_content`` wrote, by this version or an earlier one."""
        known = {one.name for one in fields(cls)}
        told = {name: value for name, value in content.items() if name in known}
        return cls(**{**told, "evidence": tuple(told.get("evidence", ()))})


def grade_of(code: str) -> Grade | None:
    """The grade of a code; None where it is none."""
    try:
        return Grade.of_code(code)
    except GradeUnknown:
        return None


def stage_of(code: str) -> Stage | None:
    """The stage of a grade's code; None where it is none."""
    grade = grade_of(code)
    return grade.stage if grade else None


def read_day(text: str) -> date | None:
    """``YYYYMMDD`` or an ISO date as a day; None for what is no day."""
    digits = text.replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
