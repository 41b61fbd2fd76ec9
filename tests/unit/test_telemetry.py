"""Numbers are fetched and traces travel; neither leaves by itself."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from chassis.telemetry import Metrics, configure_tracing, current_trace_id, serve_metrics


def test_the_numbers_can_be_fetched_until_the_server_is_closed() -> None:
    metrics = Metrics()
    metrics.rpc_handled(method="/xueji.desk.v1.DeskService/GetCase", code="OK", seconds=0.004)
    metrics.outbox_backlog("up", count=3, oldest_seconds=61.5)
    metrics.loop_failed("up")
    server = serve_metrics("127.0.0.1:0", metrics)
    address = f"http://{server.host}:{server.port}/metrics"
    with urllib.request.urlopen(address, timeout=5) as answer:
        told = answer.read().decode()
    assert 'xueji_rpc_seconds_bucket{code="OK",le="0.005",method="/xueji.desk.v1.DeskService/GetCase"} 1.0' in told
    assert 'xueji_outbox_backlog{lane="up"} 3.0' in told
    assert 'xueji_outbox_oldest_seconds{lane="up"} 61.5' in told
    assert 'xueji_loop_failures_total{loop="up"} 1.0' in told
    server.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)


def test_two_registries_in_one_process_do_not_meet() -> None:
    Metrics().loop_failed("up")
    Metrics().loop_failed("up")


def test_a_trace_is_known_within_it_and_nowhere_else() -> None:
    from opentelemetry import propagate, trace  # noqa: PLC0415 - not before it is asked for

    configure_tracing("test")
    assert current_trace_id() == ""
    with trace.get_tracer("test").start_as_current_span("filing"):
        headers: dict[str, str] = {}
        propagate.inject(headers)
        assert len(current_trace_id()) == 32
        assert headers["traceparent"].split("-")[1] == current_trace_id()
    assert current_trace_id() == ""
    baggage = propagate.extract({"baggage": "name=x", "traceparent": headers["traceparent"]})
    assert [key for key in baggage if "baggage" in key] == []


def test_a_node_that_uses_neither_imports_neither() -> None:
    asked = (
        "import sys, chassis.telemetry, chassis.logs, chassis.sql\n"
        "assert not {'prometheus_client', 'opentelemetry', 'alembic', 'grpc'} & set(sys.modules), 'imported'"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
