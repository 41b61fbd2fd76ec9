"""The connection to the broker, kept for as long as it is wanted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext

from chassis.keys.files import ReadAgain
from chassis.logs import get_logger
from chassis.rpc.tls import TlsFiles, client_context
from kernel.refusals import Unreachable

BROKER_LABEL = "省际信件服务"

CONNECT_SECONDS = 5.0  # how long the start of a node waits for the broker before it goes on without
_RECONNECT_SECONDS = 1
_PING_SECONDS = 10
_REQUEST_SECONDS = 5.0

log = get_logger()


class BrokerConnection:
    """One client of the broker: reconnects without end, and begins anew where nats-py gives up.

    Args:
        servers: ``tls://host:port``, one or several of a cluster.
        tls: the node's files; its certificate is its user at the broker.
        name: shown by the broker's monitoring.
        inbox_prefix: where answers come to; the broker lets each hub listen at its own only.
    """

    def __init__(self, servers: Sequence[str], *, tls: TlsFiles, name: str, inbox_prefix: str) -> None:
        self._servers = list(servers)
        self._context = client_context(tls)
        self._certificates = ReadAgain(*tls.paths, read=lambda: self._load(tls))
        self._name = name
        self._inbox_prefix = inbox_prefix
        self._client: Client | None = None
        self._up = asyncio.Event()
        self._outage_told = False
        self._keeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to connect, and wait for it a moment; the broker may as well come later."""
        assert self._keeping is None, "opened already"
        self._keeping = asyncio.create_task(self._keep_connected())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), CONNECT_SECONDS)

    async def close(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
            self._keeping = None

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def wait_until_up(self) -> None:
        await self._up.wait()

    def jetstream(self) -> JetStreamContext:
        """Raises Unreachable at once while there is no connection: the outbox holds letters better than nats-py."""
        if self._client is None or not self._client.is_connected:
            raise Unreachable(office=BROKER_LABEL)
        return self._client.jetstream(timeout=_REQUEST_SECONDS)

    async def _keep_connected(self) -> None:
        while True:
            # A client closes for good when the server refuses it (restarting, or before its certificate is known).
            closed = asyncio.Event()
            client = self._client = Client()
            try:
                await self._connect(client, closed)
                await self._on_up()
                await closed.wait()
            except (Error, OSError, TimeoutError) as failed:
                await self._on_error(failed)
            finally:
                self._up.clear()
                await client.close()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _connect(self, client: Client, closed: asyncio.Event) -> None:
        async def on_closed() -> None:
            closed.set()

        await client.connect(
            self._servers,
            name=self._name,
            tls=self._context,
            inbox_prefix=self._inbox_prefix.encode("ascii"),
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RECONNECT_SECONDS,
            connect_timeout=int(CONNECT_SECONDS),
            ping_interval=_PING_SECONDS,
            max_outstanding_pings=2,
            error_cb=self._on_error,
            disconnected_cb=self._on_down,
            reconnected_cb=self._on_up,
            closed_cb=on_closed,
        )

    def _load(self, tls: TlsFiles) -> None:
        """nats-py keeps the context that it was given for every later handshake, so replaced files go into that."""
        client_context(tls)  # a half replaced pair raises here, and the former stays
        self._context.load_verify_locations(tls.authority)
        self._context.load_cert_chain(tls.certificate, tls.key)

    async def _on_up(self) -> None:
        self._outage_told = False
        self._up.set()
        log.info("broker_connected")

    async def _on_down(self) -> None:
        self._up.clear()
        self._certificates()

    async def _on_error(self, error: Exception) -> None:
        self._certificates()
        if "permissions violation" in str(error).lower():
            # Whoever published or asked sees a timeout and nothing else.
            log.error("broker_refused_permission", kind=type(error).__name__)
        elif not self._outage_told:
            self._outage_told = True
            log.warning("broker_unreachable", kind=type(error).__name__)
