"""Seal the result: signed once, told to the province and to the schools; what differs becomes clues for supervision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chassis.notices import send_notice
from chassis.reviews import KnownReview, ReviewState
from chassis.supervision import find
from county_node.store.reviews import AnsweredClass
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import milliseconds, moment_of
from kernel.notice import NoticeKind, Value, id_of_occasion
from kernel.office import Identity, Office, Tier
from kernel.refusals import ReviewSampleNotDrawn, ReviewSampleUnfinished
from kernel.review import ClassResult, ReviewResult, counted
from kernel.statement import StatementKind, statement_digest
from kernel.supervision import Finding, Ground, Source, finding_id_of


def seal_review(tx: CountyTransaction, review_id: str, /, *, by: Identity, now: datetime, bench: Bench) -> KnownReview:
    """Sealed once; again: as it was sealed.

    Raises:
        ReviewNotFound. ReviewSampleNotDrawn. ReviewSampleUnfinished: nobody has looked at some classes of the sample.
    """
    known = tx.reviews.get(review_id, lock=True)
    if known.state is ReviewState.SEALED:
        return known
    if known.state is ReviewState.OPEN:
        raise ReviewSampleNotDrawn(field="review_id")
    unseen = tx.answers.unseen(review_id)
    if unseen:
        raise ReviewSampleUnfinished(classes=unseen)
    answers = tx.answers.all(review_id)
    schools = [str(school) for school in bench.below()]
    heard = tx.review_progress.of(review_id, schools)
    result = ReviewResult(
        campaign=known.campaign,
        office=bench.here,
        sealed_at_ms=milliseconds(now),
        person=by.person,
        seed=known.seed,
        classes=tuple(_class_result(one) for one in answers),
        missing=tuple(Office.parse(one).code for one in schools if one not in heard or not heard[one].done),
    )
    jws = bench.sign(StatementKind.REVIEW_RESULT, result.to_content())
    sealed = replace(
        known,
        state=ReviewState.SEALED,
        digest=statement_digest(jws),
        sealed_at_ms=result.sealed_at_ms,
        jws=jws,
    )
    tx.reviews.put(sealed)
    for finding in _findings(result, answers):
        find(tx, finding, post=bench.notices, now=now, person=by.person)
    _tell(tx, sealed, result, now=now, bench=bench)
    return sealed


def _class_result(one: AnsweredClass) -> ClassResult:
    return ClassResult(
        school=one.name.school,
        grade=one.name.grade,
        school_class=one.name.school_class,
        pupils=one.pupils,
        differences=counted(one.differences),
        answer=one.digest,
        sampled=one.sampled,
        agreed=one.agreed,
        note=one.note,
    )


def _findings(result: ReviewResult, answers: Sequence[AnsweredClass]) -> Iterator[Finding]:
    """One clue for each school and ground (Art. 27); whether it is a breach somebody has still to look at."""
    differing = Counter((one.name.school, found.ground) for one in answers for found in one.differences)
    untrue = Counter((one.name.school, Ground.REVIEW_NOT_TRUE) for one in answers if one.agreed is False)
    missing = Counter({(school, Ground.REVIEW_NOT_DONE): 0 for school in result.missing})
    for (school, ground), count in sorted({**differing, **untrue, **missing}.items()):
        subject = Office(Tier.SCHOOL, school)
        concerns = f"，涉及{count}{'个班' if ground is Ground.REVIEW_NOT_TRUE else '人'}" if count else ""
        yield Finding(
            finding_id=finding_id_of(
                subject, ground, about=result.campaign.review_id, anchor_ms=result.campaign.opened_at_ms
            ),
            subject=subject,
            ground=ground,
            source=Source.REVIEW,
            sentence=f"{result.campaign.term}学籍复核发现{concerns}",
            found_at_ms=result.sealed_at_ms,
            about=result.campaign.review_id,
            count=0 if ground is Ground.REVIEW_NOT_TRUE else count,
        )


def _tell(tx: CountyTransaction, sealed: KnownReview, result: ReviewResult, *, now: datetime, bench: Bench) -> None:
    """The province, and every school: the digest of what was sealed, and what it comes to."""
    findings: list[dict[str, str | int]] = [
        {"finding": kind.value, "count": count} for kind, count in result.totals.items() if count
    ]
    content: dict[str, Value] = {
        "term": result.campaign.term,
        "digest": sealed.digest,
        "classes_total": len(result.classes),
        "classes_confirmed": len(result.classes),
        "findings": findings,
        "missing": list(result.missing),
    }
    schools = sorted(bench.below())
    tx.feed.hold([str(school) for school in schools])
    for to in (bench.hub, *schools):
        notice_id = id_of_occasion(
            NoticeKind.TERM_REVIEW_RESULT,
            sender=bench.here,
            to=to,
            occasion=result.campaign.review_id,
            anchor=moment_of(result.campaign.opened_at_ms),
        )
        send_notice(
            tx,
            notice_id=notice_id,
            kind=NoticeKind.TERM_REVIEW_RESULT,
            to=to,
            content=content if to == bench.hub else {key: content[key] for key in ("term", "digest")},
            post=bench.notices,
            now=now,
            subject=result.campaign.review_id,
        )
