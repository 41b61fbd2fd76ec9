"""A letter of the province to a school's authority about pupils of one case, whose receipt it has to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.notices import send_notice
from kernel.case import Case
from kernel.clock import moment_of
from kernel.endorsement import authority_in, require_school_in
from kernel.notice import NoticeKind, id_of_occasion
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules


def write_to_authority(
    tx: HubTransaction,
    case: Case,
    text: str,
    students: Sequence[Mapping[str, str]],
    *,
    occasion: str,
    now: datetime,
    rules: Rules,
) -> None:
    """Once for a case and occasion, however often it is called.

    Args:
        text: what is asked; ``{school}`` in it is the school's name.
        students: what is told of each pupil, by the keys of ``kernel.notice.CONTENT_LABELS``.
    """
    authority = authority_in(case, case.school, register=rules.register)
    school = require_school_in(case, case.school, register=rules.register)
    send_notice(
        tx,
        notice_id=id_of_occasion(
            NoticeKind.PLAIN_MESSAGE,
            sender=rules.here,
            to=authority,
            occasion=f"{case.case_id}:{occasion}",
            anchor=moment_of(case.filed_at_ms),
        ),
        kind=NoticeKind.PLAIN_MESSAGE,
        to=authority,
        content={
            "text": text.format(school=school.name),
            "school": case.school,
            "school_name": school.name,
            "students": list(students),
        },
        subject=case.case_id,
        wants_receipt=True,
        post=rules.notices,
        now=now,
    )
