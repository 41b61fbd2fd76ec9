"""Open a review: every school of this authority is told, in writing, with the day of the roll and the last day."""

from __future__ import annotations

from datetime import datetime

from chassis.notices import send_notice
from chassis.reviews import KnownReview, opening_content
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import day_of, milliseconds, moment_of
from kernel.notice import NoticeKind, id_of_occasion
from kernel.office import Identity
from kernel.refusals import ReviewAlreadyOpen
from kernel.review import Campaign, campaign_of


def open_review(tx: CountyTransaction, review_id: str, /, *, by: Identity, now: datetime, bench: Bench) -> KnownReview:
    """Of the term that has begun last, by the rules in force today. The same id again opens nothing new.

    Raises:
        ReviewAlreadyOpen: one of that term is still under way; what changes after it was sealed is for the next.
    """
    del by
    known = tx.reviews.find(review_id)
    if known is not None:
        return known
    at_ms = milliseconds(now)
    pack = bench.packs.in_force(bench.here.province, day_of(at_ms))
    campaign = campaign_of(review_id, opened_by=bench.here, opened_at_ms=at_ms, pack=pack)
    if tx.reviews.open_of(campaign.term):
        raise ReviewAlreadyOpen(term=campaign.term)
    begin(tx, campaign, now=now, bench=bench)
    return tx.reviews.get(review_id)


def begin(tx: CountyTransaction, campaign: Campaign, *, now: datetime, bench: Bench) -> None:
    """Keep the review, and tell the schools; known already, nothing."""
    if not tx.reviews.add(campaign):
        return
    schools = sorted(bench.below())
    tx.feed.hold([str(school) for school in schools])
    for school in schools:
        notice_id = id_of_occasion(
            NoticeKind.TERM_REVIEW_OPENED,
            sender=bench.here,
            to=school,
            occasion=campaign.review_id,
            anchor=moment_of(campaign.opened_at_ms),
        )
        send_notice(
            tx,
            notice_id=notice_id,
            kind=NoticeKind.TERM_REVIEW_OPENED,
            to=school,
            content=opening_content(campaign),
            post=bench.notices,
            now=now,
            subject=campaign.review_id,
            due_on=campaign.due_on,
        )
