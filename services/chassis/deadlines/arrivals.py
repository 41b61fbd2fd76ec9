"""What a notice about time sets off where it arrives (Art. 14, 26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from chassis.deadlines.escalating import take_overdue, take_overdue_ended
from chassis.deadlines.reminding import take_reminder
from chassis.deadlines.transactions import Timed
from chassis.notices import NoticePost
from chassis.notices.post import OnArrival
from kernel.notice import Notice, NoticeKind


def deadline_arrivals(post: Callable[[], NoticePost]) -> Mapping[NoticeKind, OnArrival]:
    """For ``NoticePost.on_arrival``; ``post`` gives the very post that they are put into."""

    def reminded(tx: Timed, notice: Notice, /, *, now: datetime) -> None:
        take_reminder(tx, notice, now=now, post=post())

    def overdue(tx: Timed, notice: Notice, /, *, now: datetime) -> None:
        take_overdue(tx, notice, now=now, register=post().register)

    def overdue_ended(tx: Timed, notice: Notice, /, *, now: datetime) -> None:
        take_overdue_ended(tx, notice, now=now, register=post().register)

    return {
        NoticeKind.REMINDER: reminded,
        NoticeKind.ESCALATION: overdue,
        NoticeKind.OVERDUE_ENDED: overdue_ended,
    }
