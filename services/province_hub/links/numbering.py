"""A run of formal numbers: page by page the index is asked, with no transaction open."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from chassis.logs import get_logger
from chassis.sql import Database
from kernel.clock import Clock
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.numbering import NumberAnswer, Page, next_page, take_page
from province_hub.usecases.rules import Rules
from xueji.numbers.v1 import numbers_pb2, numbers_pb2_grpc

CONFIRM_SECONDS = 30.0  # the index itself asks the population register meanwhile

log = get_logger()


@dataclass(frozen=True)
class NumberingLink:
    """Goes on with the run that is under way; several processes may side by side."""

    database: Database[HubTransaction]
    index: grpc.aio.Channel
    rules: Rules
    clock: Clock

    async def step(self) -> bool:
        """True when there may be more.

        Raises:
            Refusal: the index or the population register cannot be asked now; the run goes on later.
        """
        page = await self.database.run(next_page, now=self.clock.now())
        if page is None or not page.pupils:
            return False
        answers = await self._asked(page)
        await self.database.run(take_page, page, answers, now=self.clock.now(), rules=self.rules)
        log.info("formal_numbers_asked", count=len(page.pupils))
        return True

    async def _asked(self, page: Page) -> dict[str, NumberAnswer]:
        stub = numbers_pb2_grpc.NumberServiceStub(self.index)
        request = numbers_pb2.ConfirmRequest(
            student_keys=[one.student_key for one in page.pupils],
            citizen_ids=[one.citizen_id for one in page.pupils],
            names=[one.name for one in page.pupils],
        )
        told = await stub.Confirm(request, timeout=CONFIRM_SECONDS)
        columns = zip(request.student_keys, told.numbers, told.refusal_codes, strict=True)
        return {key: NumberAnswer(number, code) for key, number, code in columns}
