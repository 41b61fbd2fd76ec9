"""A province's officers, reported to the nation (Art. 23.2)."""

from __future__ import annotations

from datetime import datetime

from chassis.notices import NoticePost
from chassis.staff.office import registrar_lists
from kernel.statement import StatementKind
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.report_day import LANE_FIGURES

KIND_STAFF = "staff"


def report_staff(tx: HubTransaction, /, *, now: datetime, post: NoticePost) -> tuple[str, ...]:
    """Signed as a notice and sent as a report: notices end at the provinces, and the nation is asked by hubs alone.

    Returns:
        The ids of the notices; the same people again are the same.
    """
    lists = registrar_lists(tx, now=now, post=post)
    for notice in lists:
        jws = post.sign(StatementKind.NOTICE, notice.to_content())
        tx.outbox.put(LANE_FIGURES, notice.notice_id, {"kind": KIND_STAFF, "jws": jws}, now=now)
    return tuple(notice.notice_id for notice in lists)
