"""Articles 4, 7 and the law on compulsory education: coming to school for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kernel.clock import beginning_of
from kernel.facts import Facts, read_day
from kernel.identity import DocumentKind
from kernel.packs import Reading
from kernel.packs.keys import (
    ENTRY_AGE_YEARS,
    ENTRY_CUTOFF,
    ENTRY_DEFERRAL_APPLY_WITHIN,
    ENTRY_DEFERRAL_APPROVER,
    ENTRY_DEFERRAL_DOCUMENTS,
    ENTRY_DEFERRAL_MAX_YEARS,
    ENTRY_DEFERRAL_RENEWABLE,
    RECORD_DEADLINE,
)
from kernel.refusals import DocumentNamed, NoDocumentNamed
from kernel.rules import Breach, Found, rule
from kernel.stages import Grade, Stage

SCHOOL_YEAR_OF_ENTRY_FROM = (7, 1)  # rosters of a year's intake are entered from July on


def entry_year(on: date) -> int:
    """The year of the intake that a filing on this day belongs to."""
    return on.year if (on.month, on.day) >= SCHOOL_YEAR_OF_ENTRY_FROM else on.year - 1


@rule(
    "entrance.age",
    "小学一年级新生在截止日须达到入学年龄；未达到的，如实登记并提请核查，不影响建立学籍",
    clauses=("4.1", "11.1"),
    keys=(ENTRY_AGE_YEARS, ENTRY_CUTOFF),
)
def AGE_OF_ENTRY(facts: Facts, reading: Reading) -> Iterable[Found]:
    age = _age_of_entry(facts, reading)
    years, cutoff = reading(ENTRY_AGE_YEARS), reading(ENTRY_CUTOFF)
    if age is not None and age < years:
        yield Breach("ENTRY_AGE_BELOW", "4.1", f"至{entry_year(facts.on)}年{cutoff.label}未满{years}周岁")


@rule(
    "entrance.deferral",
    "延缓入学须经批准并有规定的证明材料，不超过规定的年限；不符的，如实登记并提请核查，不影响建立学籍",
    clauses=("7.2.2", "11.1"),
    keys=(
        ENTRY_AGE_YEARS,
        ENTRY_CUTOFF,
        ENTRY_DEFERRAL_MAX_YEARS,
        ENTRY_DEFERRAL_RENEWABLE,
        ENTRY_DEFERRAL_APPROVER,
        ENTRY_DEFERRAL_APPLY_WITHIN,
        ENTRY_DEFERRAL_DOCUMENTS,
    ),
)
def DEFERRED_BY_RULE(facts: Facts, reading: Reading) -> Iterable[Found]:
    age = _age_of_entry(facts, reading)
    deferred = age - reading(ENTRY_AGE_YEARS) if age is not None else 0
    if deferred <= 0:
        return
    most = reading(ENTRY_DEFERRAL_MAX_YEARS)
    if most is not None and deferred > most:
        yield Breach("ENTRY_DEFERRED_TOO_LONG", "11.1", f"延缓入学{deferred}年，最长{most}年")
    if deferred > 1 and not reading(ENTRY_DEFERRAL_RENEWABLE):
        yield Breach("ENTRY_DEFERRED_TOO_LONG", "11.1", f"延缓入学{deferred}年，本省不得续延")
    missing = [kind.label for kind in sorted(reading(ENTRY_DEFERRAL_DOCUMENTS)) if kind not in facts.evidence]
    if missing:
        approver, within = reading(ENTRY_DEFERRAL_APPROVER), reading(ENTRY_DEFERRAL_APPLY_WITHIN)
        when = f"（开学后{within.label}内申请）" if within else ""
        what = "、".join(missing)
        yield Breach("ENTRY_DEFERRAL_UNPROVEN", "7.2.2", f"延缓入学由{approver.label}批准{when}，缺少{what}")


def _age_of_entry(facts: Facts, reading: Reading) -> int | None:
    """Of a new first-grader, the completed years on the day of the pack; None of anybody else."""
    born = read_day(facts.birth_date)
    if facts.asked_grade != Grade(Stage.PRIMARY, 1) or born is None:
        return None
    cutoff = reading(ENTRY_CUTOFF)
    return entry_year(facts.on) - born.year - ((cutoff.month, cutoff.day) < (born.month, born.day))


@rule(
    "record.in_time",
    "自入学之日起在规定期限内建立学籍档案；逾期的照常建立，并记为迟报",
    clauses=("7.1", "27.1.1"),
    keys=(RECORD_DEADLINE,),
)
def RECORDED_IN_TIME(facts: Facts, reading: Reading) -> Iterable[Found]:
    month = facts.values.get("entry_month", "")
    entered = read_day(f"{month}01") if month else None
    if entered is None:
        return
    due = reading(RECORD_DEADLINE).due(beginning_of(entered))
    if facts.on > due.last_day:
        late = (facts.on - due.last_day).days
        yield Breach("RECORD_LATE", "7.1", f"应于{due.last_day}前建立学籍，逾期{late}天", late)


def has_document(values: Mapping[str, str]) -> bool:
    """Whether a form names a document; without one nothing but people can tell that there is no second record."""
    return bool(values.get("document_number")) or values.get("document_kind") != DocumentKind.OTHER


@rule(
    "entrance.document",
    "无证件的学生逐人办理，逐级核准到省；有证件的按证件查重",
    clauses=("4.2", "6.1"),
    keys=(),
)
def DOCUMENT_IS_NAMED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not has_document(facts.values):
        yield NoDocumentNamed(field="document_kind")


@rule("entrance.without_document", "有证件的学生不按无证件办理", clauses=("4.2", "6.1"), keys=())
def NO_DOCUMENT_IS_NAMED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if has_document(facts.values):
        yield DocumentNamed(field="document_kind")
