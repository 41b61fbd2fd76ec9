"""What an applied case obliges the province to tell: notices, written in the transaction that wrote the records.

A procedure with such a duty has a row in ``_DUTIES``; the others have none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chassis.notices import send_notice
from kernel.case import Case, Item
from kernel.clock import moment_of
from kernel.endorsement import require_school_in
from kernel.facts import grade_of, read_day
from kernel.notice import NoticeKind, Value, id_of_occasion
from kernel.office import Office, Tier
from kernel.regulation.absence import DROPOUT
from kernel.regulation.fields import DROPOUT_REASON
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules

Done = Sequence[tuple[Item, Student]]


class Duty(Protocol):
    """Tells whoever must hear of it; asked again of the same case it writes nothing new."""

    def __call__(self, tx: HubTransaction, case: Case, done: Done, /, *, now: datetime, rules: Rules) -> None: ...


def do_duties(tx: HubTransaction, case: Case, done: Done, *, now: datetime, rules: Rules) -> None:
    """Tell what is to be told of the pupils whose part of the case was carried out. It locks feeds: call it late."""
    duty = _DUTIES.get(case.procedure.name)
    if duty is not None and done:
        duty(tx, case, done, now=now, rules=rules)


def _report_dropouts(tx: HubTransaction, case: Case, done: Done, /, *, now: datetime, rules: Rules) -> None:
    """Art. 22: the county where the school stands and the school's authority, which may be one, are told at once.

    The township's government has no node: the county hands on what is printed for it (``forward_to``).
    """
    school = require_school_in(case, case.school, register=rules.register)
    offices = [Office(Tier.AUTHORITY, code) for code in sorted({school.place, school.authority})]
    tx.feed.hold([str(office) for office in offices if office.province == rules.here.code])
    township = school.township or f"{school.name}所在地乡镇人民政府（街道办事处）"
    content: dict[str, Value] = {
        "text": f"{school.name}上报：下列义务教育阶段学生辍学，义务教育年限内为其保留学籍。请组织劝返。",
        "school": case.school,
        "school_name": school.name,
        "forward_to": township,
        "students": [_dropout(item, student) for item, student in done],
    }
    for office in offices:
        notice_id = id_of_occasion(
            NoticeKind.DROPOUT_REPORT,
            sender=rules.here,
            to=office,
            occasion=case.case_id,
            anchor=moment_of(case.filed_at_ms),
        )
        send_notice(
            tx,
            notice_id=notice_id,
            kind=NoticeKind.DROPOUT_REPORT,
            to=office,
            content=content,
            subject=case.case_id,
            post=rules.notices,
            now=now,
        )


def _dropout(item: Item, student: Student) -> dict[str, str | int]:
    grade = grade_of(student.grade)
    since = read_day(item.values["absent_since"])
    told = {
        "name": student.name,
        "number": student.number,
        "grade": grade.label if grade else student.grade,
        "school_class": student.school_class,
        "date": since.isoformat() if since else "",
        "reason": DROPOUT_REASON.code_table.labels[item.values["dropout_reason"]] if DROPOUT_REASON.code_table else "",
        "visits": item.values["visits"],
        "kept_until": student.standing.get("kept_until", ""),
        "guardian": student.values.get("guardian1_name", ""),
        "phone": student.values.get("phone", ""),
        "household_place": student.values.get("household_place", ""),
    }
    return {key: text for key, text in told.items() if text}


_DUTIES: Mapping[str, Duty] = {DROPOUT.name: _report_dropouts}
