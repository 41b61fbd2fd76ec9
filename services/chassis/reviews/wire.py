"""Between reviews and their messages."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.reviews.book import KnownReview
from chassis.reviews.commands import Answer, ClassKey, ClassQuery, ClassRow, ClassShown, Progress, ProgressQuery, Saw
from kernel.refusals import RequestMalformed
from kernel.review import Difference, DifferenceKind
from xueji.review.v1 import review_pb2


def key_from_message(message: review_pb2.ClassName) -> ClassKey:
    return ClassKey(message.grade, message.school_class, message.school)


def answer_from_message(message: review_pb2.AnswerClassRequest) -> Answer:
    """Raises RequestMalformed: no such kind of difference."""
    return Answer(
        review_id=message.review_id,
        key=key_from_message(getattr(message, "class")),
        teacher=message.teacher.strip(),
        differences=tuple(_difference(one) for one in message.differences),
    )


def saw_from_message(message: review_pb2.RecordFindingRequest) -> Saw:
    return Saw(message.review_id, key_from_message(getattr(message, "class")), message.agreed, message.note.strip())


def classes_from_message(message: review_pb2.ListClassesRequest) -> ClassQuery:
    return ClassQuery(message.review_id, message.page_size, message.page_token, message.school, message.sampled)


def progress_from_message(message: review_pb2.ListProgressRequest) -> ProgressQuery:
    return ProgressQuery(message.review_id, message.page_size, message.page_token, message.missing)


def review_to_message(known: KnownReview) -> review_pb2.Review:
    campaign = known.campaign
    return review_pb2.Review(
        review_id=campaign.review_id,
        term=campaign.term,
        opened_by=str(campaign.opened_by),
        opened_at_ms=campaign.opened_at_ms,
        on=campaign.on.isoformat(),
        due_on=campaign.due_on.isoformat(),
        sample_percent=campaign.sample_percent,
        state=known.state.value,
        state_title=known.state.label,
        seed=known.seed,
        digest=known.digest,
        sealed_at_ms=known.sealed_at_ms,
    )


def class_to_message(row: ClassRow) -> review_pb2.ReviewClass:
    return review_pb2.ReviewClass(
        school=row.key.school,
        grade=row.key.grade,
        school_class=row.key.school_class,
        pupils=row.pupils,
        state=row.state,
        state_title=row.state_label,
        teacher=row.teacher,
        registrar=row.registrar,
        principal=row.principal,
        counts=_counts(row.counts),
        sampled=row.sampled,
        agreed=row.agreed,
        note=row.note,
    )


def shown_to_message(shown: ClassShown) -> review_pb2.GetClassResponse:
    return review_pb2.GetClassResponse(
        **{"class": class_to_message(shown.row)},
        differences=[
            review_pb2.Difference(
                kind=one.kind.value,
                name=one.name,
                number=one.number,
                note=one.note,
                kind_title=one.kind.label,
                remedies=one.remedies,
            )
            for one in shown.differences
        ],
        pupils=[
            review_pb2.Pupil(number=one.number, name=one.name, status=one.status, status_title=one.status_label)
            for one in shown.pupils
        ],
    )


def progress_to_message(one: Progress) -> review_pb2.Progress:
    return review_pb2.Progress(
        office=one.office,
        name=one.name,
        classes=one.classes,
        confirmed=one.confirmed,
        done=one.done,
        counts=_counts(one.counts),
        digest=one.digest,
    )


def _counts(counts: Mapping[DifferenceKind, int]) -> dict[str, int]:
    return {kind.value: count for kind, count in counts.items()}


def _difference(message: review_pb2.Difference) -> Difference:
    if message.kind not in list(DifferenceKind):
        raise RequestMalformed(field="differences", why=f"没有“{message.kind}”这种差异")
    return Difference(DifferenceKind(message.kind), message.name.strip(), message.number, message.note.strip())
