"""One trace from the office that asked to the office that answers (W3C traceparent in the metadata).

Spans carry the method and nothing of the request; an exception's text stays out of them as it stays out of the logs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import propagate, trace

_tracer = trace.get_tracer("xueji.rpc")


@contextmanager
def server_span(method: str, metadata: Any) -> Iterator[None]:
    """A span for a call that came in, below the caller's."""
    parent = propagate.extract({name: value for name, value in metadata or () if isinstance(value, str)})
    with _tracer.start_as_current_span(
        method,
        context=parent,
        kind=trace.SpanKind.SERVER,
        record_exception=False,
        set_status_on_exception=False,
    ):
        yield


def trace_headers() -> dict[str, str]:
    """The metadata that tells the next office which trace it is in; empty outside of one."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers
