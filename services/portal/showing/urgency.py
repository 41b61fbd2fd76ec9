"""How near the end of the statutory time is (Art. 14): always in words, with a colour beside them."""

from __future__ import annotations

from kernel.calendar import Urgency
from xueji.desk.v1 import desk_pb2

_BY_WORD = {one.word: one for one in Urgency}
_COLOURS = {
    Urgency.CALM: "text-bg-light",
    Urgency.NEAR: "urgency-near",
    Urgency.PRESSING: "urgency-pressing",
    Urgency.LAST_DAY: "urgency-last-day",
    Urgency.OVERDUE: "urgency-overdue",
}


def urgency_words(case: desk_pb2.CaseSummary) -> str:
    """``临近，还剩3个工作日``; empty where nothing is due."""
    if not case.urgency:
        return ""
    how_near = _BY_WORD.get(case.urgency, Urgency.CALM)
    match how_near:
        case Urgency.OVERDUE:
            return f"{how_near.label}{-case.working_days_left}个工作日"
        case Urgency.LAST_DAY:
            return how_near.label
        case Urgency.CALM:
            return f"还剩{case.working_days_left}个工作日"
        case _:
            return f"{how_near.label}，还剩{case.working_days_left}个工作日"


def urgency_class(case: desk_pb2.CaseSummary) -> str:
    """The style of its badge."""
    return _COLOURS[_BY_WORD.get(case.urgency, Urgency.CALM)]
