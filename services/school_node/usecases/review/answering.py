"""The registrar answers for a class, with the teacher's name; the second person confirms, and the answer leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chassis.notices import NoticePost
from chassis.reviews import Answer, ClassKey, ClassRow, KnownReview, ReviewState
from kernel.office import Identity
from kernel.refusals import (
    MakerIsChecker,
    ReviewClassConfirmed,
    ReviewClassNotAnswered,
    ReviewClosed,
)
from kernel.review import require_fitting
from school_node.store.reviews import ClassState
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.review.looking import require_roll, row_of
from school_node.usecases.review.telling import tell_class, tell_done


def answer_class(tx: SchoolTransaction, answer: Answer, /, *, by: Identity, now: datetime) -> ClassRow:
    """What differs between the class and its roll; nothing, where all are there. Again, until it is confirmed.

    Raises:
        ReviewNotFound, ReviewRollNotHere, ReviewClassNotFound, ReviewClosed.
        ReviewClassConfirmed: it has been sent with other words. DifferenceUnfitting: it cannot be true of the class.
    """
    del now
    require_roll(tx, answer.review_id)
    _require_open(tx.reviews.get(answer.review_id))
    one = tx.reviewed.get_class(answer.review_id, answer.key.grade, answer.key.school_class, lock=True)
    if one.state is ClassState.CONFIRMED:
        if (one.teacher, one.differences) != (answer.teacher, answer.differences):
            raise ReviewClassConfirmed(field="class")
        return row_of(one)
    roll = tx.reviewed.roll_of(answer.review_id, one.grade, one.school_class)
    require_fitting(answer.differences, roll={line.number for line in roll})
    answered = replace(
        one,
        state=ClassState.ANSWERED,
        teacher=answer.teacher,
        registrar=by.person,
        differences=answer.differences,
    )
    tx.reviewed.put_class(answer.review_id, answered)
    return row_of(answered)


def check_class(
    tx: SchoolTransaction,
    review_id: str,
    key: ClassKey,
    confirmed: bool,
    /,
    *,
    by: Identity,
    now: datetime,
    post: NoticePost,
) -> ClassRow:
    """Confirm, and it leaves for the authority; or give it back to the registrar.

    Raises:
        ReviewNotFound, ReviewRollNotHere, ReviewClassNotFound, ReviewClosed.
        ReviewClassNotAnswered: nobody has. MakerIsChecker: who entered it does not check it.
        ReviewClassConfirmed: it has left, and does not come back.
    """
    require_roll(tx, review_id)
    known = tx.reviews.get(review_id, lock=True)  # one after the other, so that the last class knows that it is
    _require_open(known)
    one = tx.reviewed.get_class(review_id, key.grade, key.school_class, lock=True)
    match one.state:
        case ClassState.OPEN:
            raise ReviewClassNotAnswered(field="class")
        case ClassState.CONFIRMED:
            if not confirmed:
                raise ReviewClassConfirmed(field="class")
            return row_of(one)
        case ClassState.ANSWERED:
            pass
    if one.registrar == by.person:
        raise MakerIsChecker
    if not confirmed:
        given_back = replace(one, state=ClassState.OPEN)
        tx.reviewed.put_class(review_id, given_back)
        return row_of(given_back)
    checked = replace(one, state=ClassState.CONFIRMED, principal=by.person)
    notice_id = tell_class(tx, known.campaign, checked, now=now, post=post)
    tx.reviewed.put_class(review_id, replace(checked, notice_id=notice_id))
    tell_done(tx, known.campaign, now=now, post=post)
    return row_of(checked)


def _require_open(known: KnownReview) -> None:
    if known.state is not ReviewState.OPEN:
        raise ReviewClosed(field="review_id", state=known.state.label)
