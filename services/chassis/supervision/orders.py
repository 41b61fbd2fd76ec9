"""The other side: an office that was ordered to put something right reports what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from chassis.notices import NoticePage, NoticePost, NoticeView, Noticing, send_notice
from kernel.clock import moment_of
from kernel.notice import Notice, NoticeKind, NoticeState, id_of_occasion
from kernel.office import Identity
from kernel.refusals import DigestReused, ReasonRequired, RectificationOrderNotFound

_ARRIVED = (NoticeState.DELIVERED, NoticeState.CONFIRMED)


@dataclass(frozen=True)
class Answering:
    """What was done. ``order_id``: of the notice by which it was ordered."""

    order_id: str
    measure: str = field(repr=False)


def list_orders(tx: Noticing, /, *, size: int, token: str, post: NoticePost) -> NoticePage:
    """Orders to this office, the newest first. Raises RequestMalformed: the page token is none of ours."""
    return tx.notices.page(
        NoticeView.INCOMING, office=post.here, size=size, token=token, kind=NoticeKind.RECTIFICATION_ORDER
    )


def answer_order(tx: Noticing, command: Answering, /, *, by: Identity, now: datetime, post: NoticePost) -> str:
    """Report to whoever ordered it (整改情况报告), once for each order; the notice's id.

    Raises:
        RectificationOrderNotFound: no such order was given to this office.
        ReasonRequired: it does not say what was done. DigestReused: it was answered with other words.
    """
    said = command.measure.strip()
    if not said:
        raise ReasonRequired(field="measure")
    entry = tx.notices.find(command.order_id, lock=True)
    if entry is None or not (
        entry.heading.kind is NoticeKind.RECTIFICATION_ORDER
        and entry.heading.to_office == post.here
        and entry.heading.state in _ARRIVED
    ):
        raise RectificationOrderNotFound(field="order_id")
    order = Notice.read(entry.jws, verify=post.verify)
    notice_id = id_of_occasion(
        NoticeKind.RECTIFICATION_DONE,
        sender=post.here,
        to=order.from_office,
        occasion=order.notice_id,
        anchor=moment_of(order.at_ms),
    )
    known = tx.notices.find(notice_id)
    if known is not None:
        if Notice.read(known.jws, verify=post.verify).content["measure"] != said:
            raise DigestReused(field="order_id")
        return notice_id
    send_notice(
        tx,
        notice_id=notice_id,
        kind=NoticeKind.RECTIFICATION_DONE,
        to=order.from_office,
        content={
            "breach": order.content["breach"],
            "measure": said,
            "digest": order.content["digest"],
            "written_by": by.person,
        },
        post=post,
        now=now,
        subject=order.subject,
    )
    return notice_id
