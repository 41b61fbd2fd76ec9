"""Moments, numbers, offices and refusals as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from chassis.rpc.wire import refusal_from_message
from kernel.adjudication import Word
from kernel.calendar import Due
from kernel.clock import SHANGHAI
from kernel.divisions import province_name
from kernel.evidence import EvidenceKind
from kernel.measures import CLAUSES, citation
from kernel.record_items import label_of, read_value
from kernel.writing import mask_number
from portal.guard.door import door
from xueji.common.v1 import refusal_pb2

_ALARM_REASONS = {
    "BUDGET": "本小时查询额度用完",
    "PUPIL": "同一学生一天内被查询二十次",
    "MISSES": "省级节点一小时内查无此人上千次",
}
_ITEM_STATES = {"pending": "待办", "done": "已核准", "returned": "退回修改", "refused": "不予核准"}


def moment(at_ms: int) -> str:
    """``2026-09-01 08:00`` in Beijing; empty for 0."""
    return f"{_at(at_ms):%Y-%m-%d %H:%M}" if at_ms else ""


def day(at_ms: int) -> str:
    """``2026-09-01`` in Beijing; empty for 0."""
    return f"{_at(at_ms):%Y-%m-%d}" if at_ms else ""


def last_day(due_at_ms: int) -> str:
    """The last day of a time that ends at midnight."""
    due = Due(datetime.fromtimestamp(due_at_ms / 1000, UTC), provisional=False, calendar_version="")
    return f"{due.last_day:%Y-%m-%d}"


def masked(number: str) -> str:
    """A number of a document or of a pupil, so that two can be told apart and neither can be copied."""
    return mask_number(number) if number else ""


def office_name(text: str) -> str:
    """What people call ``authority/410105``."""
    return door().premises.name_of(text)


def school_name(code: str) -> str:
    """What people call a school, by its code."""
    return door().premises.name_of(f"school/{code}") if code else ""


def grade_label(code: str) -> str:
    """``小学一年级`` for ``101``; what is no grade is shown as it is."""
    return read_value("grade", code)


def clause(article: str) -> str:
    """``第十四条第二款``; where an earlier program noted the article alone, ``第14条``."""
    return citation(article) if article in CLAUSES else f"第{article}条"


def evidence_label(kind: str) -> str:
    """What people call a kind of proof; the word itself where it is a newer program's."""
    return EvidenceKind(kind).label if kind in list(EvidenceKind) else kind


def written_day(text: str) -> str:
    """``2026-09-01`` in Beijing, of a moment as RFC 3339 writes it."""
    return f"{datetime.fromisoformat(text).astimezone(SHANGHAI):%Y-%m-%d}" if text else ""


def province_word(word: str) -> str:
    """What a province says of its record in an adjudication; the word itself where it is a newer program's."""
    if not word:
        return "待答复"
    return Word(word).label if word in list(Word) else word


def alarm_reason(reason: str) -> str:
    return _ALARM_REASONS.get(reason, reason)


def item_state(state: str) -> str:
    return _ITEM_STATES.get(state, state)


def sentence(message: refusal_pb2.Refusal) -> str:
    """What a refusal says to people."""
    return refusal_from_message(message).sentence


def _value_of(value: str, key: str) -> str:
    """As a filter: ``values.sex|item_value('sex')``."""
    return read_value(key, value)


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(SHANGHAI)


FILTERS = {
    "alarm_reason": alarm_reason,
    "province_name": province_name,
    "province_word": province_word,
    "written_day": written_day,
    "moment": moment,
    "clause": clause,
    "day": day,
    "evidence_label": evidence_label,
    "last_day": last_day,
    "masked": masked,
    "office_name": office_name,
    "school_name": school_name,
    "grade_label": grade_label,
    "item_label": label_of,
    "item_state": item_state,
    "item_value": _value_of,
    "sentence": sentence,
}
