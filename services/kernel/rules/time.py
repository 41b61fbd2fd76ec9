"""What must be told in time (Art. 13, 21, 22): late is told too, and is remembered."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.clock import beginning_of
from kernel.facts import Facts, read_day
from kernel.packs import Key, Reading
from kernel.packs.keys import DEATH_REPORT, DROPOUT_REPORT, RECORD_CHANGE
from kernel.packs.term import Term
from kernel.rules import Breach, Found, Rule, rule


def _reported(
    name: str, meaning: str, clause: str, *, key: Key[Term], field: str, code: str, also: tuple[str, ...] = ()
) -> Rule:
    @rule(name, meaning, clauses=(clause, *also), keys=(key,))
    def check(facts: Facts, reading: Reading) -> Iterable[Found]:
        happened = read_day(facts.values.get(field, ""))
        if happened is None:
            return
        due = reading(key).due(beginning_of(happened))
        if facts.on > due.last_day:
            late = (facts.on - due.last_day).days
            yield Breach(code, clause, f"应于{due.last_day}前上报，逾期{late}天", late)

    return check


DEATH_REPORTED_IN_TIME = _reported(
    "death.in_time",
    "学生死亡后在规定期限内报学籍主管部门；逾期的照常办理，并记为迟报",
    "21.1",
    key=DEATH_REPORT,
    field="died_on",
    code="DEATH_REPORT_LATE",
)
DROPOUT_REPORTED_IN_TIME = _reported(
    "dropout.in_time",
    "义务教育阶段学生辍学及时上报；逾期的照常办理，并记为迟报",
    "22.1",
    key=DROPOUT_REPORT,
    field="absent_since",
    code="DROPOUT_REPORT_LATE",
)


def recorded_in_time(field: str) -> Rule:
    """Article 13: a change is put into the archive in time; ``field`` says from when it is true.

    Only what happened counts: of a day that is still to come nothing can be late.
    """
    return _reported(
        f"change.in_time.{field}",
        "学籍变动在规定期限内纳入学籍档案；逾期的照常办理，并记为迟办",
        "13.1",
        key=RECORD_CHANGE,
        field=field,
        code="RECORD_CHANGE_LATE",
        also=("27.1.3",),
    )
