"""What notices set off in a review: the province opens one, a school answers for a class, a school is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from chassis.notices.post import OnArrival
from chassis.reviews import Heard, ReviewState, campaign_from_notice
from county_node.domain.routing import is_mine
from county_node.store.reviews import AnsweredClass
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.review.opening import begin
from kernel.notice import Notice, NoticeKind, Value
from kernel.refusals import OutsideJurisdiction, RequestMalformed, ReviewClosed
from kernel.review import Difference, DifferenceKind, SampledClass, counted
from kernel.statement import statement_digest


def review_arrivals(bench: Bench) -> Mapping[NoticeKind, OnArrival]:
    """What the notices of reviews set off at this authority."""
    return {
        NoticeKind.TERM_REVIEW_OPENED: partial(take_opening, bench=bench),
        NoticeKind.TERM_REVIEW_CLASS: partial(take_class, bench=bench),
        NoticeKind.TERM_REVIEW_RESULT: partial(take_done, bench=bench),
    }


def take_opening(tx: CountyTransaction, notice: Notice, /, *, now: datetime, bench: Bench) -> None:
    """The province opens a review for all of its authorities: it begins here, and at the schools.

    Raises:
        OutsideJurisdiction: it is not the province that opens it. RequestMalformed: it opens none.
    """
    if notice.from_office != bench.hub:
        raise OutsideJurisdiction(office=str(notice.from_office), what="本单位的学籍复核")
    begin(tx, campaign_from_notice(notice), now=now, bench=bench)


def take_class(tx: CountyTransaction, notice: Notice, /, *, now: datetime, bench: Bench) -> None:
    """A school has answered for a class, as its second person confirmed. What it says stays.

    Raises:
        ReviewNotFound: nobody opened it here. ReviewClosed: the lot has been drawn, and this class was not in it.
        OutsideJurisdiction: it is no school of this authority. RequestMalformed: it is no answer.
    """
    del now
    review_id = notice.subject
    _require_open(tx, notice, bench=bench)
    content = notice.content
    try:
        pupils, total = _count(content, "count"), _count(content, "classes_total")
        differences = _differences(content["findings"])
        answer = AnsweredClass(
            name=SampledClass(notice.from_office.code, str(content["grade"]), str(content["school_class"])),
            pupils=pupils,
            teacher=str(content["teacher"]),
            registrar=str(content["registrar"]),
            principal=str(content["principal"]),
            differences=differences,
            digest=statement_digest(tx.notices.get(notice.notice_id).jws),
        )
    except (KeyError, TypeError, ValueError) as malformed:
        raise RequestMalformed(field="content", why="班级核对表不完整") from malformed
    if tx.answers.add(review_id, answer):
        heard = _heard(tx, review_id, notice)
        counts = {kind: heard.counts.get(kind, 0) + count for kind, count in counted(differences).items()}
        confirmed = heard.confirmed + 1
        tx.review_progress.put(
            review_id,
            replace(heard, classes=total, confirmed=confirmed, counts=counts, done=confirmed >= total),
        )


def take_done(tx: CountyTransaction, notice: Notice, /, *, now: datetime, bench: Bench) -> None:
    """A school says that it has answered for all of its classes; one without a pupil has none.

    Raises: as ``take_class``.
    """
    del now
    _require_open(tx, notice, bench=bench)
    try:
        total = _count(notice.content, "classes_total")
    except (KeyError, TypeError) as malformed:
        raise RequestMalformed(field="content", why="复核结果不完整") from malformed
    heard = _heard(tx, notice.subject, notice)
    tx.review_progress.put(notice.subject, replace(heard, classes=total, done=heard.confirmed >= total))


def _require_open(tx: CountyTransaction, notice: Notice, *, bench: Bench) -> None:
    """Locks the review: answers come one after the other, and none slips in while the lot is drawn."""
    if not is_mine(notice.from_office, bench.here, register=bench.register):
        raise OutsideJurisdiction(office=str(notice.from_office), what="本单位的学籍复核")
    known = tx.reviews.get(notice.subject, lock=True)
    if known.state is not ReviewState.OPEN:
        raise ReviewClosed(field="review_id", state=known.state.label)


def _heard(tx: CountyTransaction, review_id: str, notice: Notice) -> Heard:
    office = str(notice.from_office)
    known = tx.review_progress.of(review_id, [office]).get(office)
    return known or Heard(office, 0, 0, dict.fromkeys(DifferenceKind, 0), done=False)


def _differences(told: Value) -> tuple[Difference, ...]:
    if isinstance(told, str | int):
        raise TypeError
    return tuple(Difference.from_content(one) for one in told if isinstance(one, Mapping))


def _count(content: Mapping[str, object], key: str) -> int:
    value = content[key]
    if not isinstance(value, int) or value < 0:
        raise TypeError(key)
    return value
