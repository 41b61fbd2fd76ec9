"""What an officer is told before deciding. These checks point out; they never decide."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from kernel.case import Item
from kernel.identity import DocumentKind
from kernel.policy import Policy
from kernel.pre_check import PreCheck, Severity
from kernel.stages import Grade, Stage

ClassSizes = Mapping[tuple[str, str], int]
NOT_INCLUSIVE = "0"  # 非随班就读, in the form's code table


def check_items(
    items: Sequence[Item],
    *,
    on: date,
    policy: Policy,
    division: str,
    class_sizes: ClassSizes,
    documents_elsewhere: frozenset[str],
) -> list[list[PreCheck]]:
    """Findings per item, in the order of the items.

    Args:
        on: the day on which age and term are judged. division: six digits of this authority.
        class_sizes: pupils already in each (grade, class) of the filing school.
        documents_elsewhere: digests (``document_digest``) of documents in this authority's other open cases.
    """
    filed = Counter(_class_of(item) for item in items)
    return [
        [
            *_entry_age(item, on=on, policy=policy),
            *_class_size(item, filed, class_sizes, policy=policy),
            *_household(item, division=division),
            *_twice(item, documents_elsewhere),
            *_by_hand(item),
        ]
        for item in items
    ]


def document_digest(values: Mapping[str, str]) -> str:
    """Names a document without showing it; empty for a pupil without any."""
    number = values.get("document_number", "")
    return hashlib.sha256(f"{values.get('document_kind', '')}:{number}".encode()).hexdigest() if number else ""


def _entry_age(item: Item, *, on: date, policy: Policy) -> list[PreCheck]:
    grade, born = _grade(item), _date(item.values.get("birth_date", ""))
    if grade != Grade(Stage.PRIMARY, 1) or born is None:
        return []
    month, day = policy.entry_cutoff
    entry_year = on.year if (on.month, on.day) >= (7, 1) else on.year - 1
    age = entry_year - born.year - ((month, day) < (born.month, born.day))
    if age >= policy.entry_age_years:
        return []
    sentence = (
        f"至{entry_year}年{month}月{day}日未满{policy.entry_age_years}周岁（《义务教育法》第十一条；《办法》第四条）"
    )
    return [PreCheck("ENTRY_AGE_BELOW", sentence, Severity.WARNING, "birth_date")]


def _class_size(
    item: Item, filed: Counter[tuple[str, str]], class_sizes: ClassSizes, *, policy: Policy
) -> list[PreCheck]:
    grade = _grade(item)
    if grade is None or not item.values.get("school_class"):
        return []
    key = _class_of(item)
    size = filed[key] + class_sizes.get(key, 0)
    standard = policy.class_size_primary if grade.stage is Stage.PRIMARY else policy.class_size_secondary
    if size >= policy.class_size_large_from:
        sentence = f"核准后本班将有{size}人，成为大班额（{policy.class_size_large_from}人起）"
        return [PreCheck("CLASS_TOO_LARGE", sentence, Severity.WARNING, "school_class")]
    if size > standard:
        sentence = f"核准后本班将有{size}人，超过标准班额{standard}人"
        return [PreCheck("CLASS_ABOVE_STANDARD", sentence, Severity.NOTICE, "school_class")]
    return []


def _household(item: Item, *, division: str) -> list[PreCheck]:
    place = item.values.get("household_place", "")
    area = division[:4] if division.endswith("00") else division
    if not place or place.startswith(area):
        return []
    return [PreCheck("HOUSEHOLD_ELSEWHERE", "户口所在地不在本辖区，请核对入学依据", Severity.NOTICE, "household_place")]


def _twice(item: Item, documents_elsewhere: frozenset[str]) -> list[PreCheck]:
    if document_digest(item.values) not in documents_elsewhere:
        return []
    sentence = "同一证件还出现在本辖区另一份在办业务中（《办法》第六条：不得重复建立学籍）"
    return [PreCheck("DOCUMENT_IN_ANOTHER_CASE", sentence, Severity.WARNING, "document_number")]


def _by_hand(item: Item) -> list[PreCheck]:
    """Pupils whom the Measures and the manuals want looked at one by one."""
    checks = []
    if item.values.get("document_kind") == DocumentKind.OTHER.value:
        sentence = "无身份证件，请逐人核对就读证明和监护人证件"
        checks.append(PreCheck("WITHOUT_DOCUMENT", sentence, Severity.NOTICE, "document_kind"))
    if item.values.get("inclusive_class", NOT_INCLUSIVE) != NOT_INCLUSIVE:
        sentence = "随班就读学生，请核对残疾证明（《办法》第十七条）"
        checks.append(PreCheck("INCLUSIVE_CLASS", sentence, Severity.NOTICE, "inclusive_class"))
    return checks


def _class_of(item: Item) -> tuple[str, str]:
    return item.values.get("grade", ""), item.values.get("school_class", "")


def _grade(item: Item) -> Grade | None:
    code = item.values.get("grade", "")
    return Grade.of_code(code) if code.isdigit() else None


def _date(text: str) -> date | None:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 and text.isdigit() else None
