"""The national form (学籍基础信息表, Art. 7): looking up its items, and checking what was written in them.

Values travel as ``dict[str, str]``, item key to canonical string; an item left empty is absent. Checking reports every
finding at once, because a registrar who is told one mistake a day gives up on the second.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from kernel import codes
from kernel.codes import CodeTable
from kernel.form_items import ITEMS, Group, Item, ItemKind
from kernel.form_values import Reading, canonical
from kernel.identity import DocumentKind, IdentityDocument
from kernel.names import fold_width
from kernel.refusals import (
    BirthDateContradictsId,
    GuardianIdRequired,
    InclusiveClassContradictsDisability,
    ItemUnknown,
    Refusal,
    SexContradictsId,
    ValueMissing,
)
from kernel.stages import Grade, SchoolSystem, Stage

__all__ = [
    "ITEMS",
    "KEY_FIELDS",
    "REQUIRED",
    "CodeTable",
    "Group",
    "Item",
    "ItemKind",
    "by_label",
    "check_values",
    "item",
]

KEY_FIELDS = ("name", "sex", "birth_date", "document_kind", "document_number")
"""关键数据: what makes a pupil this pupil. A change of one needs evidence and the authority (教基一〔2014〕8号)."""

REQUIRED = frozenset(one.key for one in ITEMS if one.required)
"""The items that bear a star (★)."""

_GUARDIANS = ("guardian1_", "guardian2_")
_BY_KEY = {one.key: one for one in ITEMS}

# A person with neither a citizen ID nor a household register in China has no 户口, and was often born abroad.
_OF_A_HOUSEHOLD = frozenset({"birth_place", "household_place", "household_kind"})

# Which kinds of disability (GB/T 26341) each way of attending an ordinary class goes with.
_DISABILITIES_OF_INCLUSION = {
    "0": frozenset({"0"}),
    "1": frozenset({"1"}),
    "2": frozenset({"2"}),
    "3": frozenset({"5"}),
    "9": frozenset({"3", "4", "6", "7", "9"}),
}


def item(key: str) -> Item:
    """The item of ``key``.

    Raises:
        ItemUnknown: the form has none.
    """
    found = _BY_KEY.get(key)
    if found is None:
        raise ItemUnknown(field=key[:40], item=key[:40])
    return found


def by_label(label: str) -> Item | None:
    """The item that a header names, star, blanks, brackets and known variants forgiven; None for another column."""
    table = _by_comparable_label()
    whole = _comparable(label)
    # 出生日期（YYYYMMDD）: what stands in brackets is advice, unless the label itself has it.
    return table.get(whole) or table.get(_comparable(re.sub(r"[(（\[【].*?[)）\]】]", "", label)))


def check_values(
    values: Mapping[str, str],
    *,
    on: date,
    required: Collection[str] | None = None,
    system: SchoolSystem = SchoolSystem.SIX_THREE,
    stage: Stage | None = None,
) -> tuple[dict[str, str], list[Refusal]]:
    """Normalise a filled form and find everything that is wrong with it.

    Args:
        values: item key to text, as written by a person, a workbook or an earlier normalisation (which it repeats).
        on: the day of the check; nobody is born later.
        required: keys that may not be empty; None: the starred items.
        system: the school's 学制; stage: the one stage that the school teaches, if it teaches one.

    Returns:
        The normalised values of the items that could be read, and the findings in the order of the form, each with
        the item's key as ``field``.
    """
    findings = [ItemUnknown(field=key[:40], item=key[:40]) for key in values if key not in _BY_KEY]
    form = _Form({}, list[Refusal](findings))
    reading = Reading(on=on, system=system, stage=stage)
    for one in ITEMS:
        text = values.get(one.key, "")
        if fold_width(text):
            form.read(one, text, reading=reading)
    document = form.document("", on=on)
    for prefix in _GUARDIANS:
        form.document(prefix, on=on)
    form.findings.extend(_contradictions(form, document))
    form.findings.extend(_missing(form, REQUIRED if required is None else required))
    form.findings.sort(key=lambda finding: _BY_KEY[finding.field].number if finding.field in _BY_KEY else 0)
    return form.values, form.findings


@dataclass(frozen=True)
class _Form:
    """A form while it is being read: what could be read, and what is wrong."""

    values: dict[str, str]
    findings: list[Refusal]

    def read(self, one: Item, text: str, *, reading: Reading) -> None:
        try:
            self.values[one.key] = canonical(one, text, reading=reading)
        except Refusal as refusal:
            refusal.field = one.key
            self.findings.append(refusal)

    def document(self, prefix: str, *, on: date) -> IdentityDocument | None:
        """The document under ``prefix``, its number normalised in place; None if there is none that can be read."""
        kind, key = self.values.get(f"{prefix}document_kind"), f"{prefix}document_number"
        number = self.values.get(key, "")
        if kind is None or (not number and kind != DocumentKind.OTHER):
            return None
        try:
            document = IdentityDocument.parse(kind, number, on=on)
        except Refusal as refusal:
            refusal.field = key
            self.findings.append(refusal)
            del self.values[key]
            return None
        if document.number:
            self.values[key] = document.number
        return document

    def faulty(self, key: str) -> bool:
        return any(finding.field == key for finding in self.findings)


def _missing(form: _Form, required: Collection[str]) -> Iterator[Refusal]:
    kind = form.values.get("document_kind")
    waived: frozenset[str] = frozenset()
    if kind == DocumentKind.OTHER:
        waived = frozenset({"document_number"})
    elif kind is not None and kind != DocumentKind.RESIDENT_ID:
        waived = _OF_A_HOUSEHOLD
    for one in ITEMS:
        if one.key in required and one.key not in form.values and one.key not in waived and not form.faulty(one.key):
            yield ValueMissing(field=one.key, label=one.label)
    for prefix in _GUARDIANS:
        kind_key, number_key = f"{prefix}document_kind", f"{prefix}document_number"
        if number_key in form.values and kind_key not in form.values and not form.faulty(kind_key):
            yield ValueMissing(field=kind_key, label=_BY_KEY[kind_key].label)


def _contradictions(form: _Form, document: IdentityDocument | None) -> Iterator[Refusal]:
    values = form.values
    if document is not None:
        yield from _document_contradictions(values, document)
        if not document.identifies:
            yield from _guardian_documents(form)
    inclusive, disability = values.get("inclusive_class"), values.get("disability")
    if inclusive is not None and disability is not None and not _inclusion_agrees(values, inclusive, disability):
        yield InclusiveClassContradictsDisability(
            field="inclusive_class",
            inclusive=codes.INCLUSIVE_CLASS.label(inclusive),
            disability=codes.DISABILITY.label(disability),
        )


def _document_contradictions(values: Mapping[str, str], document: IdentityDocument) -> Iterator[Refusal]:
    stated_sex, stated_birth = values.get("sex"), values.get("birth_date")
    if document.sex is not None and stated_sex is not None and stated_sex != str(document.sex.value):
        yield SexContradictsId(field="sex", stated=codes.SEX.label(stated_sex), by_number=document.sex.label)
    if document.birth_date is not None and stated_birth not in (None, f"{document.birth_date:%Y%m%d}"):
        yield BirthDateContradictsId(field="birth_date")


def _guardian_documents(form: _Form) -> Iterator[Refusal]:
    """The pupil has no number: every guardian named must have one, and one guardian must be named."""
    named = [prefix for prefix in _GUARDIANS if f"{prefix}name" in form.values] or [_GUARDIANS[0]]
    for prefix in named:
        for key in ("name", "document_kind", "document_number"):
            if f"{prefix}{key}" not in form.values:
                if not form.faulty(f"{prefix}{key}"):
                    yield GuardianIdRequired(field=f"{prefix}{key}")
                break


def _inclusion_agrees(values: Mapping[str, str], inclusive: str, disability: str) -> bool:
    grade = values.get("grade")
    if inclusive == "0" and grade is not None and Grade.of_code(grade).stage is Stage.SPECIAL:
        return True  # a special school's pupil is disabled and in no ordinary class
    return disability in _DISABILITIES_OF_INCLUSION[inclusive]


def _comparable(label: str) -> str:
    return re.sub(r"[\s★☆*＊()（）\[\]【】:：、/／]", "", fold_width(label)).upper()


@cache
def _by_comparable_label() -> dict[str, Item]:
    pairs = [(_comparable(label), one) for one in ITEMS for label in (one.label, *one.aliases)]
    table = dict(pairs)
    assert len(table) == len({(label, one.key) for label, one in pairs}), "one header names two items"
    return table
