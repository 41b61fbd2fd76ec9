"""Articles 6, 11 and 14: when, from where and why a pupil may move. What a province leaves out, the nation allows."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.calendar import national_calendar
from kernel.evidence import EvidenceKind
from kernel.facts import Facts
from kernel.packs import Reading
from kernel.packs.keys import (
    CLASS_SIZE_APPLY_TO_TRANSFER,
    CLASS_SIZE_HARD,
    FREEZE,
    TERM_DATES,
    TRANSFER_BARRED_IF,
    TRANSFER_CLOSED_TERMS,
    TRANSFER_DOCUMENTS,
    TRANSFER_GRADE_CHANGE,
    TRANSFER_MUST_ACCEPT,
    TRANSFER_REASONS,
    TRANSFER_STATUSES,
    TRANSFER_WHEN_FULL,
    TRANSFER_WINDOWS,
)
from kernel.packs.windows import frozen_until
from kernel.packs.words import Frozen, TransferBar, WhenFull
from kernel.refusals import (
    ClassFull,
    EvidenceRequired,
    ProcedureFrozen,
    SchoolToBeAssigned,
    StatusForbids,
    TermClosed,
    TransferBarred,
    TransferChangesGrade,
    TransferReasonNotAllowed,
    TransferWindowClosed,
)
from kernel.rules import Found, rule
from kernel.status import StudentStatus


@rule(
    "transfer.status",
    "只有规定状态的学生可以转学",
    clauses=("11.1", "14.1"),
    keys=(TRANSFER_STATUSES,),
)
def STATUS_MAY_MOVE(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.status and facts.status not in reading(TRANSFER_STATUSES):
        yield StatusForbids(field="number", status=StudentStatus(facts.status).label, procedure="转学")


@rule(
    "transfer.grade",
    "转学不得变更年级（平级转学）；五四、六三学制按年级高低对应",
    clauses=("11.1", "14.1"),
    keys=(TRANSFER_GRADE_CHANGE,),
)
def SAME_LEVEL(facts: Facts, reading: Reading) -> Iterable[Found]:
    before, asked = facts.present_grade, facts.asked_grade
    if before is None or asked is None or not facts.grade or reading(TRANSFER_GRADE_CHANGE):
        return
    if before.level(facts.releasing_system) != asked.level(facts.school_system):
        yield TransferChangesGrade(field="grade", before=before.label, after=asked.label)


@rule(
    "transfer.window", "在规定的时间内受理转学", clauses=("11.1", "14.1"), keys=(TRANSFER_WINDOWS, TERM_DATES, FREEZE)
)
def WINDOW_OPEN(facts: Facts, reading: Reading) -> Iterable[Found]:
    frozen = frozen_until(reading(FREEZE), Frozen.NEW_TRANSFERS, facts.on)
    if frozen is not None:
        yield ProcedureFrozen(what=Frozen.NEW_TRANSFERS.label, until=frozen.isoformat())
        return
    windows, terms, calendar = reading(TRANSFER_WINDOWS), reading(TERM_DATES), national_calendar()
    if not windows.open_on(facts.on, terms, calendar):
        following = windows.next_open(facts.on, terms, calendar)
        yield TransferWindowClosed(windows=windows.label, next=following.isoformat() if following else "另行通知")


@rule(
    "transfer.closed_terms",
    "规定的学期内不予转学",
    clauses=("11.1", "14.1"),
    keys=(TRANSFER_CLOSED_TERMS, TERM_DATES),
)
def TERM_OPEN(facts: Facts, reading: Reading) -> Iterable[Found]:
    grade = facts.present_grade
    if grade is None:
        return
    for closed in sorted(reading(TRANSFER_CLOSED_TERMS)):
        if closed.covers(
            grade,
            system=facts.releasing_system,
            on=facts.on,
            terms=reading(TERM_DATES),
            calendar=national_calendar(),
        ):
            yield TermClosed(procedure="转学", term=closed.label)


@rule(
    "transfer.barred",
    "规定的情形不予转学",
    clauses=("11.1", "14.1"),
    keys=(TRANSFER_BARRED_IF, TRANSFER_MUST_ACCEPT),
)
def NOT_BARRED(facts: Facts, reading: Reading) -> Iterable[Found]:
    for bar in sorted(reading(TRANSFER_BARRED_IF)):
        if _applies(bar, facts, reading):
            full = bar is TransferBar.PLAN_FULL and _must_accept(facts, reading)
            yield SchoolToBeAssigned(field="school") if full else TransferBarred(bar=bar.label)


def _must_accept(facts: Facts, reading: Reading) -> bool:
    """Whether the pupil comes for a reason for which no school may turn one away; a full school is no reason then."""
    return facts.values.get("transfer_reason", "") in reading(TRANSFER_MUST_ACCEPT)


def _applies(bar: TransferBar, facts: Facts, reading: Reading) -> bool:
    """Whether a bar speaks of this pupil. What the record cannot tell, the releasing side's people must (R15)."""
    one_county = bool(facts.place) and facts.place == facts.releasing_place
    grade = facts.present_grade
    match bar:
        case TransferBar.SUSPENDED:
            return facts.status == StudentStatus.SUSPENDED
        case TransferBar.PUNISHMENT:
            return facts.standing.get("punished_until", "") >= facts.filed_on
        case TransferBar.SAME_COUNTY:
            return one_county
        case TransferBar.SAME_COUNTY_EDGE_GRADES:
            edge = grade is not None and (grade.year == 1 or grade.next(facts.releasing_system) is None)
            return one_county and edge
        case TransferBar.PLAN_FULL:
            return facts.plan_left is not None and facts.plan_left <= 0
        case TransferBar.FIRST_TERM_SINCE_ENTRY:
            began = reading(TERM_DATES).begun(facts.on).first
            leaves_province = facts.school[2:4] != facts.releasing_school[2:4]
            return facts.stage_entered >= f"{began:%Y%m}" and not leaves_province
        case TransferBar.NO_REASON:
            return not facts.values.get("transfer_reason") and not facts.values.get("reason")
        case _:
            return bar.value in facts.standing.get("transfer_bars", "").split(",")


@rule("transfer.reason", "转学须有正当理由", clauses=("11.1", "14.1"), keys=(TRANSFER_REASONS,))
def REASON_ALLOWED(facts: Facts, reading: Reading) -> Iterable[Found]:
    reason = facts.values.get("transfer_reason", "")
    allowed = reading(TRANSFER_REASONS)
    if reason and reason not in allowed:
        yield TransferReasonNotAllowed(field="transfer_reason", reasons="、".join(one.label for one in sorted(allowed)))


@rule(
    "transfer.class_size",
    "转入后不得超过班额上限",
    clauses=("11.1", "14.1"),
    keys=(CLASS_SIZE_APPLY_TO_TRANSFER, CLASS_SIZE_HARD, TRANSFER_MUST_ACCEPT, TRANSFER_WHEN_FULL),
)
def CLASS_HAS_ROOM(facts: Facts, reading: Reading) -> Iterable[Found]:
    most = reading(CLASS_SIZE_HARD) if reading(CLASS_SIZE_APPLY_TO_TRANSFER) else None
    if most is None or facts.class_size_after is None or facts.class_size_after <= most:
        return
    if reading(TRANSFER_WHEN_FULL) is WhenFull.ASSIGN or _must_accept(facts, reading):
        yield SchoolToBeAssigned(field="school_class")
    else:
        yield ClassFull(field="school_class", size=facts.class_size_after, most=most)


@rule("transfer.documents", "转学须有规定的证明材料", clauses=("7.2.2", "14.1"), keys=(TRANSFER_DOCUMENTS,))
def DOCUMENTS_BROUGHT(facts: Facts, reading: Reading) -> Iterable[Found]:
    for kind in sorted(reading(TRANSFER_DOCUMENTS)):
        if kind not in facts.evidence:
            yield EvidenceRequired(field="evidence", kind=EvidenceKind(kind).label)
