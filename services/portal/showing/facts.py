"""What a case says of a pupil, and what a record says, item by item in words; and what a change changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.form import ITEMS, Group
from kernel.form_items import ItemKind
from kernel.record_items import label_of, read_value
from kernel.refusals import GradeUnknown
from kernel.regulation import Field, Procedure
from kernel.rules.corrections import NEW
from kernel.stages import Grade

# Why somebody looks at a number in full: what is written down is which of these it was.
REASONS = {
    "check": "与证件原件核对",
    "counter": "学生或监护人到场办理",
    "paper": "填写纸质材料",
    "inquiry": "答复上级或有关部门",
}

ASKED_FOR = "申请事项"

NUMBER_KEYS = frozenset({"number", *(f"{prefix}document_number" for prefix in ("", "guardian1_", "guardian2_", NEW))})
_SEAT = frozenset({"grade", "school_class"})
_ADDED = _SEAT | {"number", "name"}  # what a school's node says of every pupil, whatever the case asks for


@dataclass(frozen=True)
class Fact:
    """One item in words.

    Attributes:
        before: what the record says now, where the case would change it and this office knows; else None.
    """

    key: str
    label: str
    value: str
    before: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is masked until somebody asks."""
        return self.key in NUMBER_KEYS

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before != self.value


Grouped = list[tuple[str, list[Fact]]]


def form_facts(values: Mapping[str, str]) -> Grouped:
    """The filled items of the form by its seven parts."""
    grouped: Grouped = []
    for group in Group:
        items = [one for one in ITEMS if one.group is group and values.get(one.key)]
        if items:
            grouped.append(
                (group.label, [Fact(one.key, one.label, read_value(one.key, values[one.key])) for one in items])
            )
    return grouped


def case_facts(row: Procedure, values: Mapping[str, str], *, record: Mapping[str, str] | None) -> Grouped:
    """What a case says of one pupil: the form where it begins a record, else the procedure's own statements.

    Args:
        record: as it stands, with its ``status``; None where this office does not know it.
    """
    if row.begins_record:
        return form_facts(values)
    facts = [_stated(row.by_key.get(key), key, value, record) for key, value in _in_order(row, values)]
    if len(row.leads_to) == 1 and not row.moves_record:
        (status,) = row.leads_to
        facts.append(Fact("status", label_of("status"), status.label, _was("status", record)))
    return [(ASKED_FOR, facts)] if facts else []


def _in_order(row: Procedure, values: Mapping[str, str]) -> list[tuple[str, str]]:
    keys = [one.key for one in row.fields] + [key for key in values if key not in row.by_key and key not in _ADDED]
    return [(key, values[key]) for key in keys if values.get(key)]


def _stated(field: Field | None, key: str, value: str, record: Mapping[str, str] | None) -> Fact:
    of_record = key.removeprefix(NEW)
    corrects = key.startswith(NEW) or key in _SEAT
    label = field.label if field else label_of(of_record)
    words = _in_words(field, value) if field else read_value(of_record, value)
    return Fact(key, label, words, _was(of_record, record) if corrects else None)


def _was(key: str, record: Mapping[str, str] | None) -> str | None:
    return None if record is None else read_value(key, record.get(key, "")) or "（无）"


def _in_words(field: Field, value: str) -> str:
    if field.code_table is not None:
        return field.code_table.labels.get(value, value)
    match field.kind:
        case ItemKind.DATE | ItemKind.MONTH:
            return "-".join(part for part in (value[:4], value[4:6], value[6:]) if part) if value.isdigit() else value
        case ItemKind.GRADE:
            try:
                return Grade.of_code(value).label
            except GradeUnknown:
                return value
        case _:
            return value
