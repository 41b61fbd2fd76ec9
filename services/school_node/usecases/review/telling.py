"""What leaves a school in a review: each class when it is confirmed, and that all of them are."""

from __future__ import annotations

from datetime import datetime

from chassis.notices import NoticePost, send_notice
from kernel.clock import moment_of
from kernel.endorsement import authority_answering
from kernel.notice import NoticeKind, id_of_occasion
from kernel.office import Office, Tier
from kernel.review import Campaign
from school_node.store.reviews import ReviewedClass
from school_node.store.transaction import SchoolTransaction


def tell_class(
    tx: SchoolTransaction, campaign: Campaign, one: ReviewedClass, *, now: datetime, post: NoticePost
) -> str:
    """The class's answer, signed, to the authority; the notice's id."""
    authority = authority_answering(post.here.code, register=post.register)
    notice_id = id_of_occasion(
        NoticeKind.TERM_REVIEW_CLASS,
        sender=post.here,
        to=authority,
        occasion=f"{campaign.review_id}:{one.grade}:{one.school_class}",
        anchor=moment_of(campaign.opened_at_ms),
    )
    send_notice(
        tx,
        notice_id=notice_id,
        kind=NoticeKind.TERM_REVIEW_CLASS,
        to=authority,
        content={
            "term": campaign.term,
            "grade": one.grade,
            "school_class": one.school_class,
            "count": one.pupils,
            "classes_total": tx.reviewed.counts(campaign.review_id)[0],
            "teacher": one.teacher,
            "registrar": one.registrar,
            "principal": one.principal,
            "findings": [difference.to_content() for difference in one.differences],
        },
        post=post,
        now=now,
        subject=campaign.review_id,
    )
    return notice_id


def tell_done(tx: SchoolTransaction, campaign: Campaign, *, now: datetime, post: NoticePost) -> None:
    """Once every class is confirmed: to the authority and to the province, how many and what differed."""
    total, confirmed = tx.reviewed.counts(campaign.review_id)
    if confirmed < total:
        return
    counts = tx.reviewed.differences(campaign.review_id)
    findings: list[dict[str, str | int]] = [{"finding": kind, "count": counts[kind]} for kind in sorted(counts)]
    for to in (authority_answering(post.here.code, register=post.register), Office(Tier.PROVINCE, post.here.province)):
        notice_id = id_of_occasion(
            NoticeKind.TERM_REVIEW_RESULT,
            sender=post.here,
            to=to,
            occasion=campaign.review_id,
            anchor=moment_of(campaign.opened_at_ms),
        )
        send_notice(
            tx,
            notice_id=notice_id,
            kind=NoticeKind.TERM_REVIEW_RESULT,
            to=to,
            content={
                "term": campaign.term,
                "classes_total": total,
                "classes_confirmed": confirmed,
                "findings": findings,
            },
            post=post,
            now=now,
            subject=campaign.review_id,
        )
