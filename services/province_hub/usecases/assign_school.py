"""A pupil whom a full school cannot take is not turned away: the authority is asked for another school (Art. 11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chassis.notices import send_notice
from kernel.case import Case
from kernel.clock import moment_of
from kernel.endorsement import authority_in, require_school_in
from kernel.feed import ItemOutcome
from kernel.notice import NoticeKind, id_of_occasion
from kernel.refusals import SchoolToBeAssigned
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules


def ask_to_assign(
    tx: HubTransaction, case: Case, outcomes: Iterable[ItemOutcome], *, now: datetime, rules: Rules
) -> None:
    """Write to the receiving school's authority, once for a case; nothing where no pupil is to be assigned."""
    if not any(isinstance(outcome.refused, SchoolToBeAssigned) for outcome in outcomes):
        return
    (item,) = case.items
    authority = authority_in(case, case.school, register=rules.register)
    school = require_school_in(case, case.school, register=rules.register)
    notice_id = id_of_occasion(
        NoticeKind.PLAIN_MESSAGE,
        sender=rules.here,
        to=authority,
        occasion=f"{case.case_id}:assign",
        anchor=moment_of(case.filed_at_ms),
    )
    send_notice(
        tx,
        notice_id=notice_id,
        kind=NoticeKind.PLAIN_MESSAGE,
        to=authority,
        content={
            "text": f"{school.name}学位已满，未能接收下列申请转入的学生。请另行安排学校，由该校重新申请转学。",
            "school": case.school,
            "school_name": school.name,
            "students": [{key: item.values[key] for key in ("name", "number", "grade") if item.values.get(key)}],
        },
        subject=case.case_id,
        wants_receipt=True,
        post=rules.notices,
        now=now,
    )
