"""The life cycle of a student's status (学生状态), as one table.

The table is the outer limit that holds in every province; a procedure's row in ``kernel.regulation`` says which of
these steps it takes, and a province may allow fewer (Art. 11). What is not here: the lock of an open case and the flag
of a problem record (问题学籍), which stand beside the status; 留级 and 跳级, which are moves of grade; and a transfer
inside a province, after which the student is still 在读, in another school.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType

from kernel.refusals import CompulsoryYearsForbid, StatusTransitionIllegal


class StudentStatus(StrEnum):
    PENDING = "pending"  # 待核准: filed, not yet approved (Art. 4)
    ENROLLED = "enrolled"  # 在读
    SUSPENDED = "suspended"  # 休学 (Art. 19)
    ABROAD = "abroad"  # 出境就读 (Art. 20)
    DROPPED_OUT = "dropped_out"  # 辍学: the record is kept (Art. 22)
    MISSING = "missing"  # 失踪
    AWAY = "away"  # 其他离校
    WITHDRAWN = "withdrawn"  # 退学
    EXPELLED = "expelled"  # 开除
    TRANSFERRED_OUT = "transferred_out"  # 转出: another province has the record, we keep a copy (Art. 9)
    GRADUATED = "graduated"  # 毕业
    COMPLETED = "completed"  # 结业: all courses attended, not all passed
    LEFT_EARLY = "left_early"  # 肄业: part of the courses attended
    DECEASED = "deceased"  # 死亡: cancelled (Art. 21)
    DELETED = "deleted"  # 已删除: made in error; the trace stays
    MERGED = "merged"  # 已并入: found to be the same child as another record, which stands (Art. 6)

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def in_school(self) -> bool:
        """在校生, as the statistics and the yearly roll-over count them."""
        return self is StudentStatus.ENROLLED

    @property
    def live(self) -> bool:
        """Whether the school still keeps the record open for the student: 学籍 is held, in school or not."""
        return self in _LIVE


_LABELS = {
    StudentStatus.PENDING: "待核准",
    StudentStatus.ENROLLED: "在读",
    StudentStatus.SUSPENDED: "休学",
    StudentStatus.ABROAD: "出境就读",
    StudentStatus.DROPPED_OUT: "辍学",
    StudentStatus.MISSING: "失踪",
    StudentStatus.AWAY: "其他离校",
    StudentStatus.WITHDRAWN: "退学",
    StudentStatus.EXPELLED: "开除",
    StudentStatus.TRANSFERRED_OUT: "转出",
    StudentStatus.GRADUATED: "毕业",
    StudentStatus.COMPLETED: "结业",
    StudentStatus.LEFT_EARLY: "肄业",
    StudentStatus.DECEASED: "死亡",
    StudentStatus.DELETED: "已删除",
    StudentStatus.MERGED: "已并入",
}

_LIVE = frozenset(
    {
        StudentStatus.PENDING,
        StudentStatus.ENROLLED,
        StudentStatus.SUSPENDED,
        StudentStatus.ABROAD,
        StudentStatus.DROPPED_OUT,
        StudentStatus.MISSING,
        StudentStatus.AWAY,
    }
)


class YearsOpen(Enum):
    """In which years of schooling a step is open."""

    ALL_YEARS = "all"
    SENIOR_YEARS = "senior"  # 义务教育法 27 forbids expulsion in compulsory years, Art. 22 keeps the record


_S = StudentStatus
_ALL, _SENIOR = YearsOpen.ALL_YEARS, YearsOpen.SENIOR_YEARS

# From each status, where it may lead and in which years. 误建, a record made in error, is added to every row below.
_STEPS: dict[StudentStatus, dict[StudentStatus, YearsOpen]] = {
    _S.PENDING: {_S.ENROLLED: _ALL, _S.DECEASED: _ALL},
    _S.ENROLLED: {
        _S.SUSPENDED: _ALL,
        _S.ABROAD: _ALL,
        _S.DROPPED_OUT: _ALL,
        _S.MISSING: _ALL,
        _S.AWAY: _ALL,
        _S.WITHDRAWN: _SENIOR,
        _S.EXPELLED: _SENIOR,
        _S.TRANSFERRED_OUT: _ALL,
        _S.GRADUATED: _ALL,
        _S.COMPLETED: _SENIOR,
        _S.LEFT_EARLY: _SENIOR,
        _S.DECEASED: _ALL,
    },
    # 复学, 续休, and in senior high 超期不复学. A suspended student cannot transfer: 复学 comes first.
    _S.SUSPENDED: {_S.ENROLLED: _ALL, _S.SUSPENDED: _ALL, _S.WITHDRAWN: _SENIOR, _S.DECEASED: _ALL},
    # Those who left and come up again, here (接续, 劝返复学) or in another province (籍随人走).
    _S.ABROAD: {_S.ENROLLED: _ALL, _S.TRANSFERRED_OUT: _ALL, _S.DECEASED: _ALL},
    _S.DROPPED_OUT: {_S.ENROLLED: _ALL, _S.TRANSFERRED_OUT: _ALL, _S.DECEASED: _ALL},
    _S.MISSING: {_S.ENROLLED: _ALL, _S.DECEASED: _ALL},
    _S.AWAY: {_S.ENROLLED: _ALL, _S.TRANSFERRED_OUT: _ALL, _S.DECEASED: _ALL},
    _S.WITHDRAWN: {_S.ENROLLED: _ALL, _S.TRANSFERRED_OUT: _ALL},
    _S.EXPELLED: {_S.ENROLLED: _ALL, _S.TRANSFERRED_OUT: _ALL},
    _S.TRANSFERRED_OUT: {_S.ENROLLED: _ALL},  # comes back by another transfer
    # The next stage (升学), here or in another province; also the way back of a graduation made in error (毕业生回退).
    _S.GRADUATED: {_S.ENROLLED: _ALL, _S.TRANSFERRED_OUT: _ALL},
    _S.COMPLETED: {},
    _S.LEFT_EARLY: {},
    _S.DECEASED: {},
}

# A record made in error can be struck whatever it says, and what was struck stays struck. Of two records of one child
# either may be merged into the other, and be as it was when that is taken back.
TRANSITIONS: Mapping[StudentStatus, Mapping[StudentStatus, YearsOpen]] = MappingProxyType(
    {before: MappingProxyType(steps | {_S.DELETED: _ALL, _S.MERGED: _ALL}) for before, steps in _STEPS.items()}
    | {_S.DELETED: MappingProxyType({}), _S.MERGED: MappingProxyType(dict.fromkeys(_STEPS, _ALL))}
)


def may_become(before: StudentStatus, after: StudentStatus, *, compulsory: bool) -> bool:
    """Whether the step is legal; ``compulsory``: the student is in compulsory education (``Grade.compulsory``)."""
    step = TRANSITIONS[before].get(after)
    return step is YearsOpen.ALL_YEARS or (step is YearsOpen.SENIOR_YEARS and not compulsory)


def require_transition(before: StudentStatus, after: StudentStatus, *, compulsory: bool) -> None:
    """Let a legal step pass.

    Raises:
        CompulsoryYearsForbid: the step exists, but not in compulsory years.
        StatusTransitionIllegal: there is no such step.
    """
    if may_become(before, after, compulsory=compulsory):
        return
    if after in TRANSITIONS[before]:
        raise CompulsoryYearsForbid(after=after.label)
    raise StatusTransitionIllegal(before=before.label, after=after.label)
