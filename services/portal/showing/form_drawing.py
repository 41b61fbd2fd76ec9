"""The national form as a page draws it: seven groups of fields, each with its choices, its help, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from kernel.divisions import counties_of, province_name
from kernel.form import ITEMS, Group, Item, ItemKind
from kernel.refusals import GradeUnknown, Refusal
from kernel.school import SchoolCategory
from kernel.stages import Grade, Stage
from portal.showing.form_help import help_of, source_of

KEYPADS = {
    ItemKind.DATE: "numeric",
    ItemKind.MONTH: "numeric",
    ItemKind.DIVISION12: "text",
    ItemKind.PHONE: "tel",
    ItemKind.POSTCODE: "numeric",
    ItemKind.EMAIL: "email",
    ItemKind.DISTANCE: "decimal",
}
_NUMERALS = "一二"
_STAGES = {
    SchoolCategory.PRIMARY: (Stage.PRIMARY,),
    SchoolCategory.JUNIOR: (Stage.PRIMARY, Stage.JUNIOR),  # 九年一贯制学校 among them
    SchoolCategory.VOCATIONAL_JUNIOR: (Stage.JUNIOR,),
    SchoolCategory.SENIOR: (Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR),  # 十二年一贯制学校 among them
    SchoolCategory.SPECIAL: (Stage.SPECIAL,),
}
_GRADES_MOST = 12
_FIRST_COUNTRIES = frozenset({"CHN", "HKG", "MAC", "TWN"})  # of two hundred and fifty


@dataclass(frozen=True)
class Field:
    """One item as it is drawn.

    Attributes:
        choices: value and words, of what is chosen from a list; empty for what is typed.
        strange: the value, where it is none of the choices: shown as it was written, so that it can be put right.
        wrong: what is wrong with it, in words.
    """

    item: Item
    value: str
    choices: Sequence[tuple[str, str]]
    wrong: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def help(self) -> str:
        return help_of(self.item)

    @property
    def source(self) -> str:
        return source_of(self.item)

    @property
    def keypad(self) -> str:
        return KEYPADS.get(self.item.kind, "text")

    @property
    def is_place(self) -> bool:
        return self.item.kind is ItemKind.DIVISION12

    @property
    def is_wide(self) -> bool:
        """Whether what is written there needs the whole line."""
        return self.item.kind is ItemKind.TEXT and self.item.max_length >= 200

    @property
    def strange(self) -> str:
        known = {value for value, _ in self.choices}
        return self.value if self.choices and self.value and self.value not in known else ""


@dataclass(frozen=True)
class Section:
    """A group of the form, or one member of the family."""

    name: str
    title: str
    fields: tuple[Field, ...]

    @property
    def wrong(self) -> int:
        return sum(1 for one in self.fields if one.wrong)


@dataclass(frozen=True)
class DrawnForm:
    """The whole form.

    Attributes:
        mistakes: what is wrong, in order: the field's key and label, empty where it is about none, and the words.
    """

    sections: tuple[Section, ...]
    mistakes: tuple[tuple[str, str, str], ...] = field(default=())


def draw_form(values: Mapping[str, str], findings: Iterable[Refusal], *, category: SchoolCategory) -> DrawnForm:
    """The form with these values and what is wrong with them.

    Args:
        values: item key to text. findings: each with its item as ``field``. category: of the school, which has its
            grades.
    """
    said = list(findings)
    fields = [
        Field(
            one,
            values.get(one.key, ""),
            _choices(one, category),
            tuple(finding.sentence for finding in said if finding.field == one.key),
        )
        for one in ITEMS
    ]
    labels = {one.key: one.label for one in ITEMS}
    mistakes = tuple(
        (no.field if no.field in labels else "", labels.get(no.field or "", ""), no.sentence) for no in said
    )
    return DrawnForm(tuple(_sections(fields)), mistakes)


@cache
def places_of(province: str) -> tuple[tuple[str, str], ...]:
    """Twelve digits and name of each county of a province, for whoever looks a code up by its name."""
    whole = province_name(province)
    return tuple((f"{one.code}000000", f"{whole}{one.name}") for one in counties_of(province))


def _sections(fields: Sequence[Field]) -> Iterator[Section]:
    for (group, member), of_group in groupby(fields, key=lambda one: (one.item.group, _member(one.item))):
        title = f"{group.label}（成员{_NUMERALS[member - 1]}）" if member else group.label
        yield Section(f"{group.value}{member or ''}", title, tuple(of_group))


def _member(item: Item) -> int:
    if item.group is not Group.FAMILY:
        return 0
    return int(item.key.removeprefix("guardian")[0])


def _choices(item: Item, category: SchoolCategory) -> Sequence[tuple[str, str]]:
    if item.kind is ItemKind.GRADE:
        return _grades(category)
    if item.code_table is None:
        return ()
    return _coded(item)


@cache
def _coded(item: Item) -> tuple[tuple[str, str], ...]:
    assert item.code_table is not None, "an item of codes has a table"
    return tuple(sorted(item.code_table.labels.items(), key=lambda one: one[0] not in _FIRST_COUNTRIES))


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
