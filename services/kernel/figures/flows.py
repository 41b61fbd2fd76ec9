"""Who came and who left (进出流动): each change of the pupils in school between two days, under exactly one reason.

    in school at the end = in school at the beginning + came - left

holds for every scope and period, so every difference of two totals has its explanation. Days are those from which a
change is valid, as known now: a transfer that was taken back later never was.

Several changes of one day are one, told by where the day ends. A move between provinces is told for itself, also of
whoever was registered on that day: the province of arrival tells of a transfer, and so must the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kernel.figures.dimensions import ALL, level_of
from kernel.figures.suppression import Sum, protect
from kernel.stages import Stage
from kernel.status import StudentStatus

_S = StudentStatus


class Flow(StrEnum):
    """Why a pupil is counted from a day on, or no longer. The first word says which."""

    IN_REGISTERED = "in_registered"  # 新建学籍
    IN_NEXT_STAGE = "in_next_stage"  # 升学入学
    IN_TRANSFER_WITHIN = "in_transfer_within"  # 省内转入
    IN_TRANSFER_PROVINCE = "in_transfer_province"  # 外省转入, by province
    IN_RESUMED = "in_resumed"  # 复学
    IN_RETURNED = "in_returned"  # 辍学后返校
    IN_FROM_ABROAD = "in_from_abroad"  # 境外返回
    IN_REAPPEARED = "in_reappeared"  # 失踪、其他离校后返校
    IN_REORGANISED = "in_reorganised"  # 机构调整划入
    IN_RESTORED = "in_restored"  # 更正恢复
    OUT_TRANSFER_WITHIN = "out_transfer_within"  # 省内转出
    OUT_TRANSFER_PROVINCE = "out_transfer_province"  # 转往外省, by province
    OUT_GRADUATED = "out_graduated"  # 毕业
    OUT_COMPLETED = "out_completed"  # 结业
    OUT_LEFT_EARLY = "out_left_early"  # 肄业
    OUT_DROPPED_OUT = "out_dropped_out"  # 辍学
    OUT_SUSPENDED = "out_suspended"  # 休学
    OUT_ABROAD = "out_abroad"  # 出境就读
    OUT_MISSING = "out_missing"  # 失踪
    OUT_AWAY = "out_away"  # 其他离校
    OUT_WITHDRAWN = "out_withdrawn"  # 退学
    OUT_EXPELLED = "out_expelled"  # 开除
    OUT_DECEASED = "out_deceased"  # 死亡
    OUT_REORGANISED = "out_reorganised"  # 机构调整划出
    OUT_STRUCK = "out_struck"  # 误建删除

    @property
    def inward(self) -> bool:
        return self.value.startswith("in_")


# Totals and what is told beside the reasons.
OPENING, CLOSING = "opening", "closing"  # in school before the first day, and on the last
INWARD, OUTWARD = "in", "out"
FRESHMEN = "freshmen"  # of those who came: into the first year of a stage, new or from the stage below
UNPLACED = "graduates_unplaced"  # of those who graduated: not in a next stage at the end

PROVINCE_UNKNOWN = "00"
SHOWN = frozenset({OPENING, CLOSING, INWARD, OUTWARD, FRESHMEN, UNPLACED, *Flow})

_FROM_STATUS: Mapping[StudentStatus, Flow] = {
    _S.PENDING: Flow.IN_REGISTERED,
    _S.GRADUATED: Flow.IN_NEXT_STAGE,
    _S.SUSPENDED: Flow.IN_RESUMED,
    _S.DROPPED_OUT: Flow.IN_RETURNED,
    _S.ABROAD: Flow.IN_FROM_ABROAD,
    _S.MISSING: Flow.IN_REAPPEARED,
    _S.AWAY: Flow.IN_REAPPEARED,
}
_TO_STATUS: Mapping[StudentStatus, Flow] = {
    _S.TRANSFERRED_OUT: Flow.OUT_TRANSFER_PROVINCE,
    _S.GRADUATED: Flow.OUT_GRADUATED,
    _S.COMPLETED: Flow.OUT_COMPLETED,
    _S.LEFT_EARLY: Flow.OUT_LEFT_EARLY,
    _S.DROPPED_OUT: Flow.OUT_DROPPED_OUT,
    _S.SUSPENDED: Flow.OUT_SUSPENDED,
    _S.ABROAD: Flow.OUT_ABROAD,
    _S.MISSING: Flow.OUT_MISSING,
    _S.AWAY: Flow.OUT_AWAY,
    _S.WITHDRAWN: Flow.OUT_WITHDRAWN,
    _S.EXPELLED: Flow.OUT_EXPELLED,
    _S.DECEASED: Flow.OUT_DECEASED,
}


@dataclass(frozen=True)
class Side:
    """Where a pupil stood before or after a day.

    Attributes:
        inside: the school is of the scope. province: of the school; or, of one who left the province, where to, and
            empty where nobody says.
    """

    status: StudentStatus
    inside: bool
    province: str
    grade: str

    @property
    def counted(self) -> bool:
        return self.inside and self.status.in_school


@dataclass(frozen=True)
class Passage:
    """Pupils who changed alike on some day of the period.

    Attributes:
        before: None where the record begins. reorganised: the school's organisation changed, not the pupil.
        unplaced: graduated, and in no next stage at the end of the period.
    """

    before: Side | None
    after: Side
    pupils: int
    reorganised: bool = False
    unplaced: bool = False


class FlowCell(NamedTuple):
    """One count: ``level`` is ``*`` or a stage's digit, ``province`` is set for transfers between provinces."""

    level: str
    flow: str
    province: str = ""


def flow_of(passage: Passage, *, here: str) -> Flow | None:
    """The one reason of a passage; None where the pupils in school stay the same.

    Args:
        here: the two digits of the province that counts.
    """
    before, after = passage.before, passage.after
    was_counted = before is not None and before.counted
    if was_counted == after.counted:
        return None
    if after.counted:
        return _came(passage, here=here)
    return _left(passage, here=here)


def _came(passage: Passage, *, here: str) -> Flow:
    before = passage.before
    if before is None:
        return Flow.IN_REGISTERED
    if passage.reorganised and before.status is _S.ENROLLED:
        return Flow.IN_REORGANISED
    if before.status is _S.TRANSFERRED_OUT or (before.province != here and before.status.live):
        return Flow.IN_TRANSFER_PROVINCE
    if before.status is _S.ENROLLED:
        return Flow.IN_TRANSFER_WITHIN
    return _FROM_STATUS.get(before.status, Flow.IN_RESTORED)


def _left(passage: Passage, *, here: str) -> Flow:
    after = passage.after
    if after.status is not _S.ENROLLED:
        return _TO_STATUS.get(after.status, Flow.OUT_STRUCK)
    if passage.reorganised:
        return Flow.OUT_REORGANISED
    return Flow.OUT_TRANSFER_WITHIN if after.province == here else Flow.OUT_TRANSFER_PROVINCE


def count_flows(
    passages: Iterable[Passage], *, opening: int, closing: int, here: str
) -> tuple[dict[FlowCell, int], tuple[Sum[FlowCell], ...]]:
    """The counts of a period, and the sums that tie them.

    Asserts that the pupils at the end are those at the beginning with the flows: a count that does not come out must
    not be published.
    """
    counts: Counter[FlowCell] = Counter({FlowCell(ALL, OPENING): opening, FlowCell(ALL, CLOSING): closing})
    for passage in passages:
        for cell in _cells(passage, here=here):
            counts[cell] += passage.pupils
    came, left = counts[FlowCell(ALL, INWARD)], counts[FlowCell(ALL, OUTWARD)]
    assert opening + came - left == closing, f"{opening} + {came} - {left} is not {closing}"
    gross = FlowCell(ALL, "gross")  # never shown: what ties the two days to the flows
    counts[gross] = opening + came
    return {cell: count for cell, count in sorted(counts.items()) if count}, tuple(_sums(counts, gross))


def withheld(counts: Mapping[FlowCell, int], sums: tuple[Sum[FlowCell], ...], *, threshold: int) -> frozenset[FlowCell]:
    """What may not be told above the school."""
    return protect(counts, sums, threshold=threshold)


def _cells(passage: Passage, *, here: str) -> Iterable[FlowCell]:
    flow = flow_of(passage, here=here)
    if flow is None:
        return
    side = passage.after if flow.inward else passage.before
    other = passage.before if flow.inward else passage.after
    assert side is not None, "who leaves was there"
    stage, _ = level_of(side.grade)
    for level in (ALL, stage or "0"):
        yield FlowCell(level, INWARD if flow.inward else OUTWARD)
        yield FlowCell(level, flow.value)
        if flow in {Flow.IN_TRANSFER_PROVINCE, Flow.OUT_TRANSFER_PROVINCE}:
            assert other is not None, "between provinces there are two sides"
            yield FlowCell(level, flow.value, other.province or PROVINCE_UNKNOWN)
        if flow in {Flow.IN_REGISTERED, Flow.IN_NEXT_STAGE} and _first_year(side.grade):
            yield FlowCell(level, FRESHMEN)
        if flow is Flow.OUT_GRADUATED and passage.unplaced:
            yield FlowCell(level, UNPLACED)


def _first_year(grade: str) -> bool:
    """The first year of a stage; in special education also the first of senior high."""
    return grade in {f"{stage}01" for stage in Stage} | {"410"}


def _sums(counts: Mapping[FlowCell, int], gross: FlowCell) -> Iterable[Sum[FlowCell]]:
    yield Sum(gross, (FlowCell(ALL, OPENING), FlowCell(ALL, INWARD)))
    yield Sum(gross, (FlowCell(ALL, CLOSING), FlowCell(ALL, OUTWARD)))
    for level in sorted({cell.level for cell in counts}):
        at_level = [cell for cell in counts if cell.level == level]
        for total, inward in ((INWARD, True), (OUTWARD, False)):
            reasons = tuple(cell for cell in at_level if _is_reason(cell, inward=inward))
            yield Sum(FlowCell(level, total), reasons)
        for flow in (Flow.IN_TRANSFER_PROVINCE, Flow.OUT_TRANSFER_PROVINCE):
            provinces = tuple(cell for cell in at_level if cell.flow == flow and cell.province)
            yield Sum(FlowCell(level, flow.value), provinces)
    # Over the stages; the two days have none, because promotion moves pupils between them without a flow.
    for cell in counts:
        if cell.level == ALL and cell.flow not in {OPENING, CLOSING, gross.flow}:
            stages = tuple(one for one in counts if one.level != ALL and one[1:] == cell[1:])
            yield Sum(cell, stages)


def _is_reason(cell: FlowCell, *, inward: bool) -> bool:
    return not cell.province and cell.flow in {flow.value for flow in Flow if flow.inward is inward}
