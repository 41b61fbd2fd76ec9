"""Calling another office: proven by TLS, bounded in time, tried again where the line was cut, refused in our words."""

from __future__ import annotations

import json

import grpc

from chassis.rpc.asking import (
    AskStreamStream,
    AskStreamUnary,
    AskUnaryStream,
    AskUnaryUnary,
)
from chassis.rpc.renewal import RenewingChannel
from chassis.rpc.server import MESSAGE_BYTES_MAX
from chassis.rpc.tls import TlsFiles, channel_credentials
from kernel.office import Office

_METADATA_BYTES_MAX = 16 * 1024

# Every write of every tier is idempotent, so every call may be tried again when the line was cut under it. The waits
# are jittered by gRPC; the throttle is the budget: while one call in five or more fails, nothing is retried.
_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.1s",
                "maxBackoff": "2s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
    "retryThrottling": {"maxTokens": 20, "tokenRatio": 0.2},
}


def open_channel(address: str, *, office: Office, tls: TlsFiles) -> grpc.aio.Channel:
    """A channel to an office's node. It connects at the first call, and again after every cut.

    Each call has a deadline (``asking.CALL_SECONDS``; pass ``timeout`` for another), carries the trace, and fails with
    the refusal that the office gave, with ``Unreachable`` when it did not answer, or ``SystemFault`` for its bug.
    Replaced TLS files are taken up by themselves.

    Args:
        address: host and port.
        office: whom we mean to reach: another office at this address fails the handshake.
        tls: what we show and whom we trust.

    Raises:
        OSError: a TLS file cannot be read, or certificate and key do not belong together.
    """
    options: list[tuple[str, str | int]] = [
        # The name that its certificate must carry, whatever host name or address leads there.
        ("grpc.ssl_target_name_override", office.host_name),
        ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
        ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
        ("grpc.max_metadata_size", _METADATA_BYTES_MAX),
        ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
        ("grpc.service_config_disable_resolution", 1),
        ("grpc.enable_retries", 1),
        ("grpc.enable_http_proxy", 0),  # a proxy named in somebody's environment is not the way between offices
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
    interceptors: list[grpc.aio.ClientInterceptor] = [
        AskUnaryUnary(office),
        AskUnaryStream(office),
        AskStreamUnary(office),
        AskStreamStream(office),
    ]
    return RenewingChannel(
        *tls.paths,
        connect=lambda: grpc.aio.secure_channel(
            address, channel_credentials(tls), options=options, interceptors=interceptors
        ),
    )
