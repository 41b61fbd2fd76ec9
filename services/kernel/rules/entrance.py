"""Articles 4, 7 and the law on compulsory education: coming to school for the first time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kernel.clock import beginning_of
from kernel.facts import Facts, read_day
from kernel.packs import Reading
from kernel.packs.keys import ENTRY_AGE_YEARS, ENTRY_CUTOFF, RECORD_DEADLINE
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
    born = read_day(facts.birth_date)
    if facts.asked_grade != Grade(Stage.PRIMARY, 1) or born is None:
        return
    years, cutoff = reading(ENTRY_AGE_YEARS), reading(ENTRY_CUTOFF)
    year = entry_year(facts.on)
    age = year - born.year - ((cutoff.month, cutoff.day) < (born.month, born.day))
    if age < years:
        yield Breach("ENTRY_AGE_BELOW", "4.1", f"至{year}年{cutoff.label}未满{years}周岁")


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
