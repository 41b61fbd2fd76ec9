"""Index processes that are killed in the middle of an intake, and many clients that ask for the same children."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest

from chassis.rpc import open_channel
from index_node import environment_of, index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.refusals import Refusal
from waiting import eventually
from xueji.index.v1 import index_pb2, index_pb2_grpc

HUBS = (Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44"))
SCHOOL_OF = {"41": "2141000001", "44": "2144000001"}
CLIENTS = 32
Child = tuple[str, str]
"""Item id and citizen ID."""


def children(count: int, *, born: str) -> list[Child]:
    """Of nobody: the division 410199 was never given to a county."""
    first17 = [f"410199{born}{nth:03d}" for nth in range(count)]
    return [(str(new_uuid7()), one + check_character(one)) for one in first17]


def an_intake(hub: Office, chosen: list[Child]) -> index_pb2.IssueRequest:
    count = len(chosen)
    return index_pb2.IssueRequest(
        item_ids=[item_id for item_id, _ in chosen],
        document_kinds=["1"] * count,
        document_numbers=[document for _, document in chosen],
        birth_dates=[int(document[6:14]) for _, document in chosen],
        schools=[SCHOOL_OF[hub.code]] * count,
        divisions=[f"{hub.code}0105"] * count,
    )


class Processes:
    """Real processes of the index on one database, started, killed and started again."""

    def __init__(self, folder: Path, dsn: str, node_files: Callable[..., Any]) -> None:
        self._folder, self._node_files = folder, node_files
        self._settings = index_settings(dsn, folder, node_files(NATION), log_level="warning")
        self._running: list[subprocess.Popen[bytes]] = []
        self._started = 0

    async def start(self) -> str:
        """Another process; its address."""
        self._started += 1
        address_file = self._folder / f"address-{self._started}"
        environment = environment_of(self._settings, address_file=address_file)
        process = subprocess.Popen([sys.executable, "-m", "national_index"], env=environment)  # noqa: ASYNC220
        self._running.append(process)

        async def address() -> str | None:
            assert process.poll() is None, "the process ended"
            return address_file.read_text() if address_file.exists() else None

        return (await eventually(address)).strip()

    def kill(self) -> None:
        """SIGKILL to all."""
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()

    @asynccontextmanager
    async def asked_by(self, hub: Office, address: str) -> AsyncIterator[Any]:
        channel = open_channel(address, office=NATION, tls=self._node_files(hub).tls)
        yield index_pb2_grpc.NationalIndexServiceStub(channel)
        await channel.close()


@pytest.fixture
def processes(tmp_path: Path, database_dsn: str, node_files: Callable[..., Any]) -> Iterator[Processes]:
    made = Processes(tmp_path, database_dsn, node_files)
    yield made
    made.kill()


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        yield connection


def persons_and_numbers(dsn: str) -> tuple[int, int]:
    with connected(dsn) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM handle WHERE kind = 'N')"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


async def test_a_kill_in_the_middle_loses_nothing_acknowledged_and_issues_nothing_twice(
    processes: Processes, database_dsn: str
) -> None:
    intake = [children(200, born=f"201503{day:02d}") for day in range(1, 21)]
    acknowledged: dict[str, str] = {}

    async def ask(stub: Any, chosen: list[Child]) -> None:
        answer = await stub.Issue(an_intake(HUBS[0], chosen), timeout=20)
        assert all(answer.numbers)
        for item_id, number in zip(answer.item_ids, answer.numbers, strict=True):
            assert acknowledged.setdefault(item_id, number) == number

    async def until_it_dies(stub: Any, mine: list[list[Child]]) -> None:
        for chosen in mine:
            try:
                await ask(stub, chosen)
            except (Refusal, grpc.aio.AioRpcError):
                return

    async def some_acknowledged() -> bool | None:
        return True if acknowledged else None

    async with processes.asked_by(HUBS[0], await processes.start()) as stub:
        asking = [asyncio.create_task(until_it_dies(stub, intake[nth::4])) for nth in range(4)]
        await eventually(some_acknowledged)
        await asyncio.to_thread(processes.kill)
        await asyncio.gather(*asking)
    assert 0 < len(acknowledged) < 20 * 200, "it died in the middle"
    async with processes.asked_by(HUBS[0], await processes.start()) as stub:
        for chosen in intake:
            await ask(stub, chosen)
    assert len(set(acknowledged.values())) == len(acknowledged) == 20 * 200
    assert persons_and_numbers(database_dsn) == (20 * 200, 20 * 200)


async def test_thirty_two_clients_of_two_processes_get_one_number_for_each_child(
    processes: Processes, database_dsn: str
) -> None:
    addresses = [await processes.start() for _ in range(2)]
    everybody = children(400, born="20140909")
    told: dict[str, set[str]] = {document: set() for _, document in everybody}

    async def client(nth: int) -> None:
        hub = HUBS[nth % 2]
        mine = [(str(new_uuid7()) if hub is HUBS[1] else item_id, document) for item_id, document in everybody]
        begin = nth * 11 % len(mine)
        chosen = (mine[begin:] + mine[:begin])[:100]
        async with processes.asked_by(hub, addresses[nth // 2 % 2]) as stub:
            answer = await stub.Issue(an_intake(hub, chosen), timeout=60)
        for (_, document), number, code in zip(chosen, answer.numbers, answer.refusal_codes, strict=True):
            assert bool(number) != bool(code)
            assert code in ("", "ALREADY_REGISTERED")
            told[document] |= {number} - {""}

    await asyncio.gather(*(client(nth) for nth in range(CLIENTS)))
    numbers = [number for those in told.values() for number in those]
    assert all(len(those) <= 1 for those in told.values())
    assert len(numbers) == len(set(numbers)) == persons_and_numbers(database_dsn)[0]
