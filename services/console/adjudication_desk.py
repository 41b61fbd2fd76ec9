"""What officers ask about adjudications (问题学籍核查): of a province at its hub, of the nation at the index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import grpc

from xueji.adjudication.v1 import adjudication_pb2, adjudication_pb2_grpc, province_pb2, province_pb2_grpc

PAGE_SIZE = 500

_Page = Callable[[str], Awaitable[adjudication_pb2.ListResponse | province_pb2.ListOwnResponse]]


async def _all(page: _Page) -> list[adjudication_pb2.Adjudication]:
    """Every page; ``page`` takes the token."""
    found: list[adjudication_pb2.Adjudication] = []
    token = ""
    while True:
        answer = await page(token)
        found.extend(answer.adjudications)
        token = answer.next_page_token
        if not token:
            return found


class AdjudicationDesk:
    """At a province. Every method raises the refusal that the node answered with (``kernel.refusals``)."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._desk = province_pb2_grpc.AdjudicationDeskServiceStub(channel)

    async def all(self, *, with_settled: bool) -> list[adjudication_pb2.Adjudication]:
        """The oldest first."""

        def page(token: str) -> Awaitable[province_pb2.ListOwnResponse]:
            return self._desk.ListOwn(
                province_pb2.ListOwnRequest(page_size=PAGE_SIZE, page_token=token, with_settled=with_settled)
            )

        return await _all(page)

    async def open(
        self, adjudication_id: str, number: str, other_number: str, *, why: str
    ) -> adjudication_pb2.Adjudication:
        """The same ``adjudication_id`` again asks nothing new."""
        answer: province_pb2.AskResponse = await self._desk.Ask(
            province_pb2.AskRequest(adjudication_id=adjudication_id, number=number, other_number=other_number, why=why)
        )
        return answer.adjudication

    async def show(self, adjudication_id: str) -> province_pb2.ShowResponse:
        """With what both records say; that we looked is remembered."""
        answer: province_pb2.ShowResponse = await self._desk.Show(
            province_pb2.ShowRequest(adjudication_id=adjudication_id)
        )
        return answer

    async def answer(
        self, adjudication_id: str, word: str, *, grounds: Sequence[str] = (), number: str = ""
    ) -> adjudication_pb2.Adjudication:
        """What our record is (``kernel.adjudication.Word``)."""
        told: province_pb2.AnswerResponse = await self._desk.Answer(
            province_pb2.AnswerRequest(adjudication_id=adjudication_id, word=word, grounds=grounds, number=number)
        )
        return told.adjudication


class NationsAdjudications:
    """At the index. Every method raises the refusal that it answered with."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._index = adjudication_pb2_grpc.AdjudicationServiceStub(channel)

    async def all(self, *, with_settled: bool) -> list[adjudication_pb2.Adjudication]:
        """The oldest first."""

        def page(token: str) -> Awaitable[adjudication_pb2.ListResponse]:
            return self._index.List(
                adjudication_pb2.ListRequest(page_size=PAGE_SIZE, page_token=token, with_settled=with_settled)
            )

        return await _all(page)

    async def open(
        self, adjudication_id: str, first_number: str, second_number: str, *, why: str
    ) -> adjudication_pb2.Adjudication:
        answer: adjudication_pb2.OpenResponse = await self._index.Open(
            adjudication_pb2.OpenRequest(
                adjudication_id=adjudication_id, first_number=first_number, second_number=second_number, why=why
            )
        )
        return answer.adjudication

    async def get(self, adjudication_id: str) -> adjudication_pb2.Adjudication:
        answer: adjudication_pb2.GetResponse = await self._index.Get(
            adjudication_pb2.GetRequest(adjudication_id=adjudication_id)
        )
        return answer.adjudication

    async def decide(
        self, adjudication_id: str, decision: adjudication_pb2.Decision.ValueType, *, why: str
    ) -> adjudication_pb2.Adjudication:
        answer: adjudication_pb2.DecideResponse = await self._index.Decide(
            adjudication_pb2.DecideRequest(adjudication_id=adjudication_id, decision=decision, why=why)
        )
        return answer.adjudication

    async def split(self, adjudication_id: str, *, why: str) -> adjudication_pb2.Adjudication:
        answer: adjudication_pb2.SplitResponse = await self._index.Split(
            adjudication_pb2.SplitRequest(adjudication_id=adjudication_id, why=why)
        )
        return answer.adjudication
