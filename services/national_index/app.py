"""Builds the index: the only file that knows all its rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc

from chassis.calendars import load_calendars
from chassis.exchange import FeedServicer
from chassis.keys import IdentityKeys, Tokens
from chassis.keys.files import ReadAgain
from chassis.logs import configure, get_logger
from chassis.loops import Loop
from chassis.node import Node, Parts, Rooms, Service
from chassis.script import simplified, sound
from chassis.settings import load
from chassis.sql import Database
from kernel.clock import SystemClock
from kernel.office import Tier
from kernel.refusals import Refusal
from national_index.domain.matching.features import Encoder
from national_index.domain.matching.names import Script
from national_index.links.population import PopulationRegister, open_register
from national_index.rpc.adjudications import AdjudicationServicer
from national_index.rpc.figures import FiguresReportServicer
from national_index.rpc.index import NationalIndexServicer
from national_index.rpc.inquiry import inquiry
from national_index.rpc.log import LogServicer
from national_index.rpc.numbers import NumberServicer
from national_index.rpc.staff import StaffReportServicer, staff_look
from national_index.rpc.suspicions import SuspicionServicer
from national_index.settings import IndexSettings
from national_index.store import IndexTransaction
from national_index.store.sweep import sweep
from national_index.usecases.adjudication import expire_adjudications
from national_index.usecases.log import LOG_WAITS, sequence_log
from national_index.usecases.recognise_keys import recognise_keys
from national_index.usecases.rekey import begin_rekeying, end_stage, rekey_page, withdraw_rekeying
from national_index.usecases.suspect import export_traits, take_suspicions
from xueji.adjudication.v1 import adjudication_pb2_grpc
from xueji.exchange.v1 import exchange_pb2_grpc
from xueji.figures.v1 import figures_pb2_grpc
from xueji.index.v1 import index_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2_grpc
from xueji.log.v1 import log_pb2_grpc
from xueji.numbers.v1 import numbers_pb2_grpc
from xueji.staff.v1 import staff_pb2_grpc
from xueji.suspicion.v1 import suspicion_pb2_grpc

LOG_IDLE_SECONDS = 1.0
DAY_IDLE_SECONDS = 60.0  # how long after midnight a day may be noticed
SUSPICIONS_AT_ONCE = 1000
ROWS_BETWEEN_WORDS = 1_000_000  # of a replacement of the key: some minutes

log = get_logger()


class App(Node[IndexSettings, IndexTransaction]):
    """One process of the index. Several may run on one database."""

    package = "national_index"
    transaction = IndexTransaction

    async def rooms(self, parts: Parts[IndexTransaction]) -> Rooms:
        keys = _keys_read_again(self.settings)
        await parts.database.run(recognise_keys, keys())
        index = NationalIndexServicer(
            parts.database,
            clock=parts.clock,
            keys=keys,
            encoder=Encoder(
                Tokens(read_fingerprint_key(self.settings.fingerprint_key_file)), Script(simplified, sound)
            ),
            sign=parts.sign,
            verify=parts.verify,
        )
        register = PopulationRegister(self._register(parts))
        return Rooms(
            services=(
                Service(
                    index_pb2_grpc.add_NationalIndexServiceServicer_to_server,
                    index,
                    "xueji.index.v1.NationalIndexService",
                ),
                Service(
                    exchange_pb2_grpc.add_FeedServiceServicer_to_server,
                    FeedServicer(parts.database, readers=(Tier.PROVINCE,)),
                    "xueji.exchange.v1.FeedService",
                ),
                Service(
                    figures_pb2_grpc.add_FiguresReportServiceServicer_to_server,
                    FiguresReportServicer(parts.database, verify=parts.verify, clock=parts.clock),
                    "xueji.figures.v1.FiguresReportService",
                ),
                Service(
                    log_pb2_grpc.add_LogServiceServicer_to_server,
                    LogServicer(parts.database, verify=parts.verify, clock=parts.clock),
                    "xueji.log.v1.LogService",
                ),
                Service(
                    suspicion_pb2_grpc.add_SuspicionServiceServicer_to_server,
                    SuspicionServicer(parts.database, clock=parts.clock, keys=keys),
                    "xueji.suspicion.v1.SuspicionService",
                ),
                Service(
                    adjudication_pb2_grpc.add_AdjudicationServiceServicer_to_server,
                    AdjudicationServicer(
                        parts.database, clock=parts.clock, keys=keys, sign=parts.sign, verify=parts.verify
                    ),
                    "xueji.adjudication.v1.AdjudicationService",
                ),
                Service(
                    numbers_pb2_grpc.add_NumberServiceServicer_to_server,
                    NumberServicer(
                        parts.database,
                        match=register.match,
                        clock=parts.clock,
                        keys=keys,
                    ),
                    "xueji.numbers.v1.NumberService",
                ),
                Service(
                    inquiry_pb2_grpc.add_InquiryServiceServicer_to_server,
                    inquiry(parts.database),
                    "xueji.inquiry.v1.InquiryService",
                ),
                Service(
                    staff_pb2_grpc.add_StaffReportServiceServicer_to_server,
                    StaffReportServicer(parts.database, verify=parts.verify),
                    "xueji.staff.v1.StaffReportService",
                ),
                Service(
                    staff_pb2_grpc.add_StaffDeskServiceServicer_to_server,
                    staff_look(parts.database, clock=parts.clock),
                    "xueji.staff.v1.StaffDeskService",
                ),
            ),
            loops=[_sequencing(parts), _expiring(parts, keys), self._calendars(parts)],
        )

    def _register(self, parts: Parts[IndexTransaction]) -> grpc.aio.Channel | None:
        """The line to the population register, where the operator named one."""
        settings = self.settings
        if settings.population_address is None:
            return None
        tls = replace(parts.tls, authority=settings.population_authority or parts.tls.authority)
        channel = open_register(settings.population_address, settings.population_host, tls=tls)
        parts.closing.push_async_callback(channel.close)
        return channel

    def _calendars(self, parts: Parts[IndexTransaction]) -> Loop:
        """Working days of years whose notice came out after the program."""

        async def step() -> bool:
            await asyncio.to_thread(load_calendars, self.settings.calendars_dir)
            return False

        return Loop("calendar", step, idle_seconds=DAY_IDLE_SECONDS, failed=parts.metrics.loop_failed)


def _expiring(parts: Parts[IndexTransaction], keys: Callable[[], IdentityKeys]) -> Loop:
    """What the provinces did not answer in time goes to the nation."""

    async def step() -> bool:
        return await parts.database.run(expire_adjudications, now=parts.clock.now(), keys=keys(), sign=parts.sign)

    return Loop("adjudications", step, idle_seconds=DAY_IDLE_SECONDS, failed=parts.metrics.loop_failed)


def _sequencing(parts: Parts[IndexTransaction]) -> Loop:
    """Gives entries of the log their places, a moment after they were written, and signs the new root."""

    async def step() -> bool:
        return await parts.database.run(sequence_log, now=parts.clock.now(), sign=parts.sign)

    signal = parts.database.signal(LOG_WAITS)
    return Loop("log", step, wake=signal, idle_seconds=LOG_IDLE_SECONDS, failed=parts.metrics.loop_failed)


def sweep_records(settings: type[IndexSettings]) -> None:
    """Compare all records with each other (Art. 24) and keep what is suspected: settings as of the service.

    Run again, it adds what is new. It needs the extra ``sweep``, and a disk for the features of everybody: a hundred
    bytes a person.
    """
    given = load(settings)
    configure(service=App.package, office=given.office, level=given.log_level)
    dsn = given.read_database_dsn()
    database: Database[IndexTransaction] = Database(dsn, IndexTransaction, threads=1, application_name="index sweep")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "features.csv"
        database.look(export_traits, file)
        pairs, found, new = sweep(file), 0, 0
        while page := list(islice(pairs, SUSPICIONS_AT_ONCE)):
            new += database.transact(take_suspicions, page, now=SystemClock().now())
            found += len(page)
            log.info("sweep_goes_on", count=found)
    log.info("sweep_ended", count=new)
    database.close()


def rekey(settings: type[IndexSettings], *, withdrawing: bool) -> None:
    """Bring everything under the newest key of ``number_key_file``, or give that key up: settings as of the service.

    Runs beside the services, which go on; killed and run again, it goes on where it was. In the end the former key is
    not needed any more.

    Raises:
        SystemExit: with the sentence of a refusal. What was done stays done.
        OSError, ValueError: a key file cannot be read.
    """
    given = load(settings)
    configure(service=App.package, office=given.office, level=given.log_level)
    keys = read_identity_keys(given.fingerprint_key_file, given.number_key_file)
    dsn = given.read_database_dsn()
    database: Database[IndexTransaction] = Database(dsn, IndexTransaction, threads=1, application_name="index rekey")
    try:
        _rekey(database, keys, withdrawing=withdrawing)
    except Refusal as said:
        log.warning("rekeying_refused", code=said.code)
        raise SystemExit(said.sentence) from said
    finally:
        database.close()


def _rekey(database: Database[IndexTransaction], keys: IdentityKeys, *, withdrawing: bool) -> None:
    book = database.transact(withdraw_rekeying if withdrawing else begin_rekeying, keys)
    while book.works:
        rows, told = {work: 0 for work, _ in book.works}, 0
        while worked := database.transact(rekey_page, keys):
            rows[worked.work] += worked.rows
            if sum(rows.values()) >= told + ROWS_BETWEEN_WORDS:
                told = sum(rows.values())
                log.info("rekeying_goes_on", step=worked.work, count=rows[worked.work])
        book = database.transact(end_stage, keys)
        for work, count in rows.items():
            log.info("rekeying_step_ended", step=work, count=count)
    log.info("rekeying_ended", version=book.current)


def _keys_read_again(settings: IndexSettings) -> Callable[[], IdentityKeys]:
    files = settings.fingerprint_key_file, settings.number_key_file
    return ReadAgain(*files, read=partial(read_identity_keys, *files))


def read_identity_keys(fingerprint_key_file: Path, number_key_file: Path) -> IdentityKeys:
    """Raises OSError or ValueError; neither says what the files hold."""
    storage_keys: dict[int, bytes] = {}
    for line in number_key_file.read_text(encoding="ascii").splitlines():
        version, _, key = line.partition(" ")
        if not version.isdigit():
            raise ValueError(f"{number_key_file}: a line is a version and a key")
        if int(version) in storage_keys:
            raise ValueError(f"{number_key_file}: a version of the key is there twice")
        storage_keys[int(version)] = _key_in_hex(key.strip(), number_key_file)
    return IdentityKeys(read_fingerprint_key(fingerprint_key_file), storage_keys)


def read_fingerprint_key(file: Path) -> bytes:
    """Raises OSError or ValueError; neither says what the file holds."""
    return _key_in_hex(file.read_text(encoding="ascii").strip(), file)


def _key_in_hex(digits: str, file: Path) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise ValueError(f"{file}: a key is written in hexadecimal digits") from None
