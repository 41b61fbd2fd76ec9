"""Questions that come at the same moment, answered by one transaction."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from chassis.sql.database import TX, Database

Q = TypeVar("Q")
A = TypeVar("A")


class Gathering(Generic[TX, Q, A]):
    """Collects what is asked while others are being answered: a transaction then costs many callers what it costs one.

    Nobody waits for company: who comes while nothing runs is answered at once. For questions that change nothing; where
    the answering fails, it fails for all that were asked together.

    Args:
        answer: the use case: an answer for each question, in order.
        most: questions of one transaction.
    """

    def __init__(
        self,
        database: Database[TX],
        answer: Callable[[TX, Sequence[Q]], Sequence[A]],
        *,
        most: int = 64,
    ) -> None:
        self._database = database
        self._answer = answer
        self._most = most
        self._running: asyncio.Task[None] | None = None
        self._waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()

    async def ask(self, question: Q) -> A:
        """Raises as ``Database.run``, and whatever the use case raises."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._answer_all())
        return await future

    async def _answer_all(self) -> None:
        while self._waiting:
            asked = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            await self._answer_these([one for one in asked if not one[1].cancelled()])

    async def _answer_these(self, asked: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._database.run(self._answer, [question for question, _ in asked])
        except Exception as failed:
            for _, future in asked:
                if not future.done():
                    future.set_exception(failed)
            return
        for (_, future), answer in zip(asked, answers, strict=True):
            if not future.done():
                future.set_result(answer)
