"""What is done to every call that leaves: a deadline, the trace, and refusals raised again as what they were.

One class per shape, because gRPC sorts interceptors by class and each shape fails at another place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from typing import Any

import grpc

from chassis.logs import get_logger
from chassis.rpc.tracing import trace_headers
from chassis.rpc.wire import refusal_from_error
from kernel.office import Office
from kernel.refusals import Refusal

CALL_SECONDS = 30.0
STREAM_SECONDS = 600.0

log = get_logger()


class _Asking:
    def __init__(self, office: Office) -> None:
        self._office = office

    def _prepared(self, details: Any, *, seconds: float) -> Any:
        metadata = grpc.aio.Metadata(*(details.metadata or ()), *trace_headers().items())
        return details._replace(metadata=metadata, timeout=seconds if details.timeout is None else details.timeout)

    def _refusal(self, error: grpc.aio.AioRpcError) -> Refusal:
        details = (error.details() or "").lower()
        if "handshake" in details or "verification" in details:
            # For callers it is merely not there; for the person at night it is a certificate and not a cable.
            log.warning("peer_failed_handshake", peer=str(self._office))
        return refusal_from_error(error, office=self._office)

    async def _answers(self, call: Any) -> AsyncIterator[Any]:
        try:
            async for answer in call:
                yield answer
        except grpc.aio.AioRpcError as failed:
            raise self._refusal(failed) from failed
        finally:
            call.cancel()  # a reader that turns away early; nothing happens to a call that is done


class _Answer:
    """A call whose one answer is still to come: gRPC wants the call itself here, and not what it answers."""

    def __init__(self, call: Any, refusal: Callable[[grpc.aio.AioRpcError], Refusal]) -> None:
        self._call = call
        self._refusal = refusal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            return (yield from self._call.__await__())
        except grpc.aio.AioRpcError as failed:
            raise self._refusal(failed) from failed


class AskUnaryUnary(_Asking, grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        try:
            call = await continuation(self._prepared(client_call_details, seconds=CALL_SECONDS), request)
            return await call
        except grpc.aio.AioRpcError as failed:
            raise self._refusal(failed) from failed


class AskUnaryStream(_Asking, grpc.aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        call = await continuation(self._prepared(client_call_details, seconds=STREAM_SECONDS), request)
        return self._answers(call)


class AskStreamUnary(_Asking, grpc.aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        call = await continuation(self._prepared(client_call_details, seconds=STREAM_SECONDS), request_iterator)
        return _Answer(call, self._refusal)


class AskStreamStream(_Asking, grpc.aio.StreamStreamClientInterceptor):
    async def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        call = await continuation(self._prepared(client_call_details, seconds=STREAM_SECONDS), request_iterator)
        return self._answers(call)
