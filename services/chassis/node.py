"""The process of a tier, from its settings to its last word: what every ``app.py`` does alike.

A tier's ``App`` names its package and its transaction and builds its rooms; ``Node`` checks the keys, brings the
database to the program's form, serves, runs the loops, and takes all of it down in order when told to stop.
"""

from __future__ import annotations

import asyncio
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from chassis import kill_points
from chassis.keys import Signer, Verifier
from chassis.ledger import Sending
from chassis.logs import configure, get_logger
from chassis.loops import Loop, Loops
from chassis.rpc import RpcServer, TlsFiles
from chassis.rpc.door import OnDuty
from chassis.settings import NodeSettings, load
from chassis.sql import Backlog, Database, Transaction, migrate
from chassis.telemetry import Metrics, configure_tracing, serve_metrics
from kernel.clock import Clock
from kernel.office import Office
from kernel.refusals import IdentityNotProven
from kernel.statement import Sign, Verify

STOP_SECONDS = 5.0  # for calls that were accepted, and for steps that are running
WATCH_SECONDS = 15.0  # between looks at loops and outbox

S = TypeVar("S", bound=NodeSettings)
TX = TypeVar("TX", bound=Transaction)

log = get_logger()


@dataclass(frozen=True)
class Service:
    """One gRPC service: the generated function that adds it, its servicer, its full name."""

    add: Callable[..., None]
    servicer: Any
    name: str


@dataclass(frozen=True)
class Rooms:
    """What a tier puts on its node.

    Attributes:
        loops: their running step is waited for at the end. listeners: may be cut while they wait for news.
        lanes: of the outbox, whose backlog is shown in the metrics.
        on_duty: who may work today (Art. 23); None where no desk writes.
    """

    services: Sequence[Service]
    loops: Sequence[Loop] = ()
    listeners: Sequence[Loop] = ()
    lanes: Sequence[str] = ()
    on_duty: OnDuty | None = None


@dataclass(frozen=True)
class Parts(Generic[TX]):
    """What a tier's rooms are built from.

    Attributes:
        here: this node's office. closing: what a room opened, to be closed after the loops have ended.
    """

    here: Office
    database: Database[TX]
    tls: TlsFiles
    sign: Sign
    verify: Verify
    clock: Clock
    metrics: Metrics
    closing: AsyncExitStack = field(repr=False)


class Node(ABC, Generic[S, TX]):
    """One node in this process, from ``start`` to ``stop``."""

    package: ClassVar[str]
    transaction: type[TX]

    def __init__(self, settings: S, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self._clock = clock or settings.clock
        self._running = AsyncExitStack()
        self._address = ""

    @abstractmethod
    async def rooms(self, parts: Parts[TX]) -> Rooms:
        """Build the tier's rooms; nothing runs yet."""

    @property
    def address(self) -> str:
        """Host and port, once it serves."""
        assert self._address, "not started"
        return self._address

    async def start(self) -> None:
        """Serve and follow; a start that fails leaves nothing running.

        Raises:
            Refusal: the database cannot be used, or a key is not this office's.
            OSError, ValueError: a file cannot be read, or the address is taken.
        """
        try:
            await self._start()
        except BaseException:
            await self._running.aclose()
            raise

    async def stop(self) -> None:
        """Take nothing new, finish what was accepted, let the loops end their step, close the database."""
        await self._running.aclose()
        log.info("stopped")

    async def _start(self) -> None:
        settings = self.settings
        metrics = Metrics()
        if settings.metrics_listen is not None:
            self._running.callback(serve_metrics(settings.metrics_listen, metrics).close)
        parts = await self._parts(metrics)
        rooms = await self.rooms(parts)
        for lane in rooms.lanes:
            await parts.database.run(_take_up, lane)  # type: ignore[arg-type]  # lanes: Sending
        loops, listeners = Loops(rooms.loops), Loops(rooms.listeners)
        server = RpcServer(
            listen=settings.listen,
            tls=parts.tls,
            environment=settings.environment,
            metrics=metrics,
            on_duty=rooms.on_duty,
        )
        watch = Loops(
            [Loop("watch", partial(self._watch, parts, rooms, server, loops, listeners), idle_seconds=WATCH_SECONDS)]
        )
        for bunch, grace_seconds in ((loops, STOP_SECONDS), (listeners, 0.0), (watch, STOP_SECONDS)):
            await bunch.start()
            self._running.push_async_callback(bunch.stop, grace_seconds)
        for service in rooms.services:
            server.add(service.add, service.servicer, service.name)
        self._running.push_async_callback(server.stop, STOP_SECONDS)
        port = await server.start()
        self._address = f"{settings.listen.rpartition(':')[0]}:{port}"
        if settings.address_file is not None:
            _write_whole(settings.address_file, self._address)
        log.info("serving", listen=self._address)

    async def _parts(self, metrics: Metrics) -> Parts[TX]:
        settings = self.settings
        signer = Signer(settings.signing_certificate, settings.signing_key)
        if signer.identity != settings.identity:
            raise IdentityNotProven(why=f"签名证书属于{signer.identity.office}")
        dsn = settings.read_database_dsn()
        await asyncio.to_thread(migrate, dsn, self.package, program_version=version("xueji"))
        database = Database(
            dsn, self.transaction, threads=settings.threads, application_name=f"{self.package} {settings.office}"
        )
        self._running.push_async_callback(asyncio.to_thread, database.close)
        closing = await self._running.enter_async_context(AsyncExitStack())
        return Parts(
            here=Office.parse(settings.office),
            database=database,
            tls=TlsFiles(settings.tls_certificate, settings.tls_key, settings.authority_certificate),
            sign=signer.sign,
            verify=Verifier(settings.authority_certificate).verify,
            clock=self._clock,
            metrics=metrics,
            closing=closing,
        )

    async def _watch(self, parts: Parts[TX], rooms: Rooms, server: RpcServer, loops: Loops, listeners: Loops) -> bool:
        """What a supervisor is told: whether the loops run without fault, and what waits in the outbox."""
        await server.tell_health(healthy=loops.healthy and listeners.healthy)
        for lane in rooms.lanes:
            backlog: Backlog = await parts.database.run(_backlog, lane)  # type: ignore[arg-type]  # lanes: Sending
            oldest = backlog.oldest_created_at
            age = (self._clock.now() - oldest).total_seconds() if oldest else 0.0
            parts.metrics.outbox_backlog(lane, count=backlog.count, oldest_seconds=age)
        return False


def main(node: type[Node[S, Any]], settings: type[S]) -> None:
    """``python -m <tier>``: settings from ``XUEJI_CONFIG`` and the environment, logs on stderr, until SIGTERM."""
    given = load(settings)
    configure(service=node.package, office=given.office, level=given.log_level)
    configure_tracing(node.package)
    if given.kill_points_dir is not None:
        kill_points.watch(given.kill_points_dir)
    asyncio.run(_run(node(given)))


async def _run(node: Node[Any, Any]) -> None:
    told_to_stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, told_to_stop.set)
    await node.start()
    await told_to_stop.wait()
    await node.stop()


def _take_up(tx: Sending, lane: str) -> int:
    return tx.outbox.take_up(lane)


def _backlog(tx: Sending, lane: str) -> Backlog:
    return tx.outbox.backlog(lane)


def _write_whole(file: Path, address: str) -> None:
    """Whole or not at all: somebody waits for it."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(address, encoding="ascii")
    beside.replace(file)
