"""Transfers between two provinces through every tier, beside the database commits that they need.

    python benchmarks/transfer.py [--transfers 200]

Eleven processes, PostgreSQL and the broker on one machine; registrars file, four offices approve whatever waits for
them, and the clock runs from the first filing until the last child is at the other school. The limit is the same
PostgreSQL committing rows of a kilobyte, one a transaction, over as many connections as the nodes that take part: what
the commits of these transfers would take alone. What carries over to another machine is the ratio. Prints a table and
one line of JSON; stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Mapping
from pathlib import Path

import psycopg

from console.demo.cast import Cast, Scene
from console.demo.clerks import count_arrived, file_all, offices_at_work
from console.demo.crowd import Child, register_children
from console.demo.report import Report
from console.demo.screen import Screen
from console.federation.running import Federation
from xueji.desk.v1 import desk_pb2

LEAVING, ARRIVING = "2144000001", "2141000001"
IDLE_SECONDS = 10.0
RAW_SECONDS = 5.0
RAW_CONNECTIONS = 7  # two hubs, the index, two authorities, two schools
ROW = "x" * 1000
SECONDS_MAX = 900.0
LOOK_SECONDS = 0.5
STATISTICS_LATE_SECONDS = 1.5
WHOLE = "全程"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--transfers", type=int, default=200)
    given = asked.parse_args()
    with Federation.demonstration() as federation, tempfile.TemporaryDirectory() as folder:
        dsn = federation.parts.postgres.administrator_dsn().replace("postgresql+psycopg", "postgresql")
        asyncio.run(Bench(federation, dsn, Path(folder), given.transfers).measure())


class Bench:
    """One run: children registered beforehand, then their transfers, then the limit."""

    def __init__(self, federation: Federation, dsn: str, folder: Path, transfers: int) -> None:
        self._federation, self._dsn, self._folder, self._transfers = federation, dsn, folder, transfers

    async def measure(self) -> None:
        async with Cast(self._federation.whereabouts) as cast:
            scene = Scene(cast=cast, report=Report(), screen=Screen(aside=True), workbooks=self._folder)
            leaving, arriving = (self._federation.plan.school(code) for code in (LEAVING, ARRIVING))
            children = await register_children(
                scene, self._federation, leaving=leaving, arriving=arriving, count=self._transfers
            )
            idle = await self._commits_of(asyncio.sleep(IDLE_SECONDS)) / IDLE_SECONDS
            began = time.perf_counter()
            filed: dict[str, Child] = {}
            commits = await self._commits_of(self._move(cast, children, filed))
            seconds = time.perf_counter() - began
            raw = await asyncio.to_thread(raw_commits_per_second, self._dsn)
            steps = step_seconds([await cast.registrar(arriving).case(case_id) for case_id in filed])
        each = (commits - idle * seconds) / self._transfers
        tell(self._transfers / seconds, each, raw, steps)

    async def _move(self, cast: Cast, children: list[Child], filed: dict[str, Child]) -> None:
        schools = [self._federation.plan.school(code) for code in (LEAVING, ARRIVING)]
        async with asyncio.timeout(SECONDS_MAX), offices_at_work(cast, schools, filed=filed):
            await file_all(cast, children, filed=filed)
            while await count_arrived(cast, schools[1], filed=filed) < len(children):
                await asyncio.sleep(LOOK_SECONDS)

    async def _commits_of(self, work: Awaitable[None]) -> int:
        """How many transactions the server committed meanwhile, by its own count, which is up to a second late."""
        before = await asyncio.to_thread(committed, self._dsn)
        await work
        await asyncio.sleep(STATISTICS_LATE_SECONDS)
        return await asyncio.to_thread(committed, self._dsn) - before


def committed(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT sum(xact_commit) FROM pg_stat_database").fetchone()
    assert row is not None
    return int(row[0])


def raw_commits_per_second(dsn: str) -> float:
    """Rows of a kilobyte, one a transaction, over as many connections as nodes take part."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row text)")
    counts = [0] * RAW_CONNECTIONS
    over_at = time.perf_counter() + RAW_SECONDS

    def commit(nth: int) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            while time.perf_counter() < over_at:
                connection.execute("INSERT INTO raw (row) VALUES (%s)", (ROW,))
                counts[nth] += 1

    threads = [threading.Thread(target=commit, args=(nth,)) for nth in range(RAW_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / RAW_SECONDS


def step_seconds(cases: Iterable[desk_pb2.GetCaseResponse]) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile of the time from one entry of a case's timeline to the next, by the later one."""
    took: dict[str, list[float]] = defaultdict(list)
    for case in cases:
        entries = sorted(case.timeline, key=lambda entry: entry.at_ms)
        for before, after in itertools.pairwise(entries):
            took[after.title].append((after.at_ms - before.at_ms) / 1000)
        took[WHOLE].append((entries[-1].at_ms - entries[0].at_ms) / 1000)
    return {
        title: (statistics.median(seconds), statistics.quantiles(seconds, n=100)[98])
        for title, seconds in took.items()
        if len(seconds) > 1
    }


def tell(per_second: float, commits: float, raw: float, steps: Mapping[str, tuple[float, float]]) -> None:
    ratio = per_second * commits / raw
    lines = [
        "| what | seen |",
        "| --- | ---: |",
        f"| transfers a second, filing to settled | {per_second:.1f} |",
        f"| commits of a transfer, all tiers | {commits:.0f} |",
        f"| commits a second that the database alone does | {raw:,.0f} |",
        f"| of that limit | {ratio:.2f} |",
        "",
        "| step | p50 | p99 |",
        "| --- | ---: | ---: |",
        *(f"| {title} | {median:.2f} s | {late:.2f} s |" for title, (median, late) in steps.items()),
    ]
    figures = {
        "per_second": per_second,
        "commits": commits,
        "raw_commits_per_second": raw,
        "ratio": ratio,
        "steps": steps,
    }
    sys.stdout.write("\n".join(lines) + "\n" + json.dumps(figures, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
