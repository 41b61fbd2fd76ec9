"""How a row's values are written for people: by what a value is, so that a row may grow without this page knowing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from typing import Any

from kernel.measures import citation

# What people call the columns of the table; one that is not here shows its own name.
COLUMNS = {
    "clauses": "条款",
    "chain": "签批",
    "family": "统称",
    "filer": "由谁提出",
    "fields": "填写",
    "evidence": "证明材料",
    "rules": "规则",
    "may_start_from": "办理前的状态",
    "leads_to": "办理后的状态",
    "begins_record": "建立新的学籍",
    "leaves_province": "经全国索引跨省交接",
    "two_sided": "涉及转出、转入两方",
    "one_by_one": "逐人办理",
    "effective_field": "自何日起生效",
    "report_within": "上报期限",
}
_HEADING = frozenset({"name", "title"})
_SHOWN_MOST = 12  # a correction takes half the form; who reads on wants the form itself

IN_TURN = " → "


def row_values(row: Any) -> dict[str, str | list[str]]:
    """Every column of a row that says something, by what people call it; sentences as a list."""
    said: dict[str, str | list[str]] = {}
    for column in fields(row):
        value = getattr(row, column.name)
        if not column.init or column.name in _HEADING or not value:
            continue
        name = COLUMNS.get(column.name, f"`{column.name}`")
        match column.name:
            case "chain":
                said[name] = told(value, separator=IN_TURN)
            case "rules":
                said[name] = [told(one) for one in value]
            case _ if isinstance(value, tuple) and len(value) > _SHOWN_MOST:
                said[name] = f"{told(value[:_SHOWN_MOST])}等{len(value)}项"
            case _:
                said[name] = told(value)
    return said


def told(value: Any, *, separator: str = "、") -> str:
    """A value as people read it."""
    match value:
        case bool():
            return "是" if value else "否"
        case Enum():
            return str(getattr(value, "label", value.value))
        case str():
            return value
        case tuple() | list():
            return separator.join(told(one) for one in value)
        case frozenset() | set():
            return separator.join(told(one) for one in _in_declared_order(value))
        case _:
            return _of_an_object(value)


def _of_an_object(value: Any) -> str:
    """A rule or a key says what it means, a field what it is called."""
    if meaning := getattr(value, "meaning", ""):
        clauses = "、".join(citation(clause) for clause in getattr(value, "clauses", ()))
        code = f"`{value.name}` " if getattr(value, "kind", None) is not None else ""
        return f"{code}{meaning}" + (f"（{clauses}）" if clauses else "")
    label = str(getattr(value, "label", "") or getattr(value, "name", ""))
    return label if getattr(value, "required", True) else f"{label}（选填）"


def _in_declared_order(values: Iterable[Any]) -> list[Any]:
    """Sets have no order; members of an enumeration have that in which it was written."""
    listed = list(values)
    if listed and isinstance(listed[0], Enum):
        return [member for member in type(listed[0]) if member in listed]
    return sorted(listed, key=str)
