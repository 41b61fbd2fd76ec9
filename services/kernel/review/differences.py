"""What may differ between the roll and the class (人籍不一致), and what each difference leads to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from kernel.refusals import DifferenceUnfitting
from kernel.regulation import PROCEDURES
from kernel.supervision import Ground

DIFFERENCES_MAX = 200  # of one class: what goes into one notice


class DifferenceKind(StrEnum):
    PRESENT_NOT_REGISTERED = "present_not_registered"  # 人在籍不在
    REGISTERED_NOT_PRESENT = "registered_not_present"  # 籍在人不在
    NEVER_ATTENDED = "never_attended"  # 空挂
    WRONG_DATA = "wrong_data"  # 信息有误

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def remedies(self) -> tuple[str, ...]:
        """Titles of the procedures by which the school puts it right."""
        return tuple(dict.fromkeys(PROCEDURES[name].title for name in _REMEDIES[self]))


_LABELS = {
    DifferenceKind.PRESENT_NOT_REGISTERED: "人在籍不在",
    DifferenceKind.REGISTERED_NOT_PRESENT: "籍在人不在",
    DifferenceKind.NEVER_ATTENDED: "空挂学籍",
    DifferenceKind.WRONG_DATA: "信息有误",
}
_REMEDIES: Mapping[DifferenceKind, tuple[str, ...]] = {
    DifferenceKind.PRESENT_NOT_REGISTERED: ("enrolment", "transfer_within_province", "transfer_between_provinces"),
    DifferenceKind.REGISTERED_NOT_PRESENT: ("dropout", "suspension", "study_abroad", "away"),
    DifferenceKind.NEVER_ATTENDED: ("record_deletion",),
    DifferenceKind.WRONG_DATA: ("key_data_correction", "other_data_correction", "class_change"),
}
assert _LABELS.keys() == _REMEDIES.keys() == set(DifferenceKind)


@dataclass(frozen=True)
class Difference:
    """One child, or one record.

    Attributes:
        number: of the record; of a child who is present, that of the record elsewhere where one is known.
        note: what differs, in a sentence.
    """

    kind: DifferenceKind
    name: str = field(repr=False)
    number: str = field(default="", repr=False)
    note: str = field(default="", repr=False)

    @property
    def remedies(self) -> tuple[str, ...]:
        """Titles of procedures: a present child with a record elsewhere is moved, one without is enrolled."""
        if self.kind is not DifferenceKind.PRESENT_NOT_REGISTERED:
            return self.kind.remedies
        first, *moves = self.kind.remedies
        return tuple(moves) if self.number else (first,)

    @property
    def ground(self) -> Ground:
        """What it may be a breach of, once somebody has looked (Article 27)."""
        match self.kind:
            case DifferenceKind.PRESENT_NOT_REGISTERED:
                return Ground.ACCEPTED_WITHOUT_TRANSFER if self.number else Ground.NO_RECORD
            case DifferenceKind.REGISTERED_NOT_PRESENT:
                return Ground.CHANGE_NOT_RECORDED
            case DifferenceKind.NEVER_ATTENDED:
                return Ground.FALSE_RECORD
            case DifferenceKind.WRONG_DATA:
                return Ground.RECORD_INACCURATE

    def to_content(self) -> dict[str, str]:
        """As a flat record, under the keys that a notice knows."""
        return {"finding": self.kind.value, "name": self.name, "number": self.number, "reason": self.note}

    @classmethod
    def from_content(cls, content: Mapping[str, object]) -> Self:
        """What ``to_content`` wrote. Raises KeyError, ValueError where it is none."""
        kind, *told = (str(content[key]) for key in ("finding", "name", "number", "reason"))
        name, number, note = told
        return cls(DifferenceKind(kind), name, number, note)


def counted(differences: Iterable[Difference]) -> dict[DifferenceKind, int]:
    """How many of each kind; every kind is there."""
    counts = dict.fromkeys(DifferenceKind, 0)
    for difference in differences:
        counts[difference.kind] += 1
    return counts


def require_fitting(differences: Sequence[Difference], *, roll: Collection[str]) -> None:
    """That what is answered of a class can be true of it.

    Args:
        roll: student numbers of the class, on the day of the review.

    Raises:
        DifferenceUnfitting: a record that is not on the class's roll, or a present child that is; one told twice; a
            child without a name; more than a class has.
    """
    if len(differences) > DIFFERENCES_MAX:
        raise DifferenceUnfitting(field="differences", why=f"一个班最多 {DIFFERENCES_MAX} 条")
    told = set[tuple[str, str]]()
    for one in differences:
        on_roll = one.number in roll
        if not one.name.strip():
            raise DifferenceUnfitting(field="differences", why=f"“{one.kind.label}”应写明姓名")
        if one.kind is DifferenceKind.PRESENT_NOT_REGISTERED:
            if on_roll:
                raise DifferenceUnfitting(field="differences", why="“人在籍不在”的学生已在本班名册上")
        elif not on_roll:
            raise DifferenceUnfitting(field="differences", why=f"“{one.kind.label}”的学籍号不在本班名册上")
        key = (one.number, "" if one.number else one.name)
        if key in told:
            raise DifferenceUnfitting(field="differences", why="同一名学生写了两次")
        told.add(key)
