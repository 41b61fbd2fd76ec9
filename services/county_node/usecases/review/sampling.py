"""The lot falls on some classes, and the authority looks there itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chassis.reviews import ClassRow, KnownReview, ReviewState, Saw
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.review.looking import name_of, row_of
from kernel.clock import day_of, milliseconds
from kernel.office import Identity
from kernel.refusals import ReviewClassNotSampled, ReviewClosed, ReviewNotComplete
from kernel.review import draw, seed_of


def draw_sample(
    tx: CountyTransaction, review_id: str, /, *, by: Identity, now: datetime, bench: Bench
) -> tuple[KnownReview, int]:
    """Draw once, when every school is done or the last day is over; how many classes. Again: as it was drawn.

    The seed is made of the answers (``kernel.review.sampling``): from now on none is taken any more.

    Raises:
        ReviewNotFound. ReviewNotComplete: schools are still at work, and have time.
    """
    del by
    known = tx.reviews.get(review_id, lock=True)
    answers = tx.answers.all(review_id)
    if known.state is not ReviewState.OPEN:
        return known, sum(one.sampled for one in answers)
    schools = [str(school) for school in bench.below()]
    heard = tx.review_progress.of(review_id, schools)
    missing = [school for school in schools if school not in heard or not heard[school].done]
    if missing and day_of(milliseconds(now)) <= known.campaign.due_on:
        raise ReviewNotComplete(schools=len(missing), due_on=known.campaign.due_on.isoformat())
    seed = seed_of(review_id, (one.digest for one in answers))
    sampled = draw(seed, [one.name for one in answers], percent=known.campaign.sample_percent)
    tx.answers.sample(review_id, sampled)
    drawn = replace(known, state=ReviewState.DRAWN, seed=seed)
    tx.reviews.put(drawn)
    return drawn, len(sampled)


def record_finding(tx: CountyTransaction, saw: Saw, /, *, by: Identity, now: datetime) -> ClassRow:
    """What somebody of the authority saw in a class of the sample; the last word stands until the seal.

    Raises:
        ReviewNotFound, ReviewClassNotFound. ReviewClassNotSampled: the lot did not fall on it. ReviewClosed: sealed.
    """
    del now
    known = tx.reviews.get(saw.review_id, lock=True)
    if known.state is ReviewState.SEALED:
        raise ReviewClosed(field="review_id", state=known.state.label)
    name = name_of(saw.key)
    if not tx.answers.get(saw.review_id, name).sampled:
        raise ReviewClassNotSampled(field="class")
    tx.answers.saw(saw.review_id, name, agreed=saw.agreed, note=saw.note, person=by.person)
    return row_of(tx.answers.get(saw.review_id, name))
