"""One intake, end to end: a roster workbook to student numbers, through four tiers of real processes.

    python benchmarks/intake.py [--pupils 2000]

Starts the demonstration federation on 127.0.0.1, brings one roster in at a school, and times what a registrar waits
for. Beside it stands the limit: as many records inserted into a plain table of the same PostgreSQL by one statement.
Prints a table on stderr and one JSON object on stdout; stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg

from chassis.workbooks.writing import Column, write_rows
from console.demo.cast import Cast
from console.demo.rosters import Class, a_citizen_id, a_class
from console.federation.running import Federation
from kernel.form import ITEMS
from kernel.ids import new_uuid7
from xueji.desk.v1 import desk_pb2

SCHOOL = "2144000001"
GRADE = "小学一年级"
WAIT_SECONDS_MAX = 300.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pupils", type=int, default=2_000)
    pupils = parser.parse_args().pupils
    figures: dict[str, float] = {"pupils": pupils}
    with tempfile.TemporaryDirectory() as folder, Federation.demonstration() as federation:
        roster = Path(folder) / "roster.xlsx"
        _write_roster(roster, federation, pupils)
        asyncio.run(_intake(federation, roster, figures))
        with _timed(figures, "raw_insert_seconds"):
            _insert_raw(federation, pupils)
        memory = {str(node.office): node.memory_mebibytes for node in federation.nodes}
    steps = ("import_seconds", "submit_and_check_seconds", "county_seconds", "numbers_seconds")
    figures["end_to_end_seconds"] = sum(figures[step] for step in steps)
    figures["pupils_per_second"] = pupils / figures["end_to_end_seconds"]
    figures["after_approval_pupils_per_second"] = pupils / figures["numbers_seconds"]
    figures["times_the_raw_insert"] = figures["end_to_end_seconds"] / figures["raw_insert_seconds"]
    for name, figure in figures.items():
        sys.stderr.write(f"{name:36} {figure:12.3f}\n")
    for office, mebibytes in memory.items():
        sys.stderr.write(f"{office:36} {mebibytes:12.0f} MiB\n")
    sys.stdout.write(json.dumps({**figures, "memory_mebibytes": memory}) + "\n")


async def _intake(federation: Federation, roster: Path, figures: dict[str, float]) -> None:
    school = federation.plan.school(SCHOOL)
    async with Cast(federation.whereabouts) as cast:
        registrar, principal, officer = cast.registrar(school), cast.principal(school), cast.authority_of(school)
        with _timed(figures, "import_seconds"):
            await registrar.import_roster(roster)
        with _timed(figures, "submit_and_check_seconds"):
            submitted = await registrar.submit_drafts(str(new_uuid7()))
            for case_id in submitted.case_ids:
                await principal.approve(case_id)
        with _timed(figures, "county_seconds"):
            for case_id in submitted.case_ids:

                async def waits(case_id: str = case_id) -> bool:
                    return case_id in {one.case_id for one in await officer.cases(desk_pb2.VIEW_WAITING)}

                await _until(waits)
                await officer.approve(case_id)
        with _timed(figures, "numbers_seconds"):
            for case_id in submitted.case_ids:

                async def closed(case_id: str = case_id) -> bool:
                    everything = await registrar.cases(desk_pb2.VIEW_ALL)
                    return any(one.case_id == case_id and one.state == "closed" for one in everything)

                await _until(closed)
        (summary,) = [one for one in await registrar.cases(desk_pb2.VIEW_ALL) if one.case_id in submitted.case_ids]
        assert summary.items_done == submitted.pupils, "everybody has a number"


def _write_roster(path: Path, federation: Federation, pupils: int) -> None:
    """Invented pupils with valid check characters, three sequence numbers a day of birth."""
    school = federation.plan.school(SCHOOL)
    of = Class(school=SCHOOL, name=school.name, place=school.place, grade=GRADE)
    today = date.today()  # noqa: DTZ011 - which school year it is, nothing finer
    (pattern,) = a_class(of, 1, on=today).pupils
    first_day = date(today.year - 8, 9, 1)

    def rows() -> Iterator[list[object]]:
        for place in range(pupils):
            born = first_day + timedelta(days=place % 300)
            sequence = 2 * (place // 300) + 1
            changed = {
                "name": "学生" + "".join(chr(0x4E00 + int(digit)) for digit in f"{place:05d}"),
                "sex": "1-男",
                "birth_date": f"{born:%Y%m%d}",
                "document_number": a_citizen_id(school.place, born, sequence),
                "school_class": f"{place // 45 + 1}班",
            }
            cells = {**pattern.cells, **changed}
            yield [cells.get(item.key) for item in ITEMS]

    write_rows(path, [Column(item.label) for item in ITEMS], rows(), sheet="学生基本信息")  # type: ignore[arg-type]


def _insert_raw(federation: Federation, pupils: int) -> None:
    """The limit: as many records of the same size into one plain table, in one statement, committed."""
    dsn = federation.parts.postgres.administrator_dsn().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "CREATE TABLE limit_records (student_key uuid PRIMARY KEY, number text UNIQUE, content jsonb)"
        )
        connection.execute(
            "INSERT INTO limit_records SELECT gen_random_uuid(), 'L' || n,"
            " jsonb_build_object('values', repeat('x', 1500)) FROM generate_series(1, %s) AS n",
            (pupils,),
        )


@contextmanager
def _timed(figures: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    figures[name] = time.perf_counter() - began


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not await holds():
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    main()
