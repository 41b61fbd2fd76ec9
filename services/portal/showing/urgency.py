"""How near the end of the statutory time is (Art. 14): always in words, with a colour beside them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from kernel.calendar import Due, Urgency, urgency, working_days_left
from kernel.clock import SHANGHAI
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


def days_left(due_on: str, now: datetime) -> tuple[str, str]:
    """Words and style of a last day in ISO form, as the worklist draws them; empty where there is none."""
    if not due_on:
        return "", ""
    after = datetime.combine(date.fromisoformat(due_on) + timedelta(days=1), time(), SHANGHAI)
    due = Due(after, provisional=False, calendar_version="")
    counted = desk_pb2.CaseSummary(urgency=urgency(due, now).word, working_days_left=working_days_left(due, now))
    return urgency_words(counted), urgency_class(counted)
