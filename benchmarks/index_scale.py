"""The national index at national scale, beside its limits.

    python benchmarks/index_scale.py [--persons 10000000]

Everything is measured in one run, turn by turn, on one PostgreSQL of 127.0.0.1 and two processes of the index:

    issue      an intake over gRPC with mutual TLS, everything on, beside psql inserting the very rows that came of it
               into a database that holds as many persons: one transaction a batch, nothing parsed, hashed or sealed
    growth     issuing with all persons there, beside issuing with a tenth of them
    look up    one child a call, beside an empty gRPC echo behind the same TLS

What carries over to another machine is the ratios. Prints a table and one line of JSON; stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version

import grpc
from index import filling, issuing, looking_up, running

from chassis.rpc import TlsFiles, open_channel
from chassis.sql import migrate
from console.parts.certificates import DevelopmentAuthority
from console.parts.run_directory import RunDirectory
from kernel.office import NATION
from xueji.index.v1 import index_pb2

SEPTEMBER = 16_200_000  # first-graders of a year (教育部, 2024)
PROCESSES = 2
RAW_CONNECTIONS = 2  # they fill two cores; more add nothing
TENTH = 10


@dataclass(frozen=True)
class Issued:
    """Medians over the rounds, in rows a second; the index's share in µs of processor time a row.

    Attributes:
        uncompared_per_second: without names and guardians, so that nothing is looked for but documents.
    """

    persons: int
    per_second: float
    raw_per_second: float
    uncompared_per_second: float
    index_us: float

    @property
    def ratio(self) -> float:
        return self.per_second / self.raw_per_second


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--persons", type=int, default=10_000_000, help="persons that the index holds")
    asked.add_argument("--rows", type=int, default=50_000, help="rows of one round")
    asked.add_argument("--batch", type=int, default=1_000, help="rows of one call and one transaction; at most 2000")
    asked.add_argument("--clients", type=int, default=6, help="calls at a time")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--look-ups", type=int, default=20_000)
    given = asked.parse_args()
    with RunDirectory() as run:
        asyncio.run(Bench(run, given).measure())


class Bench:
    """One run: its server, its two databases and the keys of its federation."""

    def __init__(self, run: RunDirectory, given: argparse.Namespace) -> None:
        self._run, self._given = run, given
        self._postgres = running.postgres(run)
        self._authority = DevelopmentAuthority.create(run.folder("ca"))
        self._tls = running.hub_tls(self._authority, run)
        self._begun = 0  # rows asked for so far: no child is asked for twice
        self._numbers: list[str] = []

    async def measure(self) -> None:
        self._postgres.start()
        for name in ("index", "raw"):
            self._postgres.create_database(name)
            migrate(self._postgres.dsn(name), "national_index", program_version=version("xueji"))
        smaller = await self._issued(self._given.persons // TENTH)
        larger = await self._issued(self._given.persons)
        size = filling.bytes_of(self._postgres.dsn("index"))
        looked, echoed = self._looked
        self._postgres.stop()
        tell(smaller, larger, looked, echoed, size)

    async def _issued(self, persons: int) -> Issued:
        for name in ("index", "raw"):
            seconds = filling.fill(self._postgres.dsn(name), persons=persons)
            note(f"{name}: {persons:,} persons are there ({seconds:.0f} s)")
        rates, raw, uncompared, processor = [], [], [], []
        index = running.index_processes(self._run, self._authority, self._postgres.dsn("index"), count=PROCESSES)
        with index as (addresses, pids):
            channels = [await connected(address, self._tls) for address in addresses]
            await self._round(channels, compared=True)  # warm
            for nth in range(self._given.rounds):
                used = running.cpu_seconds(pids)
                intake, seconds = await self._round(channels, compared=True)
                rates.append(self._given.rows / seconds)
                processor.append((running.cpu_seconds(pids) - used) / self._given.rows * 1e6)
                scripts = issuing.raw_scripts(
                    intake, self._postgres.dsn("index"), self._run.folder("raw"), connections=RAW_CONNECTIONS
                )
                raw.append(self._given.rows / issuing.insert_by_psql(scripts, self._postgres.dsn("raw")))
                uncompared.append(self._given.rows / (await self._round(channels, compared=False))[1])
                note(f"round {nth + 1}: {rates[-1]:,.0f} rows/s, psql {raw[-1]:,.0f}")
            self._looked = await self._look_up(channels)
            for channel in channels:
                await channel.close()
        return Issued(persons, *(statistics.median(column) for column in (rates, raw, uncompared, processor)))

    async def _round(
        self, channels: list[grpc.aio.Channel], *, compared: bool
    ) -> tuple[list[index_pb2.IssueRequest], float]:
        intake = issuing.an_intake(self._given.rows, begin=self._begun, batch=self._given.batch, compared=compared)
        self._begun += self._given.rows
        return intake, await issuing.issue(intake, channels, clients=self._given.clients)

    async def _look_up(self, channels: list[grpc.aio.Channel]) -> tuple[looking_up.Rate, looking_up.Rate]:
        numbers = await issuing.numbers_of(channels[0], begin=0, batch=self._given.batch)
        with running.echo_process(self._run, self._authority) as address:
            channel = await connected(address, self._tls)
            calls = {"calls": self._given.look_ups, "callers": 64}
            await looking_up.measured(looking_up.look_up_call(channels, numbers), calls=2_000, callers=64)
            echoed = await looking_up.measured(looking_up.echo_call(channel), **calls)
            looked = await looking_up.measured(looking_up.look_up_call(channels, numbers), **calls)
            await channel.close()
        return looked, echoed


async def connected(address: str, tls: TlsFiles) -> grpc.aio.Channel:
    channel = open_channel(address, office=NATION, tls=tls)
    await asyncio.wait_for(channel.channel_ready(), running.START_SECONDS)
    return channel


def tell(
    smaller: Issued, larger: Issued, looked: looking_up.Rate, echoed: looking_up.Rate, size: dict[str, int]
) -> None:
    september = SEPTEMBER / larger.per_second / 60
    rows = (
        (
            "issue over gRPC with mutual TLS",
            f"{larger.persons:,}",
            f"{larger.per_second:,.0f}/s",
            f"{larger.ratio:.2f}",
        ),
        ("the same rows by psql (the limit)", f"{larger.persons:,}", f"{larger.raw_per_second:,.0f}/s", "1.00"),
        ("issue", f"{smaller.persons:,}", f"{smaller.per_second:,.0f}/s", f"{smaller.ratio:.2f}"),
        ("psql", f"{smaller.persons:,}", f"{smaller.raw_per_second:,.0f}/s", "1.00"),
        ("issue without looking for suspected duplicates", "", f"{larger.uncompared_per_second:,.0f}/s", ""),
        ("looking for them, a row", "", f"{1e6 / larger.per_second - 1e6 / larger.uncompared_per_second:.1f} µs", ""),
        ("all persons beside a tenth of them", "", "", f"{larger.per_second / smaller.per_second:.2f}"),
        (
            "look up one child",
            f"{larger.persons:,}",
            f"{looked.per_second:,.0f}/s",
            f"{looked.per_second / echoed.per_second:.2f}",
        ),
        ("an empty echo (the limit)", "", f"{echoed.per_second:,.0f}/s", "1.00"),
        ("look up: p50 and p99 with 64 at a time", "", f"{looked.p50_ms:.1f} and {looked.p99_ms:.1f} ms", ""),
        ("the index's processor time a row", "", f"{larger.index_us:.1f} µs", ""),
        (f"one September ({SEPTEMBER / 1e6:.1f} million)", "", f"{september:.1f} minutes", ""),
    )
    table = ["| what | persons there | seen | of the limit |", "| --- | ---: | ---: | ---: |"]
    table += [f"| {' | '.join(row)} |" for row in rows]
    figures = {
        "smaller": asdict(smaller) | {"ratio": round(smaller.ratio, 3)},
        "larger": asdict(larger) | {"ratio": round(larger.ratio, 3)},
        "growth": round(larger.per_second / smaller.per_second, 3),
        "look_up": asdict(looked) | {"ratio": round(looked.per_second / echoed.per_second, 3)},
        "echo": asdict(echoed),
        "september_minutes": round(september, 1),
        "bytes": size,
    }
    sys.stdout.write("\n".join(table) + "\n" + json.dumps(figures) + "\n")


def note(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
