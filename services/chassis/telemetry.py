"""Numbers for Prometheus and traces by OpenTelemetry, behind a facade as thin as what is needed.

Nothing leaves this process by itself: numbers are fetched from a port that the operator opens, and spans go nowhere
unless an exporter is handed in. Labels are the names of methods, lanes, loops and outcomes, never of anybody. The
libraries are imported when first used, because a node that needs neither should start without them.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

# Seconds: from a look-up by id to a batch of 2,000 behind a database that restarts.
RPC_SECONDS_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The numbers of one process, in a registry of their own."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        self._rpc_seconds = Histogram(
            "xueji_rpc_seconds",
            "Calls answered, by gRPC status",
            ("method", "code"),
            buckets=RPC_SECONDS_BUCKETS,
            registry=self.registry,
        )
        self._backlog = Gauge("xueji_outbox_backlog", "Rows not yet answered", ("lane",), registry=self.registry)
        self._backlog_age = Gauge(
            "xueji_outbox_oldest_seconds", "Age of the oldest row not yet answered", ("lane",), registry=self.registry
        )
        self._loop_failures = Counter("xueji_loop_failures", "Steps that failed", ("loop",), registry=self.registry)

    def rpc_handled(self, *, method: str, code: str, seconds: float) -> None:
        """A call was answered. ``method`` must be one that is served: a stranger's words would be new series."""
        self._rpc_seconds.labels(method, code).observe(seconds)

    def outbox_backlog(self, lane: str, *, count: int, oldest_seconds: float = 0.0) -> None:
        self._backlog.labels(lane).set(count)
        self._backlog_age.labels(lane).set(oldest_seconds)

    def loop_failed(self, loop: str) -> None:
        self._loop_failures.labels(loop).inc()


@dataclass(frozen=True)
class MetricsServer:
    """Where the numbers are fetched."""

    host: str
    port: int
    _close: Callable[[], None]

    def close(self) -> None:
        self._close()


def serve_metrics(listen: str, metrics: Metrics) -> MetricsServer:
    """Serve the numbers over plain HTTP on a thread.

    Args:
        listen: ``127.0.0.1:9100``; port 0 takes a free one. Anybody who reaches the port can read it: loopback, or a
            network that only the operator's collector is in.

    Raises:
        OSError: the port is taken.
    """
    from prometheus_client import start_http_server

    host, _, port = listen.rpartition(":")
    server, thread = start_http_server(int(port), addr=host, registry=metrics.registry)

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return MetricsServer(host=host, port=server.server_port, _close=close)


def configure_tracing(service: str, *, exporter: SpanExporter | None = None) -> None:
    """Give every call a trace id that travels with it (W3C Trace Context) and stands in the logs.

    Args:
        exporter: where finished spans go; without one they end here.
    """
    from opentelemetry import propagate, trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    # Not Resource.create: its detectors would add this machine's name and its command line.
    provider = TracerProvider(
        resource=Resource({"service.name": service}),
        sampler=None if exporter is not None else ALWAYS_OFF,  # spans that nobody is given need hold nothing but ids
        shutdown_on_exit=exporter is not None,
    )
    if exporter is not None:
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    # The default would also carry baggage: a stranger's words through every tier.
    propagate.set_global_textmap(TraceContextTextMapPropagator())


def current_trace_id() -> str:
    """32 hexadecimal digits, or empty outside of any trace."""
    return current_span_ids()[0]


def current_span_ids() -> tuple[str, str]:
    """The ids of the trace (32 digits) and the span (16 digits) this is part of; both empty outside of any."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return "", ""  # nobody imported it, so nobody began a span
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return "", ""
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"
