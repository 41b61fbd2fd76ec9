"""The roll of a review's day, asked of the hub through the authority, page by page, until it is here whole."""

from __future__ import annotations

from functools import partial

from chassis.inquiry.relay import Relay
from chassis.inquiry.wire import roll_from_message
from chassis.logs import get_logger
from chassis.notices import NoticePost
from chassis.sql import Database
from kernel.clock import Clock
from kernel.refusals import RollTooLong
from kernel.roll import RollLine
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.review import take_roll, wanted_roll
from xueji.inquiry.v1 import inquiry_pb2

PAGE_SIZE = 500
PUPILS_MAX = 50_000  # more than the largest school has

log = get_logger()


class ReviewRoll:
    """A step of a loop: what is wanted is asked for, and kept in one transaction."""

    def __init__(self, database: Database[SchoolTransaction], relay: Relay, *, post: NoticePost, clock: Clock) -> None:
        self._database = database
        self._relay = relay
        self._post = post
        self._clock = clock

    async def step(self) -> bool:
        """True when there may be another. Raises InquiryUnanswered where nobody above answers: asked again later."""
        wanted = await self._database.run(wanted_roll)
        if wanted is None:
            return False
        lines: list[RollLine] = []
        token = ""
        while True:
            request = inquiry_pb2.ListRollRequest(at_ms=wanted.at_ms, page_size=PAGE_SIZE, page_token=token)
            answer = await self._relay.ask("ListRoll", request, asker=self._post.here, seconds_left=None)
            page = roll_from_message(answer)
            lines.extend(page.lines)
            token = page.next_token
            if len(lines) > PUPILS_MAX:
                raise RollTooLong(most=PUPILS_MAX)
            if not token:
                break
        await self._database.run(partial(take_roll, now=self._clock.now(), post=self._post), wanted.review_id, lines)
        log.info("review_roll_taken", count=len(lines))
        return True
