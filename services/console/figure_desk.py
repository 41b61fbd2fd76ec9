"""What a person at any desk asks about figures."""

from __future__ import annotations

from collections.abc import Sequence

import grpc

from xueji.figures.v1 import figures_pb2, figures_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2, inquiry_pb2_grpc

PAGE_SIZE = 500


class FiguresDesk:
    """Every method raises the refusal that the node answered with (``kernel.refusals``). Days are ISO dates."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._inquiry = inquiry_pb2_grpc.InquiryServiceStub(channel)
        self._reports = figures_pb2_grpc.FiguresDeskServiceStub(channel)

    async def figures(
        self, scope: inquiry_pb2.Scope, *, on: str = "", by: Sequence[str] = ()
    ) -> inquiry_pb2.GetFiguresResponse:
        """How many; by stage or grade, and one other dimension."""
        request = inquiry_pb2.GetFiguresRequest(scope=scope, on=on, by=by)
        answer: inquiry_pb2.GetFiguresResponse = await self._inquiry.GetFigures(request)
        return answer

    async def flows(self, scope: inquiry_pb2.Scope, *, first: str, last: str) -> inquiry_pb2.GetFlowsResponse:
        """Who came and who left, from the first to the last day."""
        request = inquiry_pb2.GetFlowsRequest(scope=scope, first=first, last=last)
        answer: inquiry_pb2.GetFlowsResponse = await self._inquiry.GetFlows(request)
        return answer

    async def retention(self, scope: inquiry_pb2.Scope, *, on: str = "") -> inquiry_pb2.GetRetentionResponse:
        request = inquiry_pb2.GetRetentionRequest(scope=scope, on=on)
        answer: inquiry_pb2.GetRetentionResponse = await self._inquiry.GetRetention(request)
        return answer

    async def classes(
        self, scope: inquiry_pb2.Scope, *, on: str = "", at_least: int = 0
    ) -> tuple[inquiry_pb2.ListClassesResponse, list[inquiry_pb2.SchoolClass]]:
        """The first page with what it says of all classes, and the classes of every page."""
        found: list[inquiry_pb2.SchoolClass] = []
        first: inquiry_pb2.ListClassesResponse | None = None
        token = ""
        while True:
            page: inquiry_pb2.ListClassesResponse = await self._inquiry.ListClasses(
                inquiry_pb2.ListClassesRequest(
                    scope=scope, on=on, at_least=at_least, page_size=PAGE_SIZE, page_token=token
                )
            )
            first = first or page
            found.extend(page.listed)
            token = page.next_page_token
            if not token:
                return first, found

    async def report_day(self, on: str) -> figures_pb2.ReportDayResponse:
        """Have a day reported to the nation; empty for yesterday."""
        answer: figures_pb2.ReportDayResponse = await self._reports.ReportDay(figures_pb2.ReportDayRequest(on=on))
        return answer
