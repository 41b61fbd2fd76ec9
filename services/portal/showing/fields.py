"""What a person fills in, a field at a time: an item of the national form, or a statement that a procedure asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, Protocol

from kernel.codes import CodeTable
from kernel.form import ItemKind
from kernel.refusals import GradeUnknown, Refusal
from kernel.school import SchoolCategory
from kernel.stages import Grade, Stage

LONG_FROM = 500  # characters from which a text is written in a box of its own
WIDE_FROM = 200
_KEYPADS = {
    ItemKind.DATE: "numeric",
    ItemKind.MONTH: "numeric",
    ItemKind.PHONE: "tel",
    ItemKind.POSTCODE: "numeric",
    ItemKind.EMAIL: "email",
    ItemKind.DISTANCE: "decimal",
}
_STAGES = {
    SchoolCategory.PRIMARY: (Stage.PRIMARY,),
    SchoolCategory.JUNIOR: (Stage.PRIMARY, Stage.JUNIOR),  # 九年一贯制学校 among them
    SchoolCategory.VOCATIONAL_JUNIOR: (Stage.JUNIOR,),
    SchoolCategory.SENIOR: (Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR),  # 十二年一贯制学校 among them
    SchoolCategory.SPECIAL: (Stage.SPECIAL,),
}
_GRADES_MOST = 12
_FIRST_COUNTRIES = frozenset({"CHN", "HKG", "MAC", "TWN"})  # of two hundred and fifty
_STANDARDS = ("GB", "JY")


class Stated(Protocol):
    """An item of the form, or a field of a procedure."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def kind(self) -> ItemKind: ...

    @property
    def required(self) -> bool: ...

    @property
    def code_table(self) -> CodeTable | None: ...

    @property
    def max_length(self) -> int: ...


class Mistake(NamedTuple):
    """What is wrong: with which field, empty where it is with none that is drawn, and in words."""

    key: str
    label: str
    words: str


@dataclass(frozen=True)
class Field:
    """One field as it is drawn.

    Attributes:
        choices: value and words, of what is chosen from a list; empty for what is typed.
        wrong: what is wrong with it, in words.
        number: printed on the form, 0 where it is not of the form. helped: the line beside it.
        before: what the record says now, in words, where that is to be changed.
    """

    item: Stated
    value: str
    choices: Sequence[tuple[str, str]]
    wrong: tuple[str, ...]
    number: int = 0
    helped: str = ""
    before: str = ""

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def source(self) -> str:
        """The standard that its codes come from; empty where it has none."""
        table = self.item.code_table
        return table.standard if table is not None and table.standard.startswith(_STANDARDS) else ""

    @property
    def keypad(self) -> str:
        return _KEYPADS.get(self.item.kind, "text")

    @property
    def is_place(self) -> bool:
        return self.item.kind is ItemKind.DIVISION12

    @property
    def is_long(self) -> bool:
        return self.item.kind is ItemKind.TEXT and self.item.max_length >= LONG_FROM

    @property
    def is_wide(self) -> bool:
        """Whether what is written there needs the whole line."""
        return self.item.kind is ItemKind.TEXT and self.item.max_length >= WIDE_FROM

    @property
    def strange(self) -> str:
        """The value, where it is none of the choices: shown as it was written, so that it can be put right."""
        known = {value for value, _ in self.choices}
        return self.value if self.choices and self.value and self.value not in known else ""


def draw_field(
    item: Stated,
    value: str,
    findings: Iterable[Refusal],
    *,
    category: SchoolCategory,
    number: int = 0,
    helped: str = "",
    before: str = "",
) -> Field:
    """The field with its value and what is wrong with it.

    Args:
        findings: of the whole form, each with its key as ``field``. category: of the school, which has its grades.
    """
    wrong = tuple(finding.sentence for finding in findings if finding.field == item.key)
    return Field(item, value, _choices(item, category), wrong, number=number, helped=helped, before=before)


def told(
    findings: Iterable[Refusal], fields: Iterable[Field], *, also: Mapping[str, str] = MappingProxyType({})
) -> tuple[Mistake, ...]:
    """All findings, each with the field that it leads to.

    Args:
        also: other places of the page that findings lead to: key and label.
    """
    labels = {one.key: one.item.label for one in fields} | dict(also)
    return tuple(
        Mistake(no.field if no.field in labels else "", labels.get(no.field or "", ""), no.sentence) for no in findings
    )


def _choices(item: Stated, category: SchoolCategory) -> Sequence[tuple[str, str]]:
    if item.kind is ItemKind.GRADE:
        return _grades(category)
    return _coded(item.code_table) if item.code_table is not None else ()


@cache
def _coded(table: CodeTable) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(table.labels.items(), key=lambda one: one[0] not in _FIRST_COUNTRIES))


@cache
def _grades(category: SchoolCategory) -> tuple[tuple[str, str], ...]:
    stages = _STAGES.get(category, tuple(Stage))
    return tuple((grade.code, grade.label) for stage in stages for grade in _grades_of(stage))


def _grades_of(stage: Stage) -> Iterator[Grade]:
    for year in range(1, _GRADES_MOST + 1):
        try:
            yield Grade.of_code(f"{stage.value}{year:02d}")
        except GradeUnknown:
            return
