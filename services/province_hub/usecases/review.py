"""A term's review at the province (Article 24): opened for its authorities, and who has not sealed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.notices import NoticePost, send_notice
from chassis.reviews import Heard, KnownReview, ProgressPage, ProgressQuery, ReviewState, opening_content, progress_page
from chassis.supervision import find
from kernel.clock import day_of, milliseconds
from kernel.divisions import name_of
from kernel.notice import Notice, NoticeKind, id_of_occasion
from kernel.office import Identity, Office, Tier
from kernel.packs import Packs
from kernel.refusals import RequestMalformed, ReviewAlreadyOpen
from kernel.review import DifferenceKind, campaign_of
from kernel.school import School
from kernel.supervision import Finding, Ground, Source, finding_id_of
from province_hub.store.transaction import HubTransaction

LOOKED_AT_MAX = 20  # reviews that one look for late authorities goes through


@dataclass(frozen=True)
class Reviewers:
    """Who takes part.

    Attributes:
        post: what tells offices, as the province. schools: the province's, by code.
    """

    post: NoticePost
    packs: Packs
    schools: Callable[[], Mapping[str, School]]

    @property
    def authorities(self) -> Sequence[Office]:
        return [Office(Tier.AUTHORITY, code) for code in sorted({one.authority for one in self.schools().values()})]


def open_review(
    tx: HubTransaction, review_id: str, /, *, by: Identity, now: datetime, reviewers: Reviewers
) -> KnownReview:
    """Of the term that has begun last, by the rules in force today: every authority is told, and tells its schools.

    Raises:
        ReviewAlreadyOpen: one of that term is still under way.
    """
    del by
    known = tx.reviews.find(review_id)
    if known is not None:
        return known
    post, at_ms = reviewers.post, milliseconds(now)
    pack = reviewers.packs.in_force(post.here.code, day_of(at_ms))
    campaign = campaign_of(review_id, opened_by=post.here, opened_at_ms=at_ms, pack=pack)
    if tx.reviews.open_of(campaign.term):
        raise ReviewAlreadyOpen(term=campaign.term)
    tx.reviews.add(campaign)
    authorities = reviewers.authorities
    tx.feed.hold([str(authority) for authority in authorities])
    for authority in authorities:
        notice_id = id_of_occasion(
            NoticeKind.TERM_REVIEW_OPENED, sender=post.here, to=authority, occasion=review_id, anchor=now
        )
        send_notice(
            tx,
            notice_id=notice_id,
            kind=NoticeKind.TERM_REVIEW_OPENED,
            to=authority,
            content=opening_content(campaign),
            post=post,
            now=now,
            subject=review_id,
            due_on=campaign.due_on,
        )
    return tx.reviews.get(review_id)


def take_result(tx: HubTransaction, notice: Notice, /, *, now: datetime) -> None:
    """A school is done, or an authority has sealed: what it comes to. Of one that an authority opened nothing is kept.

    Raises:
        RequestMalformed: it says too little.
    """
    del now
    known = tx.reviews.find(notice.subject)
    if known is None:
        return
    content = notice.content
    total, confirmed = content.get("classes_total"), content.get("classes_confirmed")
    if not isinstance(total, int) or not isinstance(confirmed, int):
        raise RequestMalformed(field="content", why="复核结果不完整")
    heard = Heard(
        office=str(notice.from_office),
        classes=total,
        confirmed=confirmed,
        counts=_counts(content.get("findings", ())),
        done=True,
        digest=str(content.get("digest", "")),
    )
    tx.review_progress.put(notice.subject, heard)


def list_progress(
    tx: HubTransaction, query: ProgressQuery, /, *, by: Identity, now: datetime, reviewers: Reviewers
) -> ProgressPage:
    """Every authority and every school of the province: heard of or not. Raises ReviewNotFound."""
    del by, now
    tx.reviews.get(query.review_id)
    authorities = [(str(one), name_of(one.code) or one.code) for one in reviewers.authorities]
    schools = [(str(Office(Tier.SCHOOL, code)), school.name) for code, school in reviewers.schools().items()]
    return progress_page(tx.review_progress, query, [*authorities, *schools])


def find_unsealed(tx: HubTransaction, /, *, now: datetime, reviewers: Reviewers) -> int:
    """Article 26: an authority that has not sealed by the last day becomes a finding, once. How many were found.

    A review of which every authority has sealed, or been found, is over.
    """
    found = 0
    for known in tx.reviews.page(size=LOOKED_AT_MAX)[0]:
        campaign = known.campaign
        if known.state is not ReviewState.OPEN or day_of(milliseconds(now)) <= campaign.due_on:
            continue
        authorities = reviewers.authorities
        heard = tx.review_progress.of(campaign.review_id, [str(one) for one in authorities])
        for authority in authorities:
            if str(authority) not in heard:
                finding = Finding(
                    finding_id=finding_id_of(
                        authority, Ground.REVIEW_NOT_DONE, about=campaign.review_id, anchor_ms=campaign.opened_at_ms
                    ),
                    subject=authority,
                    ground=Ground.REVIEW_NOT_DONE,
                    source=Source.REVIEW,
                    sentence=f"{campaign.term}学籍复核应于{campaign.due_on}前完成，逾期未封存",
                    found_at_ms=milliseconds(now),
                    about=campaign.review_id,
                    days_late=(day_of(milliseconds(now)) - campaign.due_on).days,
                )
                found += find(tx, finding, post=reviewers.post, now=now)
        tx.reviews.put(replace(known, state=ReviewState.SEALED, sealed_at_ms=milliseconds(now)))
    return found


def _counts(told: object) -> dict[DifferenceKind, int]:
    counts = dict.fromkeys(DifferenceKind, 0)
    for one in told if isinstance(told, Sequence) and not isinstance(told, str) else ():
        if isinstance(one, Mapping) and one.get("finding") in list(DifferenceKind):
            counts[DifferenceKind(str(one["finding"]))] += int(one.get("count", 0))
    return counts
