"""The national form as a page draws it: seven groups of fields, each with its choices, its help, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from kernel.divisions import counties_of, province_name
from kernel.form import ITEMS, Group, Item
from kernel.refusals import Refusal
from kernel.school import SchoolCategory
from portal.showing.fields import Field, Mistake, draw_field, told
from portal.showing.form_help import help_of

_NUMERALS = "一二"


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
    mistakes: tuple[Mistake, ...] = field(default=())


def draw_form(values: Mapping[str, str], findings: Iterable[Refusal], *, category: SchoolCategory) -> DrawnForm:
    """The form with these values and what is wrong with them.

    Args:
        values: item key to text. findings: each with its item as ``field``. category: of the school, which has its
            grades.
    """
    said = list(findings)
    fields = [
        draw_field(one, values.get(one.key, ""), said, category=category, number=one.number, helped=help_of(one))
        for one in ITEMS
    ]
    return DrawnForm(tuple(_sections(fields)), told(said, fields))


@cache
def places_of(province: str) -> tuple[tuple[str, str], ...]:
    """Twelve digits and name of each county of a province, for whoever looks a code up by its name."""
    whole = province_name(province)
    return tuple((f"{one.code}000000", f"{whole}{one.name}") for one in counties_of(province))


def _sections(fields: Sequence[Field]) -> Iterator[Section]:
    by_item = zip(ITEMS, fields, strict=True)
    for (group, member), of_group in groupby(by_item, key=lambda one: (one[0].group, _member(one[0]))):
        title = f"{group.label}（成员{_NUMERALS[member - 1]}）" if member else group.label
        yield Section(f"{group.value}{member or ''}", title, tuple(drawn for _, drawn in of_group))


def _member(item: Item) -> int:
    if item.group is not Group.FAMILY:
        return 0
    return int(item.key.removeprefix("guardian")[0])
