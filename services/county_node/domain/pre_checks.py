"""What an officer is told before deciding (核办前检查). These checks point out; they never decide, and never fail."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.case import Case, Item
from kernel.divisions import DivisionLevel, level_of
from kernel.identity import DocumentKind
from kernel.packs import RulePack
from kernel.packs.keys import (
    CLASS_SIZE_LARGE_FROM,
    CLASS_SIZE_STANDARD,
    ENTRY_AGE_YEARS,
    ENTRY_CUTOFF,
    TRANSFER_MUST_ACCEPT,
)
from kernel.packs.words import TransferReason
from kernel.pre_check import PreCheck, Severity
from kernel.refusals import GradeUnknown
from kernel.regulation.transfers import TRANSFER
from kernel.stages import Grade, Stage

# How many pupils are in each (grade, class) of a school.
ClassSizes = Mapping[tuple[str, str], int]

NONE_OF_IT = "0"  # 非随班就读, 无残疾: in the form's code tables
SCHOOL_YEAR_OF_ENTRY_FROM = (7, 1)  # rosters of a year's intake are entered from July on


@dataclass(frozen=True)
class Surroundings:
    """What pupils are looked at against.

    Attributes:
        filed_on: the day on which the case was filed. division: six digits of this authority.
        class_sizes: pupils already in each class of the filing school.
        documents_elsewhere: digests (``document_digest``) of documents in this authority's other open cases.
    """

    filed_on: date
    pack: RulePack
    division: str
    class_sizes: ClassSizes
    documents_elsewhere: frozenset[str]


def check_items(items: Sequence[Item], around: Surroundings) -> list[list[PreCheck]]:
    """Findings per item, in the order of the items."""
    filed = Counter(_class_of(item) for item in items)
    return [list(_check(item, filed, around)) for item in items]


def check_transfer(case: Case, pack: RulePack) -> list[list[PreCheck]]:
    """Findings per item of a case about records that stand: who comes for such a reason is not to be turned away."""
    return [list(_must_be_accepted(case, item, pack)) for item in case.items]


def _must_be_accepted(case: Case, item: Item, pack: RulePack) -> Iterator[PreCheck]:
    if case.procedure.family != TRANSFER:
        return
    reason = item.values.get("transfer_reason", "")
    grade = _grade(item)
    if reason in pack.read(grade.stage if grade else None)(TRANSFER_MUST_ACCEPT):
        sentence = f"转学理由“{TransferReason.of(reason).label}”属于必须接收的理由，不得不予核准（《办法》第十一条）"
        yield PreCheck("TRANSFER_MUST_BE_ACCEPTED", sentence, Severity.WARNING, "transfer_reason")


def document_digest(values: Mapping[str, str]) -> str:
    """Names a document without showing it; empty for a pupil without any."""
    number = values.get("document_number", "")
    return hashlib.sha256(f"{values.get('document_kind', '')}:{number}".encode()).hexdigest() if number else ""


def _check(item: Item, filed: Counter[tuple[str, str]], around: Surroundings) -> Iterator[PreCheck]:
    yield from _entry_age(item, around)
    yield from _class_size(item, filed, around)
    yield from _household(item, around)
    document = document_digest(item.values)
    if document and document in around.documents_elsewhere:
        sentence = "同一证件还出现在本辖区另一份在办业务中（《办法》第六条：不得重复建立学籍）"
        yield PreCheck("DOCUMENT_IN_ANOTHER_CASE", sentence, Severity.WARNING, "document_number")
    yield from _one_by_one(item)


def _entry_age(item: Item, around: Surroundings) -> Iterator[PreCheck]:
    born, on = _date(item.values.get("birth_date", "")), around.filed_on
    if _grade(item) != Grade(Stage.PRIMARY, 1) or born is None:
        return
    reading = around.pack.read(Stage.PRIMARY)
    years, cutoff = reading(ENTRY_AGE_YEARS), reading(ENTRY_CUTOFF)
    entry_year = on.year if (on.month, on.day) >= SCHOOL_YEAR_OF_ENTRY_FROM else on.year - 1
    age = entry_year - born.year - ((cutoff.month, cutoff.day) < (born.month, born.day))
    if age < years:
        sentence = f"至{entry_year}年{cutoff.label}未满{years}周岁（《义务教育法》第十一条）"
        yield PreCheck("ENTRY_AGE_BELOW", sentence, Severity.WARNING, "birth_date")


def _class_size(item: Item, filed: Counter[tuple[str, str]], around: Surroundings) -> Iterator[PreCheck]:
    grade = _grade(item)
    if grade is None or grade.stage is Stage.SPECIAL or not item.values.get("school_class"):
        return  # the standards are those of ordinary classes
    size = filed[_class_of(item)] + around.class_sizes.get(_class_of(item), 0)
    reading = around.pack.read(grade.stage)
    standard, large_from = reading(CLASS_SIZE_STANDARD), reading(CLASS_SIZE_LARGE_FROM)
    if size >= large_from:
        sentence = f"核准后本班将有{size}人，成为大班额（{large_from}人起）"
        yield PreCheck("CLASS_TOO_LARGE", sentence, Severity.WARNING, "school_class")
    elif standard is not None and size > standard:
        sentence = f"核准后本班将有{size}人，超过标准班额{standard}人"
        yield PreCheck("CLASS_ABOVE_STANDARD", sentence, Severity.NOTICE, "school_class")


_AREA_DIGITS = {DivisionLevel.PROVINCE: 2, DivisionLevel.PREFECTURE: 4, DivisionLevel.COUNTY: 6}


def _household(item: Item, around: Surroundings) -> Iterator[PreCheck]:
    place = item.values.get("household_place", "")
    area = around.division[: _AREA_DIGITS[level_of(around.division)]]
    if place and not place.startswith(area):
        sentence = "户口所在地不在本辖区，请核对入学依据（《义务教育法》第十二条）"
        yield PreCheck("HOUSEHOLD_ELSEWHERE", sentence, Severity.NOTICE, "household_place")


def _one_by_one(item: Item) -> Iterator[PreCheck]:
    """Pupils whom the Measures and the manuals want looked at one by one (逐人核对)."""
    values = item.values
    if values.get("document_kind") == DocumentKind.OTHER:
        sentence = "没有居民身份证等证件，请逐人核对就读证明和监护人证件"
        yield PreCheck("WITHOUT_DOCUMENT", sentence, Severity.NOTICE, "document_kind")
    if not (values.get("guardian1_name") or values.get("guardian2_name")):
        sentence = "没有填写父母或其他监护人，请逐人核对（《办法》第七条）"
        yield PreCheck("GUARDIAN_MISSING", sentence, Severity.NOTICE, "guardian1_name")
    if values.get("inclusive_class", NONE_OF_IT) != NONE_OF_IT:
        sentence = "随班就读学生，请逐人核对残疾证明（《办法》第十七条）"
        yield PreCheck("INCLUSIVE_CLASS", sentence, Severity.NOTICE, "inclusive_class")
    elif values.get("disability", NONE_OF_IT) != NONE_OF_IT:
        sentence = "残疾学生，请逐人核对残疾证明和安置方式"
        yield PreCheck("DISABILITY", sentence, Severity.NOTICE, "disability")


def _class_of(item: Item) -> tuple[str, str]:
    return item.values.get("grade", ""), item.values.get("school_class", "")


def _grade(item: Item) -> Grade | None:
    try:
        return Grade.of_code(item.values.get("grade", ""))
    except GradeUnknown:
        return None


def _date(text: str) -> date | None:
    """``YYYYMMDD`` as a day; None for what is no day, which the school's form has refused already."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
