"""By what pupils are told apart in figures, and how what the record says becomes a value of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kernel import codes
from kernel.refusals import GradeUnknown
from kernel.stages import Grade, Stage
from kernel.standing import AttendanceMode
from kernel.status import StudentStatus

UNKNOWN = ""  # 未填: the record does not say, or says what no code table has
ALL = "*"
_HAN = "01"
_PEOPLES = frozenset(f"{number:02d}" for number in range(2, 57))  # GB/T 3304 02 to 56


class Dimension(StrEnum):
    """One way of telling pupils apart; the value is the word of the command line and of the contract."""

    STAGE = "stage"
    GRADE = "grade"
    SEX = "sex"
    MINORITY = "minority"
    ETHNICITY = "ethnicity"
    BOARDING = "boarding"
    MIGRANT = "migrant"
    LEFT_BEHIND = "left_behind"
    DISABILITY = "disability"
    INCLUSION = "inclusion"
    STATUS = "status"
    SCHOOL = "school"
    AUTHORITY = "authority"
    PLACE = "place"
    PROVINCE = "province"


# Read from the record, each beside the level of a pupil (stage, and grade but for the many peoples).
OF_THE_RECORD = (
    Dimension.SEX,
    Dimension.MINORITY,
    Dimension.ETHNICITY,
    Dimension.BOARDING,
    Dimension.MIGRANT,
    Dimension.LEFT_BEHIND,
    Dimension.DISABILITY,
    Dimension.INCLUSION,
)

# Parts that a scope is made of: schools, or those that answer for them.
MEMBERS = (Dimension.SCHOOL, Dimension.AUTHORITY, Dimension.PLACE, Dimension.PROVINCE)

# The levels of these are the stages alone: by grade there would be more cells than pupils.
BY_STAGE_ONLY = frozenset({Dimension.ETHNICITY, *MEMBERS})


@dataclass(frozen=True)
class Source:
    """Where a dimension is read: items of the form, and what the system knows beyond it."""

    form: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()


SOURCES: Mapping[Dimension, Source] = MappingProxyType(
    {
        Dimension.SEX: Source(form=("sex",)),
        Dimension.MINORITY: Source(form=("ethnicity",)),
        Dimension.ETHNICITY: Source(form=("ethnicity",)),
        Dimension.BOARDING: Source(form=("attendance",)),
        Dimension.MIGRANT: Source(form=("migrant_child",)),
        Dimension.LEFT_BEHIND: Source(form=("left_behind",)),
        Dimension.DISABILITY: Source(form=("disability",)),
        Dimension.INCLUSION: Source(form=("inclusive_class",), standing=("attendance_mode",)),
    }
)

_MINORITY = {"0": "汉族", "1": "少数民族", "9": "其他"}
_LABELS: Mapping[Dimension, Mapping[str, str]] = MappingProxyType(
    {
        Dimension.STAGE: {stage.value: stage.label for stage in Stage},
        Dimension.SEX: codes.SEX.labels,
        Dimension.MINORITY: _MINORITY,
        Dimension.ETHNICITY: codes.ETHNICITY.labels,
        Dimension.BOARDING: codes.ATTENDANCE.labels,
        Dimension.MIGRANT: {"0": "非随迁子女", "1": "随迁子女"},
        Dimension.LEFT_BEHIND: codes.LEFT_BEHIND.labels,
        Dimension.DISABILITY: codes.DISABILITY.labels,
        Dimension.INCLUSION: {mode.value: mode.label for mode in AttendanceMode},
        Dimension.STATUS: {status.value: status.label for status in StudentStatus},
    }
)


def value_of(dimension: Dimension, told: tuple[str, ...]) -> str:
    """The value of a dimension of the record.

    Args:
        told: what the record says of the dimension's ``SOURCES``, items of the form first; empty where it says nothing.
    """
    match dimension:
        case Dimension.MINORITY:
            return _minority(told[0])
        case Dimension.INCLUSION:
            return _inclusion(*told)
        case _:
            assert dimension in SOURCES, f"{dimension} is not read from the record"
            return told[0] if told[0] in _LABELS[dimension] else UNKNOWN


def _minority(people: str) -> str:
    if people == _HAN:
        return "0"
    if people in _PEOPLES:
        return "1"
    return "9" if people in _LABELS[Dimension.ETHNICITY] else UNKNOWN


def _inclusion(inclusive_class: str, mode: str) -> str:
    """What the system decided (Art. 6.2, 17.1) goes before what the form says."""
    if mode in _LABELS[Dimension.INCLUSION]:
        return mode
    if inclusive_class == UNKNOWN:
        return UNKNOWN
    return AttendanceMode.ORDINARY if inclusive_class == "0" else AttendanceMode.INCLUSIVE


def level_of(grade: str) -> tuple[str, str]:
    """The stage and grade that a placement's grade code means; both ``UNKNOWN`` where it is none."""
    try:
        known = Grade.of_code(grade)
    except GradeUnknown:
        return UNKNOWN, UNKNOWN
    return known.stage.value, known.code


def label(dimension: Dimension, value: str) -> str:
    """What people read for a value; a code without a label is shown as it is (names of schools and places travel)."""
    if dimension is Dimension.GRADE and value:
        try:
            return Grade.of_code(value).label
        except GradeUnknown:
            return value
    if value == UNKNOWN:
        return "未填"
    return _LABELS.get(dimension, {}).get(value, value)
