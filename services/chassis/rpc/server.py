"""The server of a node: one port, mutual TLS, health, reflection, and the doorkeeper before everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.rpc.door import Doorkeeper, OnDuty
from chassis.rpc.tls import TlsFiles, server_credentials
from chassis.telemetry import Metrics

MESSAGE_BYTES_MAX = 16 * 1024 * 1024

# Most calls at a time are readers of feeds that wait for news, and cost a task each.
CONCURRENT_CALLS_MAX = 4096

# A connection outlives the certificates that it began with; ending it now and then makes renewed ones count.
CONNECTION_AGE_SECONDS_MAX = 1800
_CONNECTION_GRACE_SECONDS = 120

_KEEPALIVE_SECONDS = 60
_CLIENT_PINGS_SECONDS_MIN = 15
_METADATA_BYTES_MAX = 16 * 1024

S = TypeVar("S")


class RpcServer:
    """What a node's people and the tiers below it ring at.

    Args:
        listen: ``127.0.0.1:0`` for any free port.
        tls: the node's files; a client must show a certificate of the same authority.
        environment: the environment that clients must belong to.
        max_message_bytes: in either direction; more is refused as ``MessageTooLarge`` before it is read.
        concurrent_calls_max: further calls are turned away at once, and their callers come again.
        connection_age_seconds_max: how long a connection lives at most.
        metrics: where calls are counted, if anywhere.
        on_duty: refuses a person who may not work today, before every method that writes.

    Raises:
        OSError: a TLS file cannot be read, or certificate and key do not belong together.
    """

    def __init__(
        self,
        *,
        listen: str,
        tls: TlsFiles,
        environment: str,
        max_message_bytes: int = MESSAGE_BYTES_MAX,
        concurrent_calls_max: int = CONCURRENT_CALLS_MAX,
        connection_age_seconds_max: int = CONNECTION_AGE_SECONDS_MAX,
        metrics: Metrics | None = None,
        on_duty: OnDuty | None = None,
    ) -> None:
        self._listen = listen
        self._credentials = server_credentials(tls)
        self._health = health.aio.HealthServicer()
        self._names: list[str] = []
        self._server = grpc.aio.server(
            interceptors=[Doorkeeper(environment=environment, metrics=metrics, on_duty=on_duty)],
            options=[
                ("grpc.max_receive_message_length", max_message_bytes),
                ("grpc.max_send_message_length", max_message_bytes),
                ("grpc.max_metadata_size", _METADATA_BYTES_MAX),
                ("grpc.max_connection_age_ms", connection_age_seconds_max * 1000),
                ("grpc.max_connection_age_grace_ms", _CONNECTION_GRACE_SECONDS * 1000),
                ("grpc.keepalive_time_ms", _KEEPALIVE_SECONDS * 1000),
                ("grpc.keepalive_timeout_ms", 20_000),
                ("grpc.keepalive_permit_without_calls", 1),
                ("grpc.http2.min_ping_interval_without_data_ms", _CLIENT_PINGS_SECONDS_MIN * 1000),
                ("grpc.so_reuseport", 0),  # a second process on the port is a mistake to hear of, not to share with
            ],
            maximum_concurrent_rpcs=concurrent_calls_max,
        )

    def add(
        self,
        add_servicer_function: Callable[[S, Any], None],
        servicer: S,
        service_descriptor_full_name: str,
    ) -> None:
        """Add a service before the start, by the function generated for it; its name serves health and reflection."""
        add_servicer_function(servicer, _ByName(self._server))
        self._names.append(service_descriptor_full_name)

    async def start(self) -> int:
        """Begin to serve.

        Returns:
            The port bound.

        Raises:
            RuntimeError: the address cannot be bound.
        """
        by_name: Any = _ByName(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, by_name)
        reflection.enable_server_reflection([*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        port = self._server.add_secure_port(self._listen, self._credentials)
        await self._server.start()
        await self.tell_health(healthy=True)
        return port

    async def tell_health(self, *, healthy: bool) -> None:
        """What the health service answers for every service here; calls are taken either way."""
        state = health_pb2.HealthCheckResponse.SERVING if healthy else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in self._names:
            await self._health.set(name, state)

    async def stop(self, grace_seconds: float) -> None:
        """Say NOT_SERVING, take nothing new, finish what was accepted; what is left at the end of the grace is cut."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_seconds)


class _ByName:
    """The server as generated code adds to it, without its registered methods.

    grpc.aio keeps a task waiting for a call of each registered method, and goes through all of them at every call: on a
    node of a hundred methods that cost more than what was asked. Found by name, a method costs one look into a dict.
    """

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Each is among the generic handlers as well."""
