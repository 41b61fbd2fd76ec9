"""A review is opened by the authority: the roll of its day is wanted; and it ends when the authority has sealed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.notices import NoticePost
from chassis.reviews import ReviewState, campaign_from_notice
from kernel.notice import Notice
from kernel.refusals import OutsideJurisdiction
from kernel.roll import RollLine
from kernel.status import StudentStatus
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.review.telling import tell_done

ROLL_WANTED = "review_roll"  # rung when a review has been opened


@dataclass(frozen=True)
class Wanted:
    """The roll that is to be asked for: of that moment."""

    review_id: str
    at_ms: int


def take_opening(tx: SchoolTransaction, notice: Notice, /, *, now: datetime, post: NoticePost) -> None:
    """Set off by the authority's notice. A review that is known begins once.

    Raises:
        OutsideJurisdiction: it is not this school's authority that opens it. RequestMalformed: it opens none.
    """
    del now
    school = post.register(post.here.code)
    if school is None or notice.from_office.code != school.authority:
        raise OutsideJurisdiction(office=str(notice.from_office), what="本校的学籍复核")
    if tx.reviews.add(campaign_from_notice(notice)):
        tx.wake(ROLL_WANTED)


def note_sealed(tx: SchoolTransaction, notice: Notice, /, *, now: datetime) -> None:
    """The authority has sealed the result: from now on a change is for the next review."""
    del now
    known = tx.reviews.find(notice.subject, lock=True)
    if known is not None:
        digest = str(notice.content.get("digest", ""))
        tx.reviews.put(replace(known, state=ReviewState.SEALED, digest=digest, sealed_at_ms=notice.at_ms))


def wanted_roll(tx: SchoolTransaction, /) -> Wanted | None:
    """The oldest review whose roll is not here yet."""
    review_id = tx.reviewed.without_roll()
    return Wanted(review_id, tx.reviews.get(review_id).campaign.opened_at_ms) if review_id else None


def take_roll(
    tx: SchoolTransaction, review_id: str, lines: Sequence[RollLine], /, *, now: datetime, post: NoticePost
) -> None:
    """The roll, whole, as the hub has it; taken once. A school without a pupil has nothing to answer, and says so."""
    known = tx.reviews.get(review_id)
    if tx.reviewed.take_roll(review_id, lines, in_school=StudentStatus.ENROLLED.value):
        tell_done(tx, known.campaign, now=now, post=post)
