"""Builds a hub: the only file that knows all its rooms."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import grpc

from chassis.exchange import Follower
from chassis.keys import ContentKey, Directory, Signer, Unsealer, Verifier
from chassis.logs import get_logger
from chassis.loops import Loop, Loops
from chassis.mail import PostOffice
from chassis.rpc import RpcServer, TlsFiles, open_channel
from chassis.sql import Backlog, Database, migrate
from chassis.telemetry import Metrics, serve_metrics
from kernel.clock import Clock, SystemClock
from kernel.endorsement import Register
from kernel.office import NATION
from kernel.policy import Policy
from kernel.refusals import IdentityNotProven
from province_hub.links.index import IndexLink
from province_hub.links.numbers import NumberLink
from province_hub.links.transfer.archive import ArchiveLink
from province_hub.links.transfer.custody import CustodyLink
from province_hub.links.transfer.mail import Mail
from province_hub.rpc.archive import ArchiveServicer
from province_hub.rpc.desk import desk
from province_hub.rpc.feed import feed
from province_hub.rpc.intake import intake
from province_hub.settings import HubSettings
from province_hub.store.schools import load_schools
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.absorb_feed import absorb_feed
from province_hub.usecases.receive_case import Rules
from province_hub.usecases.transfer import (
    LANE_ARCHIVE,
    LANE_INDEX,
    LANE_MAIL,
    LETTERS_WAIT,
    Handshake,
    begin_gaining,
    take_releasing_endorsement,
)
from xueji.desk.v1 import desk_pb2_grpc
from xueji.exchange.v1 import exchange_pb2_grpc
from xueji.transfer.v1 import archive_pb2_grpc

PACKAGE = "province_hub"
INDEX_WORKERS = 2  # so that a transfer's question need not wait behind an intake of 2,000
LANE_IDLE_SECONDS = 1.0  # how long a row that became due, or that another process wrote, may lie unseen
GAUGES_SECONDS = 15.0
STOP_SECONDS = 5.0

log = get_logger()


class App:
    """One hub in this process, from ``start`` to ``stop``."""

    def __init__(self, settings: HubSettings, *, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._running = AsyncExitStack()
        self._address = ""

    @property
    def address(self) -> str:
        """Host and port, once it serves."""
        assert self._address, "not started"
        return self._address

    async def start(self) -> None:
        """Bring the database to this program's form, then serve and follow.

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
        log.info("hub_stopped")

    async def _start(self) -> None:
        settings = self._settings
        metrics = Metrics() if settings.metrics_listen else None
        if metrics is not None and settings.metrics_listen is not None:
            self._running.callback(serve_metrics(settings.metrics_listen, metrics).close)
        parts = await self._parts()
        loops, listeners = _loops(parts, settings, metrics)
        for bunch, grace_seconds in ((loops, STOP_SECONDS), (listeners, 0.0)):
            await bunch.start()
            self._running.push_async_callback(bunch.stop, grace_seconds)
        if parts.letters is not None:
            # Before the loops: only a closed post office lets go of a delivery that is waited for.
            self._running.push_async_callback(parts.letters.post.close)
            await parts.letters.post.connect()
        server = _server(parts, settings, metrics)
        self._running.push_async_callback(server.stop, STOP_SECONDS)
        port = await server.start()
        self._address = f"{settings.listen.rpartition(':')[0]}:{port}"
        if settings.address_file is not None:
            _write(settings.address_file, self._address)
        log.info("hub_serves", listen=self._address)

    async def _parts(self) -> _Parts:
        settings = self._settings
        signer = Signer(settings.signing_certificate, settings.signing_key)
        if signer.identity != settings.identity:
            raise IdentityNotProven(why=f"签名证书属于{signer.identity.office}")
        verifier = Verifier(settings.authority_certificate)
        tls = TlsFiles(settings.tls_certificate, settings.tls_key, settings.authority_certificate)
        schools = load_schools(settings.schools_file)

        dsn = settings.read_database_dsn()
        await asyncio.to_thread(migrate, dsn, PACKAGE, program_version=version("xueji"))
        database = Database(
            dsn, HubTransaction, threads=settings.threads, application_name=f"{PACKAGE} {settings.here.code}"
        )
        self._running.push_async_callback(asyncio.to_thread, database.close)
        index = open_channel(settings.index_address, office=NATION, tls=tls)
        self._running.push_async_callback(index.close)

        handshake = Handshake(
            province=settings.here.code,
            sign=signer.sign,
            verify=verifier.verify,
            register=schools.get,
            new_content_key=lambda: ContentKey.new().to_text(),
        )
        letters = _letters(database, settings, tls=tls, verifier=verifier, handshake=handshake, clock=self._clock)
        if letters is not None:
            self._running.push_async_callback(letters.archives.close)
        return _Parts(
            database=database,
            index=index,
            tls=tls,
            register=schools.get,
            policy=Policy.from_toml(settings.policy_file.read_text(encoding="utf-8")),
            handshake=handshake,
            letters=letters,
            clock=self._clock,
        )


async def run(settings: HubSettings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stopping.set)
    app = App(settings)
    await app.start()
    await stopping.wait()
    await app.stop()


@dataclass(frozen=True)
class _Letters:
    """What goes between hubs; there where a broker is named."""

    post: PostOffice
    mail: Mail
    archives: ArchiveLink


@dataclass(frozen=True)
class _Parts:
    database: Database[HubTransaction]
    index: grpc.aio.Channel
    tls: TlsFiles
    register: Register
    policy: Policy
    handshake: Handshake
    letters: _Letters | None
    clock: Clock


def _letters(
    database: Database[HubTransaction],
    settings: HubSettings,
    *,
    tls: TlsFiles,
    verifier: Verifier,
    handshake: Handshake,
    clock: Clock,
) -> _Letters | None:
    if not settings.brokers:
        return None
    assert settings.directory_file is not None, "checked with the settings"
    assert settings.sealing_key_file is not None, "checked with the settings"
    directory = Directory(settings.directory_file, verifier=verifier)
    post = PostOffice(servers=settings.brokers, tls=tls, office=settings.here)
    return _Letters(
        post=post,
        mail=Mail(
            database=database,
            post=post,
            directory=directory,
            unsealer=Unsealer(settings.sealing_key_file),
            handshake=handshake,
            clock=clock,
        ),
        archives=ArchiveLink(database=database, directory=directory, tls=tls, handshake=handshake, clock=clock),
    )


def _server(parts: _Parts, settings: HubSettings, metrics: Metrics | None) -> RpcServer:
    rules = Rules(
        here=settings.here,
        register=parts.register,
        verify=parts.handshake.verify,
        policy=parts.policy,
        begin_gaining=partial(begin_gaining, handshake=parts.handshake),
        take_releasing_endorsement=partial(take_releasing_endorsement, handshake=parts.handshake),
    )
    server = RpcServer(listen=settings.listen, tls=parts.tls, environment=settings.environment, metrics=metrics)
    server.add(
        exchange_pb2_grpc.add_IntakeServiceServicer_to_server,
        intake(parts.database, rules=rules, clock=parts.clock),
        "xueji.exchange.v1.IntakeService",
    )
    server.add(
        exchange_pb2_grpc.add_FeedServiceServicer_to_server, feed(parts.database), "xueji.exchange.v1.FeedService"
    )
    server.add(
        desk_pb2_grpc.add_DeskServiceServicer_to_server,
        desk(parts.database, here=settings.here, clock=parts.clock),
        "xueji.desk.v1.DeskService",
    )
    server.add(
        archive_pb2_grpc.add_ArchiveServiceServicer_to_server,
        ArchiveServicer(parts.database),
        "xueji.transfer.v1.ArchiveService",
    )
    return server


def _loops(parts: _Parts, settings: HubSettings, metrics: Metrics | None) -> tuple[Loops, Loops]:
    """Those whose step is waited for at the end, and those that may be cut while they wait for news."""
    database, clock = parts.database, parts.clock
    failed = metrics.loop_failed if metrics else None

    def lane(name: str, step: Callable[[], Awaitable[bool]], wake: str) -> Loop:
        return Loop(name, step, wake=database.signal(wake), idle_seconds=LANE_IDLE_SECONDS, failed=failed)

    numbers = NumberLink(database, parts.index, settings.here, parts.register, clock)
    custody = CustodyLink(database, parts.index, parts.handshake, clock)
    questions = IndexLink(database, handlers={**numbers.handlers(), **custody.handlers()}, clock=clock)
    loops = [lane(f"index-{worker}", questions.step, f"outbox:{LANE_INDEX}") for worker in range(INDEX_WORKERS)]
    receipts = Follower(
        database, parts.index, name=str(NATION), absorb=partial(absorb_feed, handshake=parts.handshake), clock=clock
    )
    listeners = [Loop("receipts", receipts.step, idle_seconds=LANE_IDLE_SECONDS, failed=failed)]
    if parts.letters is not None:
        mail, post = parts.letters.mail, parts.letters.post

        async def deliveries() -> bool:
            await post.deliveries(mail.receive)
            return False

        loops += [
            lane("mail-out", mail.send, f"outbox:{LANE_MAIL}"),
            lane("mail-read", mail.read, LETTERS_WAIT),
            lane("archives", parts.letters.archives.step, f"outbox:{LANE_ARCHIVE}"),
        ]
        listeners.append(Loop("mail-in", deliveries, idle_seconds=LANE_IDLE_SECONDS, failed=failed))
    if metrics is not None:
        loops.append(Loop("gauges", partial(_gauge, database, clock, metrics), idle_seconds=GAUGES_SECONDS))
    return Loops(loops), Loops(listeners)


async def _gauge(database: Database[HubTransaction], clock: Clock, metrics: Metrics) -> bool:
    for lane in (LANE_INDEX, LANE_MAIL, LANE_ARCHIVE):
        waiting = await database.run(_backlog, lane)
        metrics.outbox_backlog(lane, count=waiting.count, oldest_seconds=_age(waiting, now=clock.now()))
    return False


def _backlog(tx: HubTransaction, lane: str) -> Backlog:
    return tx.outbox.backlog(lane)


def _age(waiting: Backlog, *, now: datetime) -> float:
    return (now - waiting.oldest_created_at).total_seconds() if waiting.oldest_created_at else 0.0


def _write(file: Path, address: str) -> None:
    """Whole or not at all: somebody waits for it."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(address, encoding="ascii")
    new.replace(file)
