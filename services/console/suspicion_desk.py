"""What the nation's officers ask about suspected duplicates."""

from __future__ import annotations

import grpc

from xueji.suspicion.v1 import suspicion_pb2, suspicion_pb2_grpc

PAGE_SIZE = 500


class SuspicionDesk:
    """Every method raises the refusal that the node answered with (``kernel.refusals``)."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._suspicions = suspicion_pb2_grpc.SuspicionServiceStub(channel)

    async def all(self, *, with_different: bool) -> list[suspicion_pb2.Suspicion]:
        """The heaviest first."""
        found: list[suspicion_pb2.Suspicion] = []
        token = ""
        while True:
            page: suspicion_pb2.ListResponse = await self._suspicions.List(
                suspicion_pb2.ListRequest(page_size=PAGE_SIZE, page_token=token, with_different=with_different)
            )
            found.extend(page.suspicions)
            token = page.next_page_token
            if not token:
                return found

    async def keep_apart(self, first: str, second: str) -> None:
        """Two children, for good; by their student keys."""
        await self._suspicions.KeepApart(suspicion_pb2.KeepApartRequest(first=first, second=second))

    async def reopen(self, first: str, second: str) -> None:
        await self._suspicions.Reopen(suspicion_pb2.ReopenRequest(first=first, second=second))
