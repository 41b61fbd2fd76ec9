"""Reviews at the desk: one class for every tier, given the use cases that the tier has."""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, TypeVar

import grpc

from chassis.logs import get_logger
from chassis.reviews import wire
from chassis.reviews.commands import Reviewing, ReviewUseCases, UseCase, list_reviews
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Office, Role
from kernel.refusals import NotOfferedHere
from xueji.review.v1 import review_pb2 as messages
from xueji.review.v1 import review_pb2_grpc

TX = TypeVar("TX", bound=Reviewing)
Context = grpc.aio.ServicerContext[object, object]

log = get_logger()


class ReviewServicer(review_pb2_grpc.ReviewServiceServicer, Generic[TX]):
    """Answers an office's own people; who they are is read from their certificate, never from the request.

    Args:
        roles: who may look. entering: who may answer for a class. deciding: who may open, confirm, draw and seal.
    """

    def __init__(
        self,
        database: Database[TX],
        *,
        office: Office,
        use_cases: ReviewUseCases,
        roles: tuple[Role, ...],
        entering: tuple[Role, ...],
        deciding: tuple[Role, ...],
        clock: Clock,
    ) -> None:
        self._database = database
        self._office = office
        self._use_cases = use_cases
        self._roles = roles
        self._entering = entering
        self._deciding = deciding
        self._clock = clock

    async def OpenReview(self, request: messages.OpenReviewRequest, context: Context) -> messages.OpenReviewResponse:
        known = await self._do(self._use_cases.open_review, context, self._deciding, request.review_id)
        return messages.OpenReviewResponse(review=wire.review_to_message(known))

    async def ListReviews(self, request: messages.ListReviewsRequest, context: Context) -> messages.ListReviewsResponse:
        require_desk(context, self._office, *self._roles)
        found, token = await self._database.run(partial(list_reviews, size=request.page_size, token=request.page_token))
        return messages.ListReviewsResponse(
            reviews=[wire.review_to_message(known) for known in found], next_page_token=token
        )

    async def ListClasses(self, request: messages.ListClassesRequest, context: Context) -> messages.ListClassesResponse:
        page = await self._do(self._use_cases.classes, context, self._roles, wire.classes_from_message(request))
        return messages.ListClassesResponse(
            classes=[wire.class_to_message(row) for row in page.classes], next_page_token=page.next_token
        )

    async def GetClass(self, request: messages.GetClassRequest, context: Context) -> messages.GetClassResponse:
        key = wire.key_from_message(getattr(request, "class"))
        shown = await self._do(self._use_cases.show_class, context, self._roles, request.review_id, key)
        return wire.shown_to_message(shown)

    async def AnswerClass(self, request: messages.AnswerClassRequest, context: Context) -> messages.AnswerClassResponse:
        row = await self._do(self._use_cases.answer, context, self._entering, wire.answer_from_message(request))
        return messages.AnswerClassResponse(**{"class": wire.class_to_message(row)})

    async def CheckClass(self, request: messages.CheckClassRequest, context: Context) -> messages.CheckClassResponse:
        key = wire.key_from_message(getattr(request, "class"))
        row = await self._do(self._use_cases.check, context, self._deciding, request.review_id, key, request.confirmed)
        return messages.CheckClassResponse(**{"class": wire.class_to_message(row)})

    async def DrawSample(self, request: messages.DrawSampleRequest, context: Context) -> messages.DrawSampleResponse:
        known, sampled = await self._do(self._use_cases.draw, context, self._deciding, request.review_id)
        return messages.DrawSampleResponse(review=wire.review_to_message(known), sampled=sampled)

    async def RecordFinding(
        self, request: messages.RecordFindingRequest, context: Context
    ) -> messages.RecordFindingResponse:
        row = await self._do(self._use_cases.record, context, self._deciding, wire.saw_from_message(request))
        return messages.RecordFindingResponse(**{"class": wire.class_to_message(row)})

    async def SealReview(self, request: messages.SealReviewRequest, context: Context) -> messages.SealReviewResponse:
        known = await self._do(self._use_cases.seal, context, self._deciding, request.review_id)
        log.info("review_sealed", state=known.state.value)
        return messages.SealReviewResponse(review=wire.review_to_message(known))

    async def ListProgress(
        self, request: messages.ListProgressRequest, context: Context
    ) -> messages.ListProgressResponse:
        page = await self._do(self._use_cases.progress, context, self._roles, wire.progress_from_message(request))
        return messages.ListProgressResponse(
            offices=[wire.progress_to_message(one) for one in page.offices], next_page_token=page.next_token
        )

    async def _do(self, use_case: UseCase | None, context: Context, roles: tuple[Role, ...], *what: Any) -> Any:
        who = require_desk(context, self._office, *roles)
        if use_case is None:
            raise NotOfferedHere(what="学籍复核的这一步")
        return await self._database.run(partial(use_case, by=who, now=self._clock.now()), *what)
