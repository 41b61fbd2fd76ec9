"""A use case is one transaction: committed whole, run again where it collided, and never half done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, InternalError

from chassis.logs import bind_case
from chassis.sql import Database, Transaction
from chassis.sql import database as database_module
from console.parts.postgres import EmbeddedPostgres
from console.parts.run_directory import RunDirectory
from kernel.refusals import CommitUnknown, DatabaseBusy, StudentNotFound, Unreachable

SOON_SECONDS = 20.0


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of these tests' own: they kill it."""
    with RunDirectory() as run:
        postgres = EmbeddedPostgres(run)
        postgres.start()
        postgres.create_database("node")
        yield postgres
        postgres.stop()


@pytest.fixture
def database(server: EmbeddedPostgres) -> Iterator[Database[Transaction]]:
    database = Database(server.dsn("node"), Transaction, threads=3, application_name="test")
    database.transact(create_marks)
    yield database
    database.close()


def create_marks(tx: Transaction) -> None:
    tx.connection.execute(text("DROP TABLE IF EXISTS marks"))
    tx.connection.execute(text("CREATE TABLE marks (name text PRIMARY KEY, count int NOT NULL)"))
    tx.connection.execute(text("INSERT INTO marks VALUES ('a', 0), ('b', 0)"))


def mark(tx: Transaction, name: str) -> int:
    return int(
        tx.connection.scalar(
            text(
                "INSERT INTO marks VALUES (:name, 1) ON CONFLICT (name) DO UPDATE SET count = marks.count + 1"
                " RETURNING count"
            ),
            {"name": name},
        )
    )


def marks_of(tx: Transaction, name: str) -> int:
    return int(
        tx.connection.scalar(text("SELECT coalesce(max(count), 0) FROM marks WHERE name = :name"), {"name": name})
    )


def end_own_connection(server: EmbeddedPostgres, tx: Transaction) -> None:
    """As an operator or a crash would, from outside."""
    pid = tx.connection.scalar(text("SELECT pg_backend_pid()"))
    killer = Database(server.administrator_dsn(), Transaction, threads=1, application_name="killer")
    assert killer.transact(
        lambda other: other.connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    )
    killer.close()


async def test_what_a_use_case_did_is_there_after_it(database: Database[Transaction]) -> None:
    assert await database.run(mark, "a") == 1
    assert await database.run(marks_of, "a") == 1


async def test_a_refusal_undoes_everything_and_reaches_the_caller(database: Database[Transaction]) -> None:
    def mark_and_refuse(tx: Transaction) -> None:
        mark(tx, "a")
        raise StudentNotFound

    with pytest.raises(StudentNotFound):
        await database.run(mark_and_refuse)
    assert database.transact(marks_of, "a") == 0


async def test_every_bound_of_a_connection_is_set(database: Database[Transaction]) -> None:
    def shown(tx: Transaction) -> list[str]:
        names = (
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "synchronous_commit",
            "TimeZone",
            "transaction_isolation",
            "application_name",
        )
        return [str(tx.connection.scalar(text(f"SHOW {name}"))) for name in names]

    assert await database.run(shown) == ["30s", "10s", "1min", "on", "UTC", "read committed", "test"]


async def test_what_is_looked_at_is_of_one_moment_and_nothing_is_written(database: Database[Transaction]) -> None:
    def looks_twice(tx: Transaction) -> tuple[int, int]:
        before = marks_of(tx, "a")
        database.transact(mark, "a")
        return before, marks_of(tx, "a")

    assert await database.run_look(looks_twice) == (0, 0)
    assert await database.run(looks_twice) == (1, 2)
    with pytest.raises(InternalError):
        await database.run_look(mark, "a")
    assert await database.run(marks_of, "a") == 2  # and the connection is as it was


async def test_what_is_counted_and_written_at_once_is_done_again_where_it_collides(
    database: Database[Transaction],
) -> None:
    rounds: list[int] = []

    def counts_and_marks(tx: Transaction) -> int:
        seen = marks_of(tx, "a")
        if not rounds:
            database.transact(mark, "a")
        rounds.append(seen)
        return mark(tx, "a")

    assert await database.run_at_once(counts_and_marks) == 2
    assert rounds == [0, 1]


def test_of_two_that_block_each_other_both_succeed(database: Database[Transaction]) -> None:
    met = threading.Barrier(2)
    tries = {"ab": 0, "ba": 0}

    def mark_both(tx: Transaction, order: str) -> None:
        tries[order] += 1
        mark(tx, order[0])
        with suppress(threading.BrokenBarrierError):
            if tries[order] == 1:
                met.wait(SOON_SECONDS)
        mark(tx, order[1])

    other = threading.Thread(target=database.transact, args=(mark_both, "ba"))
    other.start()
    database.transact(mark_both, "ab")
    other.join(SOON_SECONDS)
    assert sum(tries.values()) == 3  # the deadlock cost one of them a second try
    assert [database.transact(marks_of, name) for name in "ab"] == [2, 2]


def test_who_collides_for_ever_is_told_to_come_again(
    database: Database[Transaction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "COLLISION_TRIES_MAX", 3)
    tries = []

    def collide(tx: Transaction) -> None:
        tries.append(mark(tx, "a"))
        tx.connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    with pytest.raises(DatabaseBusy):
        database.transact(collide)
    assert tries == [1, 1, 1]  # each began anew


def test_a_lock_that_is_held_too_long_is_answered_not_waited_for(database: Database[Transaction]) -> None:
    def wait_a_little(tx: Transaction) -> None:
        tx.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        mark(tx, "a")

    def hold(tx: Transaction) -> None:
        mark(tx, "a")
        with pytest.raises(DatabaseBusy):
            database.transact(wait_a_little)

    database.transact(hold)
    assert database.transact(marks_of, "a") == 1


def test_a_connection_lost_before_the_commit_costs_a_second_run_and_nothing_else(
    server: EmbeddedPostgres, database: Database[Transaction]
) -> None:
    runs = []

    def lose_the_first(tx: Transaction) -> int:
        count = mark(tx, "a")
        runs.append(count)
        if len(runs) == 1:
            end_own_connection(server, tx)
        return mark(tx, "a")

    assert database.transact(lose_the_first) == 2
    assert runs == [1, 1]
    assert database.transact(marks_of, "a") == 2


def test_a_connection_lost_in_the_commit_is_told_and_not_run_again(
    server: EmbeddedPostgres, database: Database[Transaction]
) -> None:
    runs = []

    def lose_at_the_end(tx: Transaction) -> None:
        runs.append(mark(tx, "a"))
        end_own_connection(server, tx)

    with pytest.raises(CommitUnknown):
        database.transact(lose_at_the_end)
    assert runs == [1]
    assert database.transact(marks_of, "a") == 0  # here it was not committed; the caller had to look


def test_a_constraint_that_speaks_at_the_commit_is_no_unknown_commit(database: Database[Transaction]) -> None:
    def break_a_deferred_constraint(tx: Transaction) -> None:
        tx.connection.execute(
            text("ALTER TABLE marks ADD CONSTRAINT once UNIQUE (count) DEFERRABLE INITIALLY DEFERRED")
        )

    def make_equal(tx: Transaction) -> None:
        tx.connection.execute(text("UPDATE marks SET count = 7"))

    database.transact(lambda tx: tx.connection.execute(text("DELETE FROM marks WHERE name = 'b'")))
    database.transact(break_a_deferred_constraint)
    database.transact(lambda tx: tx.connection.execute(text("INSERT INTO marks VALUES ('b', 1)")))
    with pytest.raises(IntegrityError):
        database.transact(make_equal)


def test_who_catches_an_error_of_the_database_and_goes_on_has_a_bug(database: Database[Transaction]) -> None:
    def go_on(tx: Transaction) -> None:
        mark(tx, "a")
        with suppress(IntegrityError):
            tx.connection.execute(text("INSERT INTO marks VALUES ('b', 1)"))

    with pytest.raises(AssertionError, match="went on"):
        database.transact(go_on)


def test_no_word_of_the_caller_stands_in_an_error(database: Database[Transaction]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is
        database.transact(
            lambda tx: tx.connection.execute(
                text("SELECT CAST(:it AS text), CAST(1 / :zero AS int)"), {"it": "张三", "zero": 0}
            )
        )
    assert "张三" not in str(caught.value)


def test_a_database_that_is_down_is_told_within_a_bound_and_used_again_when_it_is_back(
    server: EmbeddedPostgres, database: Database[Transaction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "UNREACHABLE_AFTER_SECONDS", 0.5)
    server.kill()
    with pytest.raises(Unreachable) as refused:
        database.transact(mark, "a")
    assert refused.value.detail == {"office": "数据库"}
    server.start()
    assert database.transact(mark, "a") == 1


def test_a_database_that_restarts_is_waited_for(server: EmbeddedPostgres, database: Database[Transaction]) -> None:
    server.kill()
    restarting = threading.Thread(target=server.start)
    restarting.start()
    assert database.transact(mark, "a") == 1
    restarting.join(SOON_SECONDS)


async def test_a_caller_who_gives_up_does_not_stop_the_transaction(database: Database[Transaction]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(tx: Transaction) -> None:
        begun.set()
        assert go_on.wait(SOON_SECONDS)
        mark(tx, "a")
        tx.wake("slowly")

    done = database.signal("slowly")
    caller = asyncio.create_task(database.run(slowly))
    await asyncio.to_thread(begun.wait, SOON_SECONDS)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    assert await done.wait(SOON_SECONDS)
    assert await database.run(marks_of, "a") == 1


async def test_what_still_waits_for_a_thread_is_done_too_when_its_caller_gives_up(server: EmbeddedPostgres) -> None:
    database = Database(server.dsn("node"), Transaction, threads=1, application_name="narrow")
    done = database.signal("done")
    go_on = threading.Event()
    first = asyncio.create_task(database.run(lambda _tx: go_on.wait(SOON_SECONDS)))
    second = asyncio.create_task(database.run(lambda tx: tx.wake("done")))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    go_on.set()
    assert await first
    assert await done.wait(SOON_SECONDS)
    database.close()


async def test_more_callers_than_may_wait_are_turned_away(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "QUEUE_MAX", 1)
    database = Database(server.dsn("node"), Transaction, threads=1, application_name="narrow")
    go_on = threading.Event()
    waiting = [asyncio.create_task(database.run(lambda _tx: go_on.wait(SOON_SECONDS))) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(DatabaseBusy):
        await database.run(lambda _tx: None)
    go_on.set()
    await asyncio.gather(*waiting)
    await database.run(lambda _tx: None)
    database.close()


async def test_the_threads_know_the_case_of_the_caller(database: Database[Transaction]) -> None:
    def bound(_tx: Transaction) -> object:
        return structlog.contextvars.get_contextvars().get("case_id")

    with bind_case("01932c5e"):
        assert await database.run(bound) == "01932c5e"
    assert await database.run(bound) is None


async def test_a_wake_comes_after_the_commit_and_never_without_one(database: Database[Transaction]) -> None:
    signal = database.signal("news")

    def wake(tx: Transaction, *, refuse: bool) -> None:
        tx.wake("news")
        if refuse:
            raise StudentNotFound

    with pytest.raises(StudentNotFound):
        await database.run(wake, refuse=True)
    assert not await signal.wait(0.05)
    await database.run(wake, refuse=False)
    assert await signal.wait(SOON_SECONDS)
    assert not await signal.wait(0.05)  # heard once


async def test_a_wake_reaches_everybody_and_none_that_came_before_the_wait_is_missed(
    database: Database[Transaction],
) -> None:
    first, second, other = database.signal("news"), database.signal("news"), database.signal("else")
    sleeping = asyncio.create_task(first.wait(SOON_SECONDS))
    await asyncio.sleep(0)
    await asyncio.to_thread(database.transact, lambda tx: tx.wake("news"))
    assert await sleeping
    async with asyncio.timeout(SOON_SECONDS):
        assert await second.wait(SOON_SECONDS * 2)  # at once: it rang since this one was made
    assert not await other.wait(0)


def test_a_tier_has_its_own_transaction(server: EmbeddedPostgres, tmp_path: Path) -> None:
    class Tier(Transaction):
        def __init__(self, connection: Connection) -> None:
            super().__init__(connection)
            self.greeting = "在"

    database = Database(server.dsn("node"), Tier, application_name="tier")
    assert database.transact(lambda tx: tx.greeting) == "在"
    database.close()
