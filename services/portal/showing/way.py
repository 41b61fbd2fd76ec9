"""The way of a case (办理进程): its offices in order, what is behind it, where it is, what lies ahead.

Each side of a transfer sees its own part step by step and the other's as far as it is told. What is drawn is of whose
turn it is, and of what the office has noted; nothing of the pupil is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chassis.rpc.wire import refusal_from_message
from kernel import chains
from kernel.case import CaseState
from kernel.custody import RELEASING_SIDE_REASONS
from kernel.office import Office, Tier
from kernel.refusals import NotApproved, Refusal, ReturnedForCorrection, TransferNotCompleted
from kernel.regulation import Procedure, Step, procedure
from xueji.desk.v1 import desk_pb2

_ON_THE_WAY_THERE = ("opening", "opened", "requested", "asked")
_HANDED_OVER = ("released", "fetching", "escrowed", "committed", "activated", "closed", "settled")
_ENDED = ("returned", "rejected", "refused_above", "aborted", "withdrawn", "settled")
_RELEASING_WORDS = frozenset(reason.label for reason in RELEASING_SIDE_REASONS)
_ONE_SIDE = {
    Step.IN_SCHOOL: "学校审核",
    Step.IN_AUTHORITY: "学籍主管部门核准",
    Step.IN_PREFECTURE: "市级核准",
    Step.IN_PROVINCE: "省级核准",
    Step.OUT_SCHOOL: "学籍所在学校核办",
    Step.OUT_AUTHORITY: "学籍所在学校主管部门核办",
    Step.OUT_PREFECTURE: "学籍所在学校所在市核办",
    Step.OUT_PROVINCE: "学籍所在学校所在省核办",
}
_MOVING = {
    Step.IN_SCHOOL: "转入学校审核",
    Step.IN_AUTHORITY: "转入学校主管部门核准",
    Step.IN_PREFECTURE: "转入学校所在市核准",
    Step.IN_PROVINCE: "转入学校所在省核准",
    Step.OUT_SCHOOL: "转出学校核办",
    Step.OUT_AUTHORITY: "转出学校主管部门核办",
    Step.OUT_PREFECTURE: "转出学校所在市核办",
    Step.OUT_PROVINCE: "转出学校所在省核办",
}


class Passed(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    STOPPED = "stopped"  # here it ended without an outcome

    @property
    def label(self) -> str:
        """As it is read out."""
        return {
            Passed.DONE: "已完成",
            Passed.NOW: "正在办理",
            Passed.AHEAD: "尚未开始",
            Passed.STOPPED: "在此终止",
        }[self]


@dataclass(frozen=True)
class Stage:
    """One office's part of the way.

    Attributes:
        office: as a node writes it; empty where this side is not told. at_ms: when it was done; 0 where not known.
    """

    title: str
    office: str
    passed: Passed
    at_ms: int = 0


@dataclass(frozen=True)
class _Planned:
    """A stage before it is known how far the case has come: what awaits it, and by what it is done."""

    title: str
    office: str
    marks: tuple[str, ...]
    done_by: tuple[str, ...]


def way_of(view: desk_pb2.GetCaseResponse) -> list[Stage]:
    """The whole way of a case, as its office sees it."""
    case = view.summary
    noted = {entry.step: entry for entry in sorted(view.timeline, key=lambda entry: entry.at_ms)}
    plan = _plan(procedure(case.procedure), case, noted.keys())
    stopped = case.state == CaseState.CLOSED.value and case.items_done == 0
    reached = _stopped_at(plan, view, noted.keys()) if stopped else _reached(plan, case, noted.keys())
    stages = [_stage(planned, place, reached, noted, stopped=stopped) for place, planned in enumerate(plan)]
    return [_here(stage, case.awaited_office) if stage.passed is Passed.NOW else stage for stage in stages]


def _plan(row: Procedure, case: desk_pb2.CaseSummary, noted: Iterable[str]) -> list[_Planned]:
    titles = _MOVING if row.moves_record else _ONE_SIDE
    seen = {case.awaited_step, *noted}
    steps = [step for step in chains.possible(row) if step in row.chain or step.value in seen]
    plan = [_Planned(titles[step], _known_office(step, case), (step.value,), (step.value,)) for step in steps]
    if row.leaves_province:
        there = next(place for place, step in enumerate(steps) if step.releasing)
        across = _Planned("全国受理，送达转出省", "nation/00", _ON_THE_WAY_THERE, ("requested", "asked"))
        last = _Planned("学籍和档案转移", "nation/00", _HANDED_OVER, ("activated", "closed", "settled"))
        return [*plan[:there], across, *plan[there:], last]
    title = "学籍转入" if row.moves_record else ("全国查重，建立学籍" if row.begins_record else "省级办结，记入学籍")
    return [*plan, _Planned(title, "", ("number_asked", "document_asked", "settled"), ("settled",))]


def _known_office(step: Step, case: desk_pb2.CaseSummary) -> str:
    match step:
        case Step.IN_SCHOOL:
            return str(Office(Tier.SCHOOL, case.school))
        case Step.OUT_SCHOOL:
            return str(Office(Tier.SCHOOL, case.releasing_school))
        case _:
            return case.awaited_office if case.awaited_step == step.value else ""


def _reached(plan: Sequence[_Planned], case: desk_pb2.CaseSummary, noted: Iterable[str]) -> int:
    """The place of the stage that the case is in; beyond the last when it is over."""
    if case.state == CaseState.CHECKING.value:
        return 0
    if case.state == CaseState.CLOSED.value and case.items_done:
        return len(plan)
    for place, stage in enumerate(plan):
        if case.awaited_step in stage.marks:
            return place
    return _last_done(plan, noted) + 1


def _last_done(plan: Sequence[_Planned], noted: Iterable[str]) -> int:
    """The place of the last stage that was left behind; -1 where none was."""
    seen = set(noted) - {"settled"}
    return max((place for place, stage in enumerate(plan) if seen & set(stage.done_by)), default=-1)


def _stopped_at(plan: Sequence[_Planned], view: desk_pb2.GetCaseResponse, noted: Iterable[str]) -> int:
    """Where a case ended: with the office that said no, whose step is noted like any other; else before the next."""
    done = _last_done(plan, noted)
    (step,) = plan[done].marks if done >= 0 and len(plan[done].marks) == 1 else ("",)
    said = [refusal_from_message(item.refusal) for item in view.items if item.HasField("refusal")]
    if step in list(Step) and any(_said_at(Step(step), no) for no in said):
        return done
    return min(done + 1, len(plan) - 1)


def _said_at(step: Step, no: Refusal) -> bool:
    """Whether it is an office's own word, such as is given at this step."""
    if isinstance(no, TransferNotCompleted):
        return step.releasing and no.detail.get("reason") in _RELEASING_WORDS
    return isinstance(no, ReturnedForCorrection | NotApproved)


def _here(stage: Stage, awaited: str) -> Stage:
    """Where it is now, by the office that is awaited, which may be known before its step is."""
    return replace(stage, office=awaited or stage.office)


def _stage(
    planned: _Planned, place: int, reached: int, noted: Mapping[str, desk_pb2.TimelineEntry], *, stopped: bool
) -> Stage:
    entry = next((noted[step] for step in planned.done_by if step in noted), None)
    office = planned.office or (entry.office if entry else "")
    if place < reached:
        return Stage(planned.title, office, Passed.DONE, entry.at_ms if entry else 0)
    if place > reached:
        return Stage(planned.title, planned.office, Passed.AHEAD)
    if not stopped:
        return Stage(planned.title, office, Passed.NOW)
    ended = next((noted[step] for step in _ENDED if step in noted), None)
    return Stage(planned.title, office, Passed.STOPPED, ended.at_ms if ended else 0)
