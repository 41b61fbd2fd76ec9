"""Articles 11 and 22: who may leave school for good, and who never may."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kernel.facts import Facts, read_day
from kernel.packs import Reading
from kernel.packs.keys import (
    EXPULSION_COMPULSORY,
    EXPULSION_HEARING,
    WITHDRAWAL_ABSENCE_IN_ROW,
    WITHDRAWAL_ABSENCE_TOTAL,
    WITHDRAWAL_AGE_OF_REPEATER,
    WITHDRAWAL_COMPULSORY,
    WITHDRAWAL_OVERDUE_LEAVE,
)
from kernel.refusals import CompulsoryYearsForbid, HearingRequired, NotInCompulsoryYears, WithdrawalNotGrounded
from kernel.rules import Found, rule
from kernel.status import StudentStatus

_REPEATED_MANY_TIMES = 2  # 多次留级


@rule("dropout.compulsory", "辍学报告只用于义务教育阶段", clauses=("22.1",), keys=())
def IN_COMPULSORY_YEARS(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.compulsory:
        yield NotInCompulsoryYears(procedure="辍学报告")


@rule(
    "withdrawal.ground",
    "义务教育阶段不得退学；高中退学须本人申请，或旷课、休学逾期、多次留级超龄达到规定",
    clauses=("11.1", "22.1"),
    keys=(
        WITHDRAWAL_COMPULSORY,
        WITHDRAWAL_ABSENCE_IN_ROW,
        WITHDRAWAL_ABSENCE_TOTAL,
        WITHDRAWAL_OVERDUE_LEAVE,
        WITHDRAWAL_AGE_OF_REPEATER,
    ),
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
        case "over_age":
            most, born = reading(WITHDRAWAL_AGE_OF_REPEATER), read_day(facts.birth_date)
            over = most is not None and born is not None and _age(born, facts.on) > most
            if not over or int(facts.standing.get("repeats", "0")) < _REPEATED_MANY_TIMES:
                yield WithdrawalNotGrounded(ground=f"多次留级且超过{most}周岁" if most else "本省无超龄退学的规定")
        case _:
            return


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _at_least(given: str | None, least: int | None) -> bool:
    return given is not None and least is not None and float(given) >= least


@rule("expulsion.compulsory", "义务教育阶段不得开除学生", clauses=("22.1",), keys=(EXPULSION_COMPULSORY,))
def NEVER_IN_COMPULSORY_YEARS(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.compulsory and not reading(EXPULSION_COMPULSORY):
        yield CompulsoryYearsForbid(after=StudentStatus.EXPELLED.label)


@rule("expulsion.hearing", "开除学籍前须听取学生和监护人的申辩", clauses=("11.1",), keys=(EXPULSION_HEARING,))
def HEARD_FIRST(facts: Facts, reading: Reading) -> Iterable[Found]:
    if not facts.compulsory and reading(EXPULSION_HEARING) and not facts.values.get("heard_on"):
        yield HearingRequired(field="heard_on")
