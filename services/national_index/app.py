"""The index, built from its settings: the only file that knows all its rooms."""

from __future__ import annotations

import asyncio
import signal
from importlib.metadata import version
from pathlib import Path

from chassis.exchange import FeedServicer
from chassis.keys import Fingerprinter, NumberSeal, Signer, Verifier
from chassis.logs import get_logger
from chassis.rpc import RpcServer, TlsFiles
from chassis.sql import Database, migrate
from chassis.telemetry import Metrics, MetricsServer, serve_metrics
from kernel.clock import Clock, SystemClock
from kernel.ids import new_uuid7
from kernel.office import Tier
from kernel.refusals import IdentityNotProven
from national_index.rpc.index import NationalIndexServicer
from national_index.settings import IndexSettings
from national_index.store import IndexTransaction
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc
from xueji.index.v1 import index_pb2, index_pb2_grpc

PACKAGE = "national_index"
STOP_GRACE_SECONDS = 10.0  # what was accepted is finished; readers of feeds that wait for news are cut

log = get_logger()


class App:
    """One process of the index. Several may run on one database.

    Raises:
        OSError, ValueError: a key file cannot be read, or is not in its form.
        IdentityNotProven: the signing certificate is not the nation's.
    """

    def __init__(self, settings: IndexSettings, *, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._fingerprints = Fingerprinter(read_fingerprint_key(settings.fingerprint_key_file))
        self._numbers = read_number_seal(settings.number_key_file)
        self._signer = Signer(settings.signing_certificate, settings.signing_key)
        if self._signer.identity != settings.identity:
            raise IdentityNotProven(why=f"签名证书属于{self._signer.identity.office}")
        self._verifier = Verifier(settings.authority_certificate)
        self._metrics = Metrics()
        self._metrics_server: MetricsServer | None = None
        self._database: Database[IndexTransaction] | None = None
        self._server: RpcServer | None = None
        self._address = ""

    @property
    def address(self) -> str:
        """Host and port that are served, once started."""
        assert self._address, "the index has not been started"
        return self._address

    async def start(self) -> None:
        """Bring the database to this program's form and begin to serve.

        Raises:
            Unreachable, DatabaseBusy, SchemaTooNew: the database is not to be had.
            RuntimeError: the address cannot be bound.
        """
        settings = self._settings
        dsn = settings.read_database_dsn()
        await asyncio.to_thread(migrate, dsn, PACKAGE, program_version=version("xueji"))
        self._database = Database(dsn, IndexTransaction, threads=settings.threads, application_name=PACKAGE)
        self._server = RpcServer(
            listen=settings.listen,
            tls=TlsFiles(settings.tls_certificate, settings.tls_key, settings.authority_certificate),
            environment=settings.environment,
            metrics=self._metrics,
        )
        self._add_services(self._server, self._database)
        if settings.metrics_listen is not None:
            self._metrics_server = serve_metrics(settings.metrics_listen, self._metrics)
        port = await self._server.start()
        self._address = f"{settings.listen.rpartition(':')[0]}:{port}"
        if settings.address_file is not None:
            _write_address(settings.address_file, self._address)
        log.info("serving", listen=self._address)

    async def stop(self) -> None:
        """Say NOT_SERVING, finish what was accepted, close the database. Also after a start that failed half-way."""
        if self._server is not None:
            await self._server.stop(STOP_GRACE_SECONDS)
        if self._metrics_server is not None:
            await asyncio.to_thread(self._metrics_server.close)
        if self._database is not None:
            await asyncio.to_thread(self._database.close)
        log.info("stopped")

    def _add_services(self, server: RpcServer, database: Database[IndexTransaction]) -> None:
        index = NationalIndexServicer(
            database,
            clock=self._clock,
            fingerprints=self._fingerprints,
            numbers=self._numbers,
            sign=self._signer.sign,
            verify=self._verifier.verify,
            new_key=new_uuid7,
        )
        server.add(
            index_pb2_grpc.add_NationalIndexServiceServicer_to_server,
            index,
            index_pb2.DESCRIPTOR.services_by_name["NationalIndexService"].full_name,
        )
        server.add(
            exchange_pb2_grpc.add_FeedServiceServicer_to_server,
            FeedServicer(database, readers=(Tier.PROVINCE,)),
            exchange_pb2.DESCRIPTOR.services_by_name["FeedService"].full_name,
        )


async def run(settings: IndexSettings) -> None:
    """Serve until SIGTERM or SIGINT, then stop gracefully."""
    told_to_stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, told_to_stop.set)
    app = App(settings)
    try:
        await app.start()
        await told_to_stop.wait()
    finally:
        await app.stop()


def read_fingerprint_key(file: Path) -> bytes:
    """Raises OSError or ValueError; neither says what the file holds."""
    return _key_in_hex(file.read_text(encoding="ascii").strip(), file)


def read_number_seal(file: Path) -> NumberSeal:
    """Raises OSError or ValueError; neither says what the file holds."""
    keys = {}
    for line in file.read_text(encoding="ascii").splitlines():
        key_version, _, key = line.partition(" ")
        if not key_version.isdigit():
            raise ValueError(f"{file}: a line is a version and a key")
        keys[int(key_version)] = _key_in_hex(key.strip(), file)
    if not keys:
        raise ValueError(f"{file}: no key in it")
    sealing = max(keys)
    return NumberSeal(keys.pop(sealing), version=sealing, former=keys)


def _key_in_hex(digits: str, file: Path) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise ValueError(f"{file}: a key is written in hexadecimal digits") from None


def _write_address(file: Path, address: str) -> None:
    """Whole or not at all: whoever waits for the file reads it the moment it is there."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(f"{address}\n", encoding="ascii")
    beside.replace(file)
