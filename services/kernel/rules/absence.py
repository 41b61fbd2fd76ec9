"""Articles 11, 19 and 20: how long one may be away, what proves it, and into which grade one comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kernel.calendar import national_calendar
from kernel.facts import Facts, read_day
from kernel.packs import Reading
from kernel.packs.keys import (
    ABROAD_RETURN_DOCUMENTS,
    ABROAD_RETURN_GRADE,
    CLASS_SIZE_APPLY_TO_RETURN,
    CLASS_SIZE_HARD,
    LEAVE_ABROAD_AS_LEAVE,
    LEAVE_CLOSED_TERMS,
    LEAVE_EARLY_RETURN_GRADE,
    LEAVE_HOSPITAL_LEVEL,
    LEAVE_MAX,
    LEAVE_MAX_TOTAL,
    LEAVE_MIN_ILLNESS,
    LEAVE_RENEW_NOTICE,
    LEAVE_RETURN_GRADE,
    TERM_DATES,
)
from kernel.packs.term import Term, TermUnit
from kernel.packs.words import Hospital, ReturnGrade
from kernel.refusals import (
    AbroadIsNoLeave,
    ClassFull,
    EvidenceRequired,
    HospitalLevelTooLow,
    IllnessTooShort,
    LeaveTooLong,
    ReturnGradeNotAllowed,
    TermClosed,
)
from kernel.rules import Breach, Found, rule
from kernel.rules.entrance import entry_year
from kernel.stages import Grade
from kernel.status import StudentStatus


@rule(
    "leave.closed_terms",
    "规定的学期内不予休学",
    clauses=("11.1", "19.1"),
    keys=(LEAVE_CLOSED_TERMS, TERM_DATES),
)
def LEAVE_TERM_OPEN(facts: Facts, reading: Reading) -> Iterable[Found]:
    grade = facts.present_grade
    if grade is None:
        return
    for closed in sorted(reading(LEAVE_CLOSED_TERMS)):
        terms, calendar = reading(TERM_DATES), national_calendar()
        if closed.covers(grade, system=facts.school_system, on=facts.on, terms=terms, calendar=calendar):
            yield TermClosed(procedure="休学", term=closed.label)


@rule(
    "leave.min_illness",
    "因病休学须达到规定的治疗时间",
    clauses=("11.1", "19.1"),
    keys=(LEAVE_MIN_ILLNESS,),
)
def ILLNESS_LONG_ENOUGH(facts: Facts, reading: Reading) -> Iterable[Found]:
    least = reading(LEAVE_MIN_ILLNESS)
    months = facts.values.get("illness_months", "")
    if facts.values.get("leave_reason") != "illness" or least is None or not months.isdecimal():
        return
    given = Term(int(months), TermUnit.MONTHS)
    if not least.no_longer_than(given):
        yield IllnessTooShort(field="illness_months", least=least.label, given=given.label)


@rule(
    "leave.hospital_level",
    "因病休学的证明须由规定等级的医院出具",
    clauses=("11.1", "19.1"),
    keys=(LEAVE_HOSPITAL_LEVEL,),
)
def HOSPITAL_HIGH_ENOUGH(facts: Facts, reading: Reading) -> Iterable[Found]:
    least = reading(LEAVE_HOSPITAL_LEVEL)
    if facts.values.get("leave_reason") != "illness" or least is Hospital.ANY:
        return
    levels = list(Hospital)
    given = Hospital.of(facts.values.get("hospital_level") or Hospital.ANY)
    if levels.index(given) < levels.index(least):
        yield HospitalLevelTooLow(field="hospital_level", least=least.label)


@rule(
    "leave.abroad_as_leave",
    "短期出境是否按休学办理由省级规定；不按休学办理的，办理出境就读",
    clauses=("19.1", "20.1"),
    keys=(LEAVE_ABROAD_AS_LEAVE,),
)
def ABROAD_MAY_BE_LEAVE(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.values.get("leave_reason") == "abroad" and not reading(LEAVE_ABROAD_AS_LEAVE):
        yield AbroadIsNoLeave(field="leave_reason")


@rule(
    "leave.renew_notice",
    "续休须在休学期满前规定的时间提出；迟于规定的照常办理，并记为迟办",
    clauses=("11.1", "19.1"),
    keys=(LEAVE_RENEW_NOTICE,),
)
def RENEWED_IN_TIME(facts: Facts, reading: Reading) -> Iterable[Found]:
    notice, until = reading(LEAVE_RENEW_NOTICE), read_day(facts.standing.get("leave_until", ""))
    if notice is not None and until is not None and not notice.fits(facts.on, until):
        yield Breach("RENEWAL_LATE", "19.1", f"续休应于期满（{until}）前{notice.label}提出")


@rule(
    "leave.max",
    "一次休学和累计休学不得超过规定的时间",
    clauses=("11.1", "19.1"),
    keys=(LEAVE_MAX, LEAVE_MAX_TOTAL),
)
def LEAVE_NOT_TOO_LONG(facts: Facts, reading: Reading) -> Iterable[Found]:
    until = read_day(facts.values.get("leave_until", ""))
    begun = read_day(facts.values.get("leave_from", "")) or read_day(facts.standing.get("leave_from", ""))
    if until is None or begun is None:
        return
    if until <= begun:
        yield LeaveTooLong(field="leave_until", most="期满日期须晚于开始日期")
        return
    most = reading(LEAVE_MAX)
    extended = facts.status == StudentStatus.SUSPENDED
    stretch_from = read_day(facts.standing.get("leave_until", "")) if extended else begun
    if most is not None and stretch_from is not None and not most.covers(stretch_from, until):
        yield LeaveTooLong(field="leave_until", most=f"一次不超过{most.label}")
    total = reading(LEAVE_MAX_TOTAL)
    earlier = int(facts.standing.get("leave_days_before", "0"))
    counted_from = date.fromordinal(begun.toordinal() - earlier)
    if total is not None and not total.covers(counted_from, until):
        yield LeaveTooLong(field="leave_until", most=f"累计不超过{total.label}")


@rule(
    "leave.return_grade",
    "复学编入规定的年级，编入的班不得超过班额上限",
    clauses=("11.1", "19.1"),
    keys=(LEAVE_RETURN_GRADE, LEAVE_EARLY_RETURN_GRADE, CLASS_SIZE_APPLY_TO_RETURN, CLASS_SIZE_HARD),
)
def RESUMES_IN_AN_ALLOWED_GRADE(facts: Facts, reading: Reading) -> Iterable[Found]:
    before, asked = facts.present_grade, facts.asked_grade
    if before is None or asked is None:
        return
    early = facts.filed_on < facts.standing.get("leave_until", "")
    allowed = reading(LEAVE_EARLY_RETURN_GRADE if early else LEAVE_RETURN_GRADE)
    if asked not in _grades(before, allowed, facts):
        yield ReturnGradeNotAllowed(field="grade", allowed=allowed.label, given=asked.label)
    most = reading(CLASS_SIZE_HARD) if reading(CLASS_SIZE_APPLY_TO_RETURN) else None
    if most is not None and facts.class_size_after is not None and facts.class_size_after > most:
        yield ClassFull(field="school_class", size=facts.class_size_after, most=most)


def _grades(before: Grade, allowed: ReturnGrade, facts: Facts) -> set[Grade]:
    """The grades of the same stage that the word allows, seen from the cohort that went on without the pupil.

    The old grade is the one in which the absence began, the one that the record says; the cohort has gone on by a
    year with each school year since.
    """
    years = [before]
    while len(years) <= _school_years_begun(facts) and (after := years[-1].next(facts.school_system)) is not None:
        years.append(after)
    match allowed:
        case ReturnGrade.OLD:
            return {before, years[-1]}
        case ReturnGrade.NEXT_DOWN:
            return set(years[:-1]) or {before}
        case ReturnGrade.CHOICE | ReturnGrade.CORRESPONDING:
            return set(years)


def _school_years_begun(facts: Facts) -> int:
    """How many school years have begun since the absence did."""
    begun = read_day(facts.standing.get("leave_from") or facts.standing.get("status_since", ""))
    return max(0, entry_year(facts.on) - entry_year(begun)) if begun else 0


@rule(
    "leave.resumed_in_time",
    "休学期满应及时复学；逾期的照常复学，并记为迟办",
    clauses=("19.1", "13.1"),
    keys=(),
)
def RESUMED_IN_TIME(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    until = read_day(facts.standing.get("leave_until", ""))
    if until is not None and facts.on > until:
        late = (facts.on - until).days
        yield Breach("RESUMPTION_LATE", "19.1", f"休学于{until}期满，逾期{late}天", late)


@rule(
    "abroad.return_documents",
    "回到境内接续学籍须有规定的证明材料",
    clauses=("20.1",),
    keys=(ABROAD_RETURN_DOCUMENTS,),
)
def RETURN_PROVEN(facts: Facts, reading: Reading) -> Iterable[Found]:
    for kind in sorted(reading(ABROAD_RETURN_DOCUMENTS)):
        if kind not in facts.evidence:
            yield EvidenceRequired(field="evidence", kind=kind.label)


@rule(
    "abroad.return_grade",
    "回到境内接续学籍编入规定的年级",
    clauses=("11.1", "20.1"),
    keys=(ABROAD_RETURN_GRADE,),
)
def RETURNS_INTO_AN_ALLOWED_GRADE(facts: Facts, reading: Reading) -> Iterable[Found]:
    before, asked, allowed = facts.present_grade, facts.asked_grade, reading(ABROAD_RETURN_GRADE)
    if before is not None and asked is not None and asked not in _grades(before, allowed, facts):
        yield ReturnGradeNotAllowed(field="grade", allowed=allowed.label, given=asked.label)
