"""The doorkeeper before every method: what happens to each call, whatever it asks.

    identity proven -> on duty, if it writes -> each message's own rules -> the servicer -> refusals told -> log line

Unary and streaming handlers differ in how they are called and are wrapped one by one; all four share ``_admitted``.
Servicers are coroutines, or async generators where they stream answers.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import grpc

from chassis.logs import get_logger
from chassis.rpc.caller import Context, proven
from chassis.rpc.tracing import server_span
from chassis.rpc.validation import require_valid
from chassis.rpc.wire import STATUS_TRAILER, status_of, status_trailer
from chassis.telemetry import Metrics
from kernel.office import Identity
from kernel.refusals import Refusal, SystemFault, Unreachable

# For a caller that names no deadline. It may have gone long ago; a servicer must not wait for ever on its behalf.
CALL_SECONDS_MAX = 120.0
STREAM_SECONDS_MAX = 1800.0

_HEALTH = "/grpc.health.v1.Health/"

# How the names of methods begin that only look. Any other is taken for one that writes, and asks who may work (23).
LOOKING = ("Get", "List", "LookUp", "Plan", "Read", "Rehearse", "Replay")

# A refusal is an answer: gRPC must not ask again by itself as if the line had been cut.
_DO_NOT_RETRY = ("grpc-retry-pushback-ms", "-1")

OnDuty = Callable[[Identity], Awaitable[None]]

log = get_logger()


class Doorkeeper(grpc.aio.ServerInterceptor):
    """Stands before every method but health, which probes ask without being an office.

    Args:
        environment: whose certificates are accepted.
        metrics: where calls are counted, if anywhere.
        on_duty: refuses a person who may not work today (``chassis.staff.duty``); None where no desk writes.
    """

    def __init__(self, *, environment: str, metrics: Metrics | None, on_duty: OnDuty | None = None) -> None:
        self._environment = environment
        self._metrics = metrics
        self._on_duty = on_duty

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(_HEALTH):
            return handler
        codec = {
            "request_deserializer": handler.request_deserializer,
            "response_serializer": handler.response_serializer,
        }
        match handler.request_streaming, handler.response_streaming:
            case False, False:
                return grpc.unary_unary_rpc_method_handler(self._unary_unary(method, handler.unary_unary), **codec)
            case False, True:
                return grpc.unary_stream_rpc_method_handler(self._unary_stream(method, handler.unary_stream), **codec)
            case True, False:
                return grpc.stream_unary_rpc_method_handler(self._stream_unary(method, handler.stream_unary), **codec)
            case _:
                return grpc.stream_stream_rpc_method_handler(
                    self._stream_stream(method, handler.stream_stream), **codec
                )

    def _unary_unary(self, method: str, servicer: Any) -> Any:
        async def answer(request: Any, context: Context) -> Any:
            async with self._admitted(method, context, CALL_SECONDS_MAX):
                require_valid(request)
                return await servicer(request, context)

        return answer

    def _unary_stream(self, method: str, servicer: Any) -> Any:
        async def answer(request: Any, context: Context) -> AsyncIterator[Any]:
            async with self._admitted(method, context, STREAM_SECONDS_MAX):
                require_valid(request)
                async for response in servicer(request, context):
                    yield response

        return answer

    def _stream_unary(self, method: str, servicer: Any) -> Any:
        async def answer(requests: AsyncIterator[Any], context: Context) -> Any:
            async with self._admitted(method, context, STREAM_SECONDS_MAX):
                return await servicer(_each_valid(requests), context)

        return answer

    def _stream_stream(self, method: str, servicer: Any) -> Any:
        async def answer(requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
            async with self._admitted(method, context, STREAM_SECONDS_MAX):
                async for response in servicer(_each_valid(requests), context):
                    yield response

        return answer

    @asynccontextmanager
    async def _admitted(self, method: str, context: Context, seconds_max: float) -> AsyncIterator[None]:
        began = time.perf_counter()
        peer, code, status = "", "CANCELLED", grpc.StatusCode.CANCELLED
        limit = asyncio.timeout(seconds_max if context.time_remaining() is None else None)
        try:
            with server_span(method, context.invocation_metadata()):
                async with limit:
                    who = proven(context, environment=self._environment)
                    peer = str(who.office)
                    if self._on_duty is not None and not who.is_node and writes(method):
                        await self._on_duty(who)
                    yield
            code, status = "OK", grpc.StatusCode.OK
        except Exception as raised:
            if isinstance(raised, grpc.aio.AbortError):
                raise  # health and reflection abort by themselves
            refused = _as_refusal(raised, method=method, timed_out=limit.expired())
            code, status = refused.code, status_of(refused)
            await _refuse(context, refused)
        finally:
            seconds = time.perf_counter() - began
            if self._metrics is not None:
                self._metrics.rpc_handled(method=method, code=status.name, seconds=seconds)
            log.info("rpc", method=method, peer=peer, code=code, seconds=round(seconds, 4))


def writes(method: str) -> bool:
    """Whether a method, by its full name, does more than look."""
    return not method.rpartition("/")[2].startswith(LOOKING)


def _as_refusal(raised: Exception, *, method: str, timed_out: bool) -> Refusal:
    if isinstance(raised, Refusal) and not isinstance(raised, SystemFault):
        return raised
    if isinstance(raised, TimeoutError) and timed_out:
        return Unreachable(office="对方系统")
    # A bug, or a fault that another tier told us of: here, too, the text stays inside.
    error_id = uuid.uuid4().hex[:12]
    log.error("rpc_fault", method=method, error_id=error_id, exc_info=raised)
    return SystemFault(error_id=error_id)


async def _refuse(context: Context, refused: Refusal) -> NoReturn:
    trailers = ((STATUS_TRAILER, status_trailer(refused)), _DO_NOT_RETRY)
    await context.abort(status_of(refused), refused.code, trailing_metadata=trailers)
    raise AssertionError("abort raises")


async def _each_valid(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        require_valid(request)
        yield request
