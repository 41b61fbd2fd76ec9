"""A child who got a number and resembles another record: the authority is asked to look, nobody is refused (Art. 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.notices import send_notice
from kernel.case import Case, Item
from kernel.clock import moment_of
from kernel.divisions import province_name
from kernel.endorsement import authority_in, require_school_in
from kernel.notice import NoticeKind, id_of_occasion
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules


def tell_suspected(
    tx: HubTransaction, case: Case, suspected: Sequence[tuple[Item, str, str]], *, now: datetime, rules: Rules
) -> None:
    """Write to the school's authority, once for a case; nothing where nobody resembles anybody.

    Args:
        suspected: the pupil's item, the number given, and two digits of the province of the other record.
    """
    if not suspected:
        return
    authority = authority_in(case, case.school, register=rules.register)
    school = require_school_in(case, case.school, register=rules.register)
    send_notice(
        tx,
        notice_id=id_of_occasion(
            NoticeKind.PLAIN_MESSAGE,
            sender=rules.here,
            to=authority,
            occasion=f"{case.case_id}:suspected",
            anchor=moment_of(case.filed_at_ms),
        ),
        kind=NoticeKind.PLAIN_MESSAGE,
        to=authority,
        content={
            "text": (
                f"{school.name}下列学生的学籍号已核发，但与已有学籍相似，疑似重复。请核对身份："
                "确为同一名学生的，办理转学，不得重复建籍；是多胞胎或同名的，报全国学籍管理员认定。"
            ),
            "school": case.school,
            "school_name": school.name,
            "students": [_student(item, number, province) for item, number, province in suspected],
        },
        subject=case.case_id,
        wants_receipt=True,
        post=rules.notices,
        now=now,
    )


def _student(item: Item, number: str, province: str) -> Mapping[str, str]:
    known = {"name": item.values.get("name", ""), "number": number, "grade": item.values.get("grade", "")}
    return {**known, "reason": f"相似学籍在{province_name(province)}"}
