"""What a finding may be about: the clause that was not kept, and which of the eight cases of Article 27 that is.

A closed list. What the rules find by themselves (``kernel.rules.Breach``) stands here under the code of the breach;
what the clock finds, and what only a person can find, beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kernel.measures import require_clauses
from kernel.office import Office, Tier
from kernel.regulation import Procedure

OF_AUTHORITIES = "26.1"


class Ground(StrEnum):
    """Stable codes; those of breaches are the breaches' own."""

    # Found by a rule, with a decision
    RECORD_LATE = "RECORD_LATE"
    ENTRY_AGE_BELOW = "ENTRY_AGE_BELOW"
    DEATH_REPORT_LATE = "DEATH_REPORT_LATE"
    DROPOUT_REPORT_LATE = "DROPOUT_REPORT_LATE"
    RESUMPTION_LATE = "RESUMPTION_LATE"
    RENEWAL_LATE = "RENEWAL_LATE"
    GRADUATION_LATE = "GRADUATION_LATE"
    ADMISSION_LATE = "ADMISSION_LATE"
    ENTRY_DEFERRED_TOO_LONG = "ENTRY_DEFERRED_TOO_LONG"
    ENTRY_DEFERRAL_UNPROVEN = "ENTRY_DEFERRAL_UNPROVEN"
    # Found by the clock: an office has had its time
    RECORD_STEP_OVERDUE = "RECORD_STEP_OVERDUE"
    CHANGE_STEP_OVERDUE = "CHANGE_STEP_OVERDUE"
    DROPOUT_STEP_OVERDUE = "DROPOUT_STEP_OVERDUE"
    TRANSFER_STEP_OVERDUE = "TRANSFER_STEP_OVERDUE"
    # Found by a term's review
    REVIEW_NOT_DONE = "REVIEW_NOT_DONE"
    REVIEW_NOT_TRUE = "REVIEW_NOT_TRUE"
    RECORD_INACCURATE = "RECORD_INACCURATE"
    # Found by a person, or by a review
    NO_RECORD = "NO_RECORD"
    FALSE_RECORD = "FALSE_RECORD"
    CHANGE_NOT_RECORDED = "CHANGE_NOT_RECORDED"
    DROPOUT_NOT_REPORTED = "DROPOUT_NOT_REPORTED"
    ACCEPTED_WITHOUT_TRANSFER = "ACCEPTED_WITHOUT_TRANSFER"
    ARCHIVE_NOT_HANDED_OVER = "ARCHIVE_NOT_HANDED_OVER"
    DATA_LEAKED = "DATA_LEAKED"
    DATA_MISUSED = "DATA_MISUSED"
    OTHER = "OTHER"

    @property
    def label(self) -> str:
        return _ROWS[self].title

    @property
    def clause(self) -> str:
        """The clause of the Measures that was not kept."""
        return _ROWS[self].clause

    @property
    def item(self) -> str:
        """Of Article 27: ``27.1.1`` to ``27.1.8``."""
        return _ROWS[self].item


@dataclass(frozen=True)
class _Row:
    title: str
    clause: str
    item: str


_ROWS: Mapping[Ground, _Row] = {
    Ground.RECORD_LATE: _Row("逾期建立学籍档案", "7.1", "27.1.1"),
    Ground.ENTRY_AGE_BELOW: _Row("接收不足入学年龄的儿童", "4.1", "27.1.8"),
    Ground.DEATH_REPORT_LATE: _Row("逾期报告学生死亡", "21.1", "27.1.3"),
    Ground.DROPOUT_REPORT_LATE: _Row("逾期报告辍学", "22.1", "27.1.4"),
    Ground.RESUMPTION_LATE: _Row("逾期办理复学", "19.1", "27.1.3"),
    Ground.RENEWAL_LATE: _Row("逾期提出续休", "19.1", "27.1.3"),
    Ground.GRADUATION_LATE: _Row("逾期办理毕业", "13.1", "27.1.3"),
    Ground.ADMISSION_LATE: _Row("逾期办理升学", "14.1", "27.1.6"),
    Ground.ENTRY_DEFERRED_TOO_LONG: _Row("延缓入学超过规定", "11.1", "27.1.8"),
    Ground.ENTRY_DEFERRAL_UNPROVEN: _Row("延缓入学没有批准的证明", "7.2.2", "27.1.8"),
    Ground.RECORD_STEP_OVERDUE: _Row("学籍建立逾期未办", "4.2", "27.1.1"),
    Ground.CHANGE_STEP_OVERDUE: _Row("学籍变动逾期未办", "13.1", "27.1.3"),
    Ground.DROPOUT_STEP_OVERDUE: _Row("辍学业务逾期未办", "22.1", "27.1.4"),
    Ground.TRANSFER_STEP_OVERDUE: _Row("学籍转接逾期未办", "14.2", "27.1.6"),
    Ground.REVIEW_NOT_DONE: _Row("没有按期复核学籍", "24.1", "27.1.8"),
    Ground.REVIEW_NOT_TRUE: _Row("学籍复核情况不实", "24.1", "27.1.8"),
    Ground.RECORD_INACCURATE: _Row("学籍信息不准确", "3.6", "27.1.8"),
    Ground.NO_RECORD: _Row("不为已接收学生建立学籍档案", "7.1", "27.1.1"),
    Ground.FALSE_RECORD: _Row("以虚假信息建立学籍或学籍档案", "6.1", "27.1.2"),
    Ground.CHANGE_NOT_RECORDED: _Row("不及时把学籍变动信息纳入学籍档案", "13.1", "27.1.3"),
    Ground.DROPOUT_NOT_REPORTED: _Row("不及时报告义务教育阶段学生辍学情况", "22.1", "27.1.4"),
    Ground.ACCEPTED_WITHOUT_TRANSFER: _Row("接收学生不为其办理转学手续", "6.2", "27.1.5"),
    Ground.ARCHIVE_NOT_HANDED_OVER: _Row("不按规定为学生转接学籍档案", "15.1", "27.1.6"),
    Ground.DATA_LEAKED: _Row("泄露学生学籍信息", "25.1", "27.1.7"),
    Ground.DATA_MISUSED: _Row("非法使用学生学籍信息", "25.1", "27.1.7"),
    Ground.OTHER: _Row("违反本办法规定的其他行为", "27.1.8", "27.1.8"),
}
assert _ROWS.keys() == set(Ground)
for _row in _ROWS.values():
    require_clauses((_row.clause, _row.item))

# What a rule finds and a school cannot help: the province has still to file its own items with the ministry.
NOT_OF_SCHOOLS = frozenset({"EXTRA_FIELD_NOT_FILED"})


def clause_for(ground: Ground, subject: Office) -> str:
    """By which clause the subject is ordered: an item of Article 27 for a school, Article 26 for an authority."""
    return ground.item if subject.tier is Tier.SCHOOL else OF_AUTHORITIES


def ground_of_breach(code: str) -> Ground:
    """The ground of a breach that a rule found; one of a newer hub, unknown here, is a breach all the same."""
    return Ground(code) if code in list(Ground) else Ground.OTHER


def ground_of_overdue_step(row: Procedure) -> Ground:
    """What it is that an office did not do in its time (Art. 14): by the procedure that waits for it."""
    if row.moves_record:
        return Ground.TRANSFER_STEP_OVERDUE
    if row.begins_record:
        return Ground.RECORD_STEP_OVERDUE
    return Ground.DROPOUT_STEP_OVERDUE if "22.1" in row.clauses else Ground.CHANGE_STEP_OVERDUE
