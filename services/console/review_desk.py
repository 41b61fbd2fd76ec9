"""What a person at any desk asks about reviews."""

from __future__ import annotations

from collections.abc import Sequence

import grpc

from xueji.review.v1 import review_pb2 as messages
from xueji.review.v1 import review_pb2_grpc

PAGE_SIZE = 500


class ReviewDesk:
    """Every method raises the refusal that the node answered with (``kernel.refusals``)."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._asked = review_pb2_grpc.ReviewServiceStub(channel)

    async def open(self, review_id: str) -> messages.Review:
        """Open a review of the present term. The same id again opens nothing new."""
        answer: messages.OpenReviewResponse = await self._asked.OpenReview(
            messages.OpenReviewRequest(review_id=review_id)
        )
        return answer.review

    async def reviews(self) -> list[messages.Review]:
        """Every review of this office, the newest first."""
        found: list[messages.Review] = []
        token = ""
        while True:
            page: messages.ListReviewsResponse = await self._asked.ListReviews(
                messages.ListReviewsRequest(page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.reviews)
            token = page.next_page_token
            if not token:
                return found

    async def classes(self, review_id: str, *, school: str = "", sampled: bool = False) -> list[messages.ReviewClass]:
        """Every class; at an authority of one school, or of the sample alone."""
        found: list[messages.ReviewClass] = []
        token = ""
        while True:
            page: messages.ListClassesResponse = await self._asked.ListClasses(
                messages.ListClassesRequest(
                    review_id=review_id, school=school, sampled=sampled, page_size=PAGE_SIZE, page_token=token
                )
            )
            found.extend(page.classes)
            token = page.next_page_token
            if not token:
                return found

    async def show(self, review_id: str, name: messages.ClassName) -> messages.GetClassResponse:
        answer: messages.GetClassResponse = await self._asked.GetClass(
            messages.GetClassRequest(review_id=review_id, **{"class": name})
        )
        return answer

    async def answer(
        self, review_id: str, name: messages.ClassName, *, teacher: str, differences: Sequence[messages.Difference] = ()
    ) -> messages.ReviewClass:
        """The registrar answers; nothing in ``differences`` says that everybody is there."""
        answer: messages.AnswerClassResponse = await self._asked.AnswerClass(
            messages.AnswerClassRequest(
                review_id=review_id, teacher=teacher, differences=differences, **{"class": name}
            )
        )
        return _class(answer)

    async def check(self, review_id: str, name: messages.ClassName, *, confirmed: bool = True) -> messages.ReviewClass:
        answer: messages.CheckClassResponse = await self._asked.CheckClass(
            messages.CheckClassRequest(review_id=review_id, confirmed=confirmed, **{"class": name})
        )
        return _class(answer)

    async def draw(self, review_id: str) -> messages.DrawSampleResponse:
        answer: messages.DrawSampleResponse = await self._asked.DrawSample(
            messages.DrawSampleRequest(review_id=review_id)
        )
        return answer

    async def record(
        self, review_id: str, name: messages.ClassName, *, agreed: bool, note: str
    ) -> messages.ReviewClass:
        answer: messages.RecordFindingResponse = await self._asked.RecordFinding(
            messages.RecordFindingRequest(review_id=review_id, agreed=agreed, note=note, **{"class": name})
        )
        return _class(answer)

    async def seal(self, review_id: str) -> messages.Review:
        answer: messages.SealReviewResponse = await self._asked.SealReview(
            messages.SealReviewRequest(review_id=review_id)
        )
        return answer.review

    async def progress(self, review_id: str, *, missing: bool = False) -> list[messages.Progress]:
        """Every office below, or those that are not done."""
        found: list[messages.Progress] = []
        token = ""
        while True:
            page: messages.ListProgressResponse = await self._asked.ListProgress(
                messages.ListProgressRequest(
                    review_id=review_id, missing=missing, page_size=PAGE_SIZE, page_token=token
                )
            )
            found.extend(page.offices)
            token = page.next_page_token
            if not token:
                return found


def _class(
    answer: messages.AnswerClassResponse | messages.CheckClassResponse | messages.RecordFindingResponse,
) -> messages.ReviewClass:
    told: messages.ReviewClass = getattr(answer, "class")
    return told
