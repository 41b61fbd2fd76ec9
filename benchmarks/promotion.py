"""A night of promotion of a whole province, beside the same UPDATE done by hand.

    python benchmarks/promotion.py --pupils 50000

Both in one run on one PostgreSQL, from two copies of one database: psql runs ``UPDATE students`` over all pupils who go
up, in one statement, with no history, nobody told and nothing to go on from; then a process of the hub takes its night
through, school by school, with an entry of history for each pupil and a message for each school. What carries over to
another machine is the ratio, and that the memory does not grow with the province.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from index.running import libpq, psql
from province import HUB, hub_process, people_the_province

from chassis.notices import NoticePost
from chassis.packs import load_packs
from chassis.rpc import TlsFiles, open_channel
from chassis.sql import Database, migrate
from console.parts.certificates import DevelopmentAuthority
from console.parts.deploy import deploy_directory
from console.parts.postgres import EmbeddedPostgres
from console.parts.run_directory import RunDirectory
from kernel.clock import SHANGHAI
from kernel.ids import new_uuid7
from kernel.office import Identity, Role
from kernel.organisations import DatedRegister
from kernel.promotion import ladder
from kernel.school import School
from kernel.stages import SchoolSystem
from province_hub.store.promotions import Run
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.year import begin_promotion, of_year
from xueji.year.v1 import year_pb2, year_pb2_grpc

NIGHT = datetime(2026, 8, 11, 0, 5, tzinfo=SHANGHAI)  # one that is past: nothing can be true of a day to come
LOOK_SECONDS = 0.05
LIMIT_SECONDS = 7_200.0


@dataclass(frozen=True)
class Measured:
    """Seconds, and megabytes of the hub's process: before the night and at its highest."""

    pupils: int
    schools: int
    promoted: int
    hub_seconds: float
    psql_seconds: float
    ratio: float
    rehearsal_seconds: float
    hub_memory_before_mb: int
    hub_memory_peak_mb: int


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pupils", type=int, default=1_000_000)
    measured = measure(pupils=asked.parse_args().pupils)
    sys.stdout.write(f"{as_table(measured)}\n{json.dumps(asdict(measured))}\n")


def measure(*, pupils: int) -> Measured:
    with RunDirectory() as run:
        postgres = EmbeddedPostgres(run)
        postgres.start()
        postgres.create_database("hub")
        dsn = postgres.dsn("hub")
        migrate(dsn, "province_hub", program_version=version("xueji"))
        schools = people_the_province(dsn, pupils=pupils)
        with psycopg.connect(libpq(postgres.administrator_dsn()), autocommit=True) as connection:
            connection.execute("CREATE DATABASE raw TEMPLATE hub STRATEGY file_copy")
            connection.execute("CHECKPOINT")
            by_hand, moved = update_by_psql(postgres.administrator_dsn("raw"))
            connection.execute("DROP DATABASE raw")  # its pages are not to be written while the hub is timed
            connection.execute("CHECKPOINT")
        authority = DevelopmentAuthority.create(run.folder("ca"))
        with hub_process(run, authority, dsn, schools) as (process, address):
            rehearsal = asyncio.run(rehearse(address, authority, run))
            before = memory_mb(process.pid, "VmRSS")
            seconds, night = the_night(dsn, schools)
            peak = memory_mb(process.pid, "VmHWM")
        postgres.stop()
    if night.promoted != moved:
        raise SystemExit(f"the hub moved {night.promoted} pupils and psql {moved}: not the same UPDATE")
    return Measured(
        pupils=pupils,
        schools=len(schools),
        promoted=moved,
        hub_seconds=round(seconds, 2),
        psql_seconds=round(by_hand, 2),
        ratio=round(seconds / by_hand, 2),
        rehearsal_seconds=round(rehearsal, 2),
        hub_memory_before_mb=before,
        hub_memory_peak_mb=peak,
    )


def as_table(measured: Measured) -> str:
    return (
        f"| {measured.promoted:,} of {measured.pupils:,} pupils of {measured.schools} schools | seconds | of psql |\n"
        "| --- | ---: | ---: |\n"
        f"| the hub's night: records, history, messages | {measured.hub_seconds:,.1f} | {measured.ratio:.2f} |\n"
        f"| UPDATE of the records by psql | {measured.psql_seconds:,.1f} | 1.00 |\n"
        f"| rehearsal | {measured.rehearsal_seconds:,.1f} | |\n\n"
        f"Memory of the hub: {measured.hub_memory_before_mb} MB before, {measured.hub_memory_peak_mb} MB at the highest"
    )


def update_by_psql(dsn: str) -> tuple[float, int]:
    """The records alone, in one statement; seconds, and how many there were."""
    rungs = ", ".join(
        f"('{grade}', '{after}', {five_four})"
        for five_four in ("true", "false")
        for grade, after in ladder(SchoolSystem.FIVE_FOUR if five_four == "true" else SchoolSystem.SIX_THREE).items()
        if after
    )
    statement = (
        f"UPDATE students s SET grade = r.following, version = version + 1 FROM (VALUES {rungs})"  # noqa: S608
        " AS r(grade, following, five_four) WHERE r.grade = s.grade AND s.status = 'enrolled' AND s.custody = 'held'"
        " AND s.open_case IS NULL AND r.five_four = (CAST(substr(s.school, 5) AS integer) % 5 = 4)"
    )
    began = time.perf_counter()
    ended = subprocess.run(
        [psql(), "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-c", statement, libpq(dsn)],
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - began, int(ended.stdout.split()[1])


async def rehearse(address: str, authority: DevelopmentAuthority, run: RunDirectory) -> float:
    """The first page, with the counts of the whole province; seconds."""
    files = authority.issue_tls(Identity(authority.environment, HUB, Role.OFFICER, "s001").uri, run.folder("officer"))
    channel = open_channel(address, office=HUB, tls=TlsFiles(files.cert, files.key, files.ca))
    await channel.channel_ready()
    began = time.perf_counter()
    await year_pb2_grpc.YearServiceStub(channel).Rehearse(year_pb2.RehearseRequest(page_size=500))
    seconds = time.perf_counter() - began
    await channel.close()
    return seconds


def the_night(dsn: str, schools: dict[str, School]) -> tuple[float, Run]:
    """Begin it as the desk would on that day, and wait until the hub's process has done it; seconds."""
    database = Database(dsn, HubTransaction, threads=1, application_name="benchmark")
    register = DatedRegister.of(schools.values())
    rules = Rules(
        here=HUB,
        register=register,
        sign=_never,
        verify=_never,
        packs=load_packs(Path(deploy_directory()) / "policies"),
        notices=NoticePost(HUB, register, _never, _never),
        begin_gaining=_never,
        take_releasing_endorsement=_never,
    )
    officer = Identity("dev", HUB, Role.OFFICER, "s001")
    began = time.perf_counter()
    night = database.transact(begin_promotion, NIGHT.year, by=officer, run_id=str(new_uuid7()), now=NIGHT, rules=rules)
    while night.finished_ms is None:
        if time.perf_counter() - began > LIMIT_SECONDS:
            raise SystemExit("the night did not end")
        time.sleep(LOOK_SECONDS)
        night = database.transact(of_year, NIGHT.year)
    seconds = time.perf_counter() - began
    database.close()
    return seconds, night


def _never(*_: Any, **__: Any) -> Any:
    raise AssertionError("promotion signs nothing")


def memory_mb(pid: int, what: str) -> int:
    """``VmRSS`` now, or ``VmHWM`` the highest so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) // 1024
    raise SystemExit(f"no {what} of process {pid}")


if __name__ == "__main__":
    main()
