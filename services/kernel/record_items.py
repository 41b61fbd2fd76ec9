"""What people call the parts of a record, and how they read what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kernel.divisions import name_of
from kernel.form import ITEMS, Item, ItemKind
from kernel.refusals import GradeUnknown
from kernel.stages import Grade
from kernel.standing import STANDING
from kernel.status import StudentStatus

_OWN_LABELS = {"number": "学籍号", "status": "学生状态", "school": "学校标识码"}
_FORM: Mapping[str, Item] = MappingProxyType({one.key: one for one in ITEMS})


def label_of(key: str) -> str:
    """What an item of a record is called; the key itself where it is one of a newer program."""
    if key in _OWN_LABELS:
        return _OWN_LABELS[key]
    if key in _FORM:
        return _FORM[key].label
    return STANDING[key].label if key in STANDING else key


def read_value(key: str, value: str) -> str:
    """What is in it, as people read it: a code's label, a grade, ``2026-09-01``, a division by name; else as it is."""
    if key == "status":
        return StudentStatus(value).label if value in StudentStatus.__members__.values() else value
    if key in STANDING:
        return STANDING[key].read(value)
    item = _FORM.get(key)
    if item is None or not value:
        return value
    if item.code_table is not None:
        return item.code_table.labels.get(value, value)
    match item.kind:
        case ItemKind.GRADE:
            return _grade(value)
        case ItemKind.DATE | ItemKind.MONTH:
            return "-".join(part for part in (value[:4], value[4:6], value[6:]) if part)
        case ItemKind.DIVISION12:
            name = name_of(value[:6])
            return f"{name}（{value}）" if name else value
        case _:
            return value


def _grade(code: str) -> str:
    try:
        return Grade.of_code(code).label
    except GradeUnknown:
        return code
