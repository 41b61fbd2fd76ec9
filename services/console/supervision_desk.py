"""What a person at any desk asks about supervision."""

from __future__ import annotations

from collections.abc import Sequence

import grpc

from xueji.supervision.v1 import supervision_pb2 as messages
from xueji.supervision.v1 import supervision_pb2_grpc

PAGE_SIZE = 500


class SupervisionDesk:
    """Every method raises the refusal that the node answered with (``kernel.refusals``). Days are ISO dates."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._asked = supervision_pb2_grpc.SupervisionServiceStub(channel)

    async def findings(self, *, state: str = "", subject: str = "") -> list[messages.Finding]:
        """Every finding of a state, or about one office, the oldest first."""
        found: list[messages.Finding] = []
        token = ""
        while True:
            page: messages.ListFindingsResponse = await self._asked.ListFindings(
                messages.ListFindingsRequest(state=state, subject=subject, page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.findings)
            token = page.next_page_token
            if not token:
                return found

    async def finding(self, finding_id: str) -> messages.GetFindingResponse:
        answer: messages.GetFindingResponse = await self._asked.GetFinding(
            messages.GetFindingRequest(finding_id=finding_id)
        )
        return answer

    async def enter(self, request: messages.EnterFindingRequest) -> messages.Finding:
        """Enter a finding with its proof. The same ``finding_id`` again enters nothing new."""
        answer: messages.EnterFindingResponse = await self._asked.EnterFinding(request)
        return answer.finding

    async def decide(self, finding_id: str, *, confirmed: bool, reason: str) -> messages.Finding:
        answer: messages.DecideFindingResponse = await self._asked.DecideFinding(
            messages.DecideFindingRequest(finding_id=finding_id, confirmed=confirmed, reason=reason)
        )
        return answer.finding

    async def order(self, finding_id: str, *, measure: str, due_on: str) -> messages.Finding:
        answer: messages.OrderRectificationResponse = await self._asked.OrderRectification(
            messages.OrderRectificationRequest(finding_id=finding_id, measure=measure, due_on=due_on)
        )
        return answer.finding

    async def refer(self, finding_id: str, *, to: str, persons: Sequence[str], reason: str) -> messages.Finding:
        answer: messages.ReferFindingResponse = await self._asked.ReferFinding(
            messages.ReferFindingRequest(finding_id=finding_id, to=to, persons=persons, reason=reason)
        )
        return answer.finding

    async def close(self, finding_id: str, *, reason: str) -> messages.Finding:
        answer: messages.CloseFindingResponse = await self._asked.CloseFinding(
            messages.CloseFindingRequest(finding_id=finding_id, reason=reason)
        )
        return answer.finding

    async def orders(self) -> list[messages.Order]:
        """Every order to this office, the newest first."""
        found: list[messages.Order] = []
        token = ""
        while True:
            page: messages.ListOrdersResponse = await self._asked.ListOrders(
                messages.ListOrdersRequest(page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.orders)
            token = page.next_page_token
            if not token:
                return found

    async def answer(self, order_id: str, *, measure: str) -> str:
        """Report what was done; the id of the notice. The same again is answered as before."""
        answer: messages.AnswerOrderResponse = await self._asked.AnswerOrder(
            messages.AnswerOrderRequest(order_id=order_id, measure=measure)
        )
        return answer.notice_id

    async def register(self, *, after: int = 0) -> list[messages.RegisterEntry]:
        """Every entry after a place."""
        found: list[messages.RegisterEntry] = []
        while True:
            page: messages.ListRegisterResponse = await self._asked.ListRegister(
                messages.ListRegisterRequest(after=after, page_size=PAGE_SIZE)
            )
            found.extend(page.entries)
            if not page.more or not page.entries:
                return found
            after = page.entries[-1].sequence

    async def verify(self, *, digest: str = "") -> messages.VerifyRegisterResponse:
        """The whole register, stretch by stretch; what was said of the last, or of the first that is not whole."""
        after = 0
        while True:
            verified: messages.VerifyRegisterResponse = await self._asked.VerifyRegister(
                messages.VerifyRegisterRequest(after=after, page_size=PAGE_SIZE, digest=digest)
            )
            if not verified.more:
                return verified
            after = verified.last
