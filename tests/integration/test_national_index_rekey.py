"""The storage key is replaced while the index issues and answers: over gRPC, with a real PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chassis.keys import IdentityKeys
from chassis.rpc import open_channel
from chassis.sql import Database
from index_node import environment_of, index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.refusals import KeyChanged, KeyNotHere
from kernel.transparency.entries import LogEntry, split
from national_index.app import App, read_identity_keys
from national_index.domain.storage_keys import KeyBook
from national_index.settings import IndexSettings
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind
from national_index.usecases.rekey import begin_rekeying, end_stage, rekey_page
from waiting import eventually
from xueji.index.v1 import index_pb2, index_pb2_grpc

if TYPE_CHECKING:
    from xueji.index.v1.index_pb2_grpc import NationalIndexServiceAsyncStub as AsyncStub

HENAN = Office(Tier.PROVINCE, "41")
MORE_THAN_A_PAGE = 1100  # children: each is two handles, and a page of a process is of 2,000

_first17 = (
    f"41019920{year:02d}{month:02d}{day:02d}{nth:03d}"
    for year in range(10, 20)
    for month in range(1, 13)
    for day in range(1, 29)
    for nth in range(200)
)


class AnIndex:
    """One database of the index, what its operator wrote, and the children whom it gave numbers to."""

    def __init__(self, dsn: str, folder: Path, files: Callable[..., Any]) -> None:
        self.dsn, self._files = dsn, files
        self.settings: IndexSettings = index_settings(dsn, folder, files(NATION), log_level="warning")
        self.lines = {1: self.settings.number_key_file.read_text().split()[1], 2: secrets.token_hex(32)}
        self.children: dict[str, tuple[str, str]] = {}  # by document: item id and number
        self.database = Database(dsn, IndexTransaction, threads=4, application_name="test of rekeying")

    def change(self, name: str) -> None:
        """Another key under the same version, in the file of this setting."""
        secret_line = secrets.token_hex(32)
        getattr(self.settings, name).write_text(f"1 {secret_line}" if name == "number_key_file" else secret_line)

    def write_keys(self, *versions: int) -> IdentityKeys:
        self.settings.number_key_file.write_text("".join(f"{one} {self.lines[one]}\n" for one in versions))
        return self.keys

    @property
    def keys(self) -> IdentityKeys:
        return read_identity_keys(self.settings.fingerprint_key_file, self.settings.number_key_file)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[AsyncStub]:
        app = App(self.settings)
        await app.start()
        channel = open_channel(app.address, office=NATION, tls=self._files(HENAN).tls)
        try:
            yield index_pb2_grpc.NationalIndexServiceStub(channel)
        finally:
            await channel.close()
            await app.stop()

    async def register(self, stub: AsyncStub, count: int = 1) -> None:
        documents = [one + check_character(one) for one in itertools.islice(_first17, count)]
        items = [str(new_uuid7()) for _ in documents]
        answer = await stub.Issue(_intake(documents, items))
        assert all(answer.numbers), set(answer.refusal_codes)
        self.children |= dict(zip(documents, zip(items, answer.numbers, strict=True), strict=True))

    async def everybody_is_known(self, stub: AsyncStub) -> None:
        """By document and by number; and who is registered again has the same number."""
        for begin in range(0, len(self.children), 100):
            some = dict(itertools.islice(self.children.items(), begin, begin + 100))
            items, numbers = ([both[nth] for both in some.values()] for nth in (0, 1))
            handles = [index_pb2.Handle(document=index_pb2.Document(kind="1", number=one)) for one in some]
            handles += [index_pb2.Handle(number=number) for number in numbers]
            found = await stub.LookUp(index_pb2.LookUpRequest(handles=handles))
            assert [one.number for one in found.found] == [*numbers, *numbers]
            again = await stub.Issue(_intake(list(some), items))
            assert list(again.numbers) == numbers

    def step(self, *, rows: int) -> KeyBook:
        """A page, or the next stage; the book after it."""
        if not self.database.transact(rekey_page, self.keys, limit=rows):
            self.database.transact(end_stage, self.keys)
        return self.book

    @property
    def book(self) -> KeyBook:
        book = self.database.transact(lambda tx: tx.key_books.read())
        assert book is not None
        return book

    def rekey(self, *more: str) -> subprocess.Popen[bytes]:
        """The command, as the operator gives it."""
        command = [sys.executable, "-m", "national_index", "rekey", *more]
        return subprocess.Popen(command, env=environment_of(self.settings))

    async def rekeyed(self, *more: str) -> int:
        return await asyncio.to_thread(self.rekey(*more).wait, 60)

    def rows(self, query: str) -> list[Any]:
        with connected(self.dsn) as connection:
            return [row[0] for row in connection.execute(query.encode())]

    def everything_is_under(self, version: int) -> None:
        assert self.rows("SELECT version FROM storage_key ORDER BY version") == [0, version]
        assert self.rows("SELECT DISTINCT key_version FROM handle") == [version]
        assert self.rows("SELECT count(*) FROM handle") == [2 * len(self.children)]
        key = self.keys.storage[version]
        opened = {key.open(sealed) for sealed in self.rows("SELECT number FROM person")}
        assert opened == {number for _, number in self.children.values()}


def _intake(documents: Sequence[str], items: Sequence[str]) -> index_pb2.IssueRequest:
    count = len(documents)
    return index_pb2.IssueRequest(
        item_ids=items,
        document_kinds=["1"] * count,
        document_numbers=documents,
        birth_dates=[int(document[6:14]) for document in documents],
        schools=["2141000001"] * count,
        divisions=["410105"] * count,
    )


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn.replace("postgresql+psycopg", "postgresql")) as connection:
        yield connection


@pytest.fixture
def index(database_dsn: str, tmp_path: Path, node_files: Callable[..., Any]) -> Iterator[AnIndex]:
    one = AnIndex(database_dsn, tmp_path, node_files)
    yield one
    one.database.close()


async def test_at_every_page_of_it_everybody_is_found_and_children_are_registered(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub, 6)
        keys = index.write_keys(1, 2)
        book = index.database.transact(begin_rekeying, keys)
        stages = [dict(book.roles)]
        while book.works:
            await index.everybody_is_known(stub)
            await index.register(stub)
            book = index.step(rows=5)
            if book.roles != stages[-1]:
                stages.append(dict(book.roles))
        assert [sorted(stage) for stage in stages] == [[0, 1, 2], [0, 1, 2], [0, 2]]
        index.write_keys(2)
        await index.everybody_is_known(stub)
        await index.register(stub)
    index.everything_is_under(2)
    assert {number for _, number in index.children.values()} == logged_numbers(index)


def logged_numbers(index: AnIndex) -> set[str]:
    """Of the log, which no replacement may change: by fingerprints that stay."""
    known = {index.keys.fingerprints.of(HandleKind.NUMBER, number): number for _, number in index.children.values()}
    entries = [
        LogEntry.from_bytes(one) for batch in index.rows("SELECT entries FROM log_batch") for one in split(batch)
    ]
    return {known[entry.number] for entry in entries}


async def test_the_command_replaces_it_beside_a_service_that_goes_on(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub, MORE_THAN_A_PAGE)
        index.write_keys(1, 2)
        running = asyncio.create_task(index.rekeyed())
        asked = 0
        while not running.done():
            await index.register(stub, 10)
            some = index_pb2.Handle(number=list(index.children.values())[asked][1])
            assert (await stub.LookUp(index_pb2.LookUpRequest(handles=[some]))).found[0].number == some.number
            asked += 1
        assert await running == 0
        assert asked > 1, "they ran side by side"
        index.write_keys(2)
        await index.everybody_is_known(stub)
    index.everything_is_under(2)


@pytest.mark.parametrize(
    ("blocking", "role"),
    [
        ("SELECT FROM handle ORDER BY fingerprint DESC LIMIT 1 FOR UPDATE", "next"),
        ("SELECT FROM person ORDER BY student_key DESC LIMIT 1 FOR UPDATE", "former"),
        ("SELECT FROM handle ORDER BY fingerprint DESC LIMIT 1 FOR SHARE", "former"),
    ],
    ids=["copying", "sealing again", "deleting"],
)
async def test_killed_in_the_middle_it_goes_on_where_it_was(index: AnIndex, blocking: str, role: str) -> None:
    async def it_waits() -> bool | None:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'index rekey' AND wait_event_type = 'Lock'"
        return True if index.rows(waiting) else None

    async with index.served() as stub:
        await index.register(stub, MORE_THAN_A_PAGE)
        index.write_keys(1, 2)
        with connected(index.dsn) as connection:
            connection.execute(blocking.encode())
            process = index.rekey()
            await eventually(it_waits)
            process.kill()
            await asyncio.to_thread(process.wait)
        assert role in index.rows("SELECT role FROM storage_key")
        await index.register(stub, 10)
        await index.everybody_is_known(stub)
        assert await index.rekeyed() == 0
        index.write_keys(2)
        await index.everybody_is_known(stub)
    index.everything_is_under(2)


async def test_withdrawn_it_leaves_the_old_key_alone_and_another_can_follow(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub, 8)
        index.database.transact(begin_rekeying, index.write_keys(1, 2))
        index.step(rows=5)
        await index.register(stub, 2)
        assert await index.rekeyed("--withdraw") == 0
        index.everything_is_under(1)
        index.write_keys(1)
        await index.everybody_is_known(stub)
        index.lines[3] = secrets.token_hex(32)
        index.write_keys(1, 3)
        assert await index.rekeyed() == 0
        await index.everybody_is_known(stub)
    index.everything_is_under(3)


async def test_after_the_turn_it_cannot_be_withdrawn_and_without_a_newer_key_nothing_begins(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub)
        assert await index.rekeyed() != 0, "there is one key"
        index.database.transact(begin_rekeying, index.write_keys(1, 2))
        while index.book.former is None:
            index.step(rows=100)
        assert await index.rekeyed("--withdraw") != 0
        await index.everybody_is_known(stub)


async def test_who_lacks_a_key_answers_what_is_sure_and_nothing_else_until_it_is_there(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub, 3)
        both = index.write_keys(1, 2)
        index.write_keys(1)
        index.database.transact(begin_rekeying, both)
        (known, _), *_ = index.children.items()
        strangers = [one + check_character(one) for one in itertools.islice(_first17, 1)]
        asked = [
            index_pb2.LookUpRequest(handles=[index_pb2.Handle(document=index_pb2.Document(kind="1", number=one))])
            for one in (known, *strangers)
        ]
        assert (await stub.LookUp(asked[0])).found[0].number == index.children[known][1]
        with pytest.raises(KeyNotHere):
            await stub.LookUp(asked[1])
        with pytest.raises(KeyNotHere):
            await index.register(stub)
        index.write_keys(1, 2)
        assert (await stub.LookUp(asked[1])).found[0].number == ""
        await index.register(stub)
        while index.book.works:
            index.step(rows=100)
        index.write_keys(1)
        with pytest.raises(KeyNotHere):  # under the key that is missing there is somebody
            await stub.LookUp(asked[0])


@pytest.mark.parametrize("name", ["fingerprint_key_file", "number_key_file"])
async def test_another_key_under_the_same_version_is_refused_at_a_start_and_at_a_write(
    index: AnIndex, name: str
) -> None:
    async with index.served() as stub:
        await index.register(stub)
        index.change(name)
        with pytest.raises(KeyChanged):
            await index.register(stub)
        with pytest.raises(KeyChanged):
            await App(index.settings).start()


async def test_a_process_without_the_key_in_force_does_not_start(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub)
    index.write_keys(2)
    with pytest.raises(KeyNotHere):
        await App(index.settings).start()


async def test_two_first_processes_at_once_begin_with_one_book(index: AnIndex) -> None:
    both = App(index.settings), App(index.settings)
    await asyncio.gather(*(app.start() for app in both))
    assert index.rows("SELECT role FROM storage_key ORDER BY version") == ["lasting", "current"]
    await asyncio.gather(*(app.stop() for app in both))


async def test_what_is_given_back_while_it_is_copied_is_gone_under_both_keys(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub)
    ((document, (item, _)),) = index.children.items()
    keys = index.write_keys(1, 2)
    index.database.transact(begin_rekeying, keys)
    copied, go_on = threading.Event(), threading.Event()

    def copy(tx: IndexTransaction) -> None:
        rekey_page(tx, keys)
        copied.set()
        assert go_on.wait(60)

    def give_back(tx: IndexTransaction) -> None:
        fingerprint = keys.fingerprints.of(HandleKind.DOCUMENT, f"1:{document}")
        tx.handles(keys).give_back([fingerprint.bytes], [UUID(item).bytes])

    async def it_waits() -> bool | None:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE FROM handle%'"
        return True if index.rows(waiting) else None

    copying = asyncio.create_task(index.database.run(copy))
    assert await asyncio.to_thread(copied.wait, 60)
    giving_back = asyncio.create_task(index.database.run(give_back))
    await eventually(it_waits)
    go_on.set()
    await asyncio.gather(copying, giving_back)
    assert index.rows("SELECT key_version FROM handle WHERE kind = 'D'") == []


async def test_nobody_is_forgotten_whose_handle_is_not_there_under_the_other_key(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub)
    index.database.transact(begin_rekeying, index.write_keys(1, 2))
    while index.book.former is None:
        index.step(rows=100)
    with connected(index.dsn) as connection:
        connection.execute("DELETE FROM handle WHERE key_version = 2 AND kind = 'N'")
    index.database.transact(rekey_page, index.keys)  # numbers are sealed again
    with pytest.raises(AssertionError, match="nobody is forgotten"):
        index.database.transact(rekey_page, index.keys)
    assert index.rows("SELECT kind FROM handle WHERE key_version = 1 ORDER BY kind") == ["D", "N"]


async def test_two_who_do_it_at_once_do_it_once(index: AnIndex) -> None:
    async with index.served() as stub:
        await index.register(stub, 40)
        index.write_keys(1, 2)
        index.database.transact(begin_rekeying, index.keys)

        def all_of_it() -> None:
            while index.book.works:
                index.step(rows=3)

        await asyncio.gather(*(asyncio.to_thread(all_of_it) for _ in range(2)))
        await index.everybody_is_known(stub)
    index.everything_is_under(2)
