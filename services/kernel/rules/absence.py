"""Articles 11, 19 and 22: how long one may be away, into which grade one comes back, and who may leave for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kernel.calendar import national_calendar
from kernel.facts import Facts, read_day
from kernel.packs import Reading
from kernel.packs.keys import (
    CLASS_SIZE_APPLY_TO_RETURN,
    CLASS_SIZE_HARD,
    EXPULSION_COMPULSORY,
    LEAVE_CLOSED_TERMS,
    LEAVE_EARLY_RETURN_GRADE,
    LEAVE_MAX,
    LEAVE_MAX_TOTAL,
    LEAVE_MIN_ILLNESS,
    LEAVE_RETURN_GRADE,
    TERM_DATES,
    WITHDRAWAL_ABSENCE_IN_ROW,
    WITHDRAWAL_ABSENCE_TOTAL,
    WITHDRAWAL_COMPULSORY,
    WITHDRAWAL_OVERDUE_LEAVE,
)
from kernel.packs.term import Term, TermUnit
from kernel.packs.words import ReturnGrade
from kernel.refusals import (
    ClassFull,
    CompulsoryYearsForbid,
    IllnessTooShort,
    LeaveTooLong,
    NotInCompulsoryYears,
    ReturnGradeNotAllowed,
    TermClosed,
    WithdrawalNotGrounded,
)
from kernel.rules import Breach, Found, rule
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
    """The grades that the word allows, seen from the cohort that went on without the pupil.

    The old grade is the one in which the leave began, the one that the record says; the cohort may have gone on by a
    year since.
    """
    went_on = before.next(facts.school_system)
    cohort = went_on if went_on is not None and _year_has_turned(facts) else before
    match allowed:
        case ReturnGrade.OLD:
            return {before, cohort}
        case ReturnGrade.NEXT_DOWN:
            return {before}
        case _:
            return {before, cohort}


def _year_has_turned(facts: Facts) -> bool:
    """Whether a school year has begun since the leave did."""
    begun = read_day(facts.standing.get("leave_from", ""))
    if begun is None:
        return False
    next_september = date(begun.year + (begun.month >= 9), 9, 1)
    return facts.on >= next_september


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


@rule("dropout.compulsory", "辍学报告只用于义务教育阶段", clauses=("22.1",), keys=())
def IN_COMPULSORY_YEARS(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.compulsory:
        yield NotInCompulsoryYears(procedure="辍学报告")


@rule(
    "withdrawal.ground",
    "义务教育阶段不得退学；高中退学须本人申请，或旷课、休学逾期达到规定",
    clauses=("11.1", "22.1"),
    keys=(WITHDRAWAL_COMPULSORY, WITHDRAWAL_ABSENCE_IN_ROW, WITHDRAWAL_ABSENCE_TOTAL, WITHDRAWAL_OVERDUE_LEAVE),
)
def WITHDRAWAL_ALLOWED(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.compulsory and not reading(WITHDRAWAL_COMPULSORY):
        yield CompulsoryYearsForbid(after=StudentStatus.WITHDRAWN.label)
        return
    match facts.values.get("withdrawal_reason"):
        case "absence":
            in_row, total = reading(WITHDRAWAL_ABSENCE_IN_ROW), reading(WITHDRAWAL_ABSENCE_TOTAL)
            enough = _at_least(facts.values.get("absence_in_row"), in_row) or _at_least(
                facts.values.get("absence_total"), total
            )
            if not enough:
                yield WithdrawalNotGrounded(ground=f"连续旷课{in_row or '…'}天或累计{total or '…'}天")
        case "overdue_leave":
            grace, until = reading(WITHDRAWAL_OVERDUE_LEAVE), read_day(facts.standing.get("leave_until", ""))
            if grace is None or until is None or grace.covers(until, facts.on):
                ground = f"休学期满{grace.label}未复学" if grace else "本省无休学逾期退学的规定"
                yield WithdrawalNotGrounded(ground=ground)
        case _:
            return


def _at_least(given: str | None, least: int | None) -> bool:
    return given is not None and least is not None and float(given) >= least


@rule("expulsion.compulsory", "义务教育阶段不得开除学生", clauses=("22.1",), keys=(EXPULSION_COMPULSORY,))
def NEVER_IN_COMPULSORY_YEARS(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.compulsory and not reading(EXPULSION_COMPULSORY):
        yield CompulsoryYearsForbid(after=StudentStatus.EXPELLED.label)
