"""What leaves is sent by one at a time until it is answered; what is told is numbered in the order of the commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property

import pytest
from sqlalchemy import MetaData, text

from chassis.sql import (
    Backlog,
    Backoff,
    Cursors,
    Database,
    Feed,
    FeedEntry,
    Outbox,
    Transaction,
    cursor_table,
    feed_tables,
    outbox_table,
)
from kernel.refusals import ChainBroken, StudentNotFound

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=60)
BACKOFF = Backoff(first=SECOND, most=timedelta(minutes=10))
SOON_SECONDS = 20.0

METADATA = MetaData()
OUTBOX = outbox_table(METADATA)
FEED = feed_tables(METADATA)
CURSORS = cursor_table(METADATA)


class Tier(Transaction):
    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self, OUTBOX)

    @cached_property
    def feed(self) -> Feed:
        return Feed(self, FEED)

    @cached_property
    def cursors(self) -> Cursors:
        return Cursors(self, CURSORS)


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[Tier]]:
    database = Database(database_dsn, Tier, threads=3, application_name="test")
    database.transact(lambda tx: METADATA.create_all(tx.connection))
    yield database
    database.close()


def put(tx: Tier, *keys: str, lane: str = "up", now: datetime = NOW) -> list[bool]:
    return [tx.outbox.put(lane, key, {"case_id": key}, now=now) for key in keys]


def claimed(
    database: Database[Tier], *, lane: str = "up", now: datetime = NOW, limit: int = 10, lease: timedelta = LEASE
) -> list[str]:
    rows = database.transact(lambda tx: tx.outbox.claim(lane, now=now, limit=limit, lease=lease))
    return [row.key for row in rows]


def fail(database: Database[Tier], key: str, *, now: datetime, random_unit: float = 1.0) -> None:
    def failed(tx: Tier) -> None:
        row_id = tx.connection.scalar(text("SELECT id FROM outbox WHERE key = :key"), {"key": key})
        tx.outbox.failed(row_id, now=now, error_code="UNREACHABLE", backoff=BACKOFF, random_unit=random_unit)

    database.transact(failed)


# --- Outbox ---


def test_the_same_key_is_put_once_on_each_lane(database: Database[Tier]) -> None:
    assert database.transact(put, "k") == [True]
    assert database.transact(put, "k") == [False]
    assert database.transact(lambda tx: put(tx, "k", lane="index")) == [True]


def test_a_row_is_claimed_with_what_was_put_and_the_oldest_first(database: Database[Tier]) -> None:
    database.transact(lambda tx: put(tx, "later", now=NOW + SECOND))
    database.transact(put, "b", "a")
    assert claimed(database, now=NOW - SECOND) == []
    (row, *_) = database.transact(lambda tx: tx.outbox.claim("up", now=NOW + SECOND, limit=1, lease=LEASE))
    assert (row.lane, row.key, row.payload, row.created_at, row.attempts) == ("up", "b", {"case_id": "b"}, NOW, 1)
    assert claimed(database, now=NOW + SECOND) == ["a", "later"]


def test_a_claimed_row_is_with_one_until_its_lease_is_over(database: Database[Tier]) -> None:
    database.transact(put, "k")
    assert claimed(database) == ["k"]
    assert claimed(database, now=NOW + LEASE - SECOND) == []
    assert claimed(database, now=NOW + LEASE) == ["k"]  # who had it crashed


def test_two_processes_claim_at_the_same_moment_and_share_no_row(database: Database[Tier]) -> None:
    database.transact(put, *"abcdef")

    def claim_while_another_does(tx: Tier) -> tuple[list[str], list[str]]:
        mine = [row.key for row in tx.outbox.claim("up", now=NOW, limit=3, lease=LEASE)]
        return mine, claimed(database, limit=10)

    assert database.transact(claim_while_another_does) == (["a", "b", "c"], ["d", "e", "f"])


def test_an_answered_row_never_leaves_again_and_its_key_is_not_free(database: Database[Tier]) -> None:
    database.transact(put, "k")
    (row,) = database.transact(lambda tx: tx.outbox.claim("up", now=NOW, limit=1, lease=LEASE))
    for _ in range(2):
        database.transact(lambda tx: tx.outbox.done(row.id, now=NOW))
    fail(database, "k", now=NOW)  # another process, whose lease was over, did not see the answer
    assert claimed(database, now=NOW + timedelta(days=1)) == []
    assert database.transact(put, "k") == [False]
    assert database.transact(lambda tx: tx.outbox.backlog("up")) == Backlog(0, None)


def test_a_failed_row_waits_longer_each_time_up_to_the_ceiling(database: Database[Tier]) -> None:
    database.transact(put, "k")
    now, waits = NOW, []
    for _ in range(12):
        assert claimed(database, now=now) == ["k"]
        fail(database, "k", now=now)
        due: datetime = database.transact(lambda tx: tx.connection.scalar(text("SELECT due_at FROM outbox")))
        waits.append((due - now).total_seconds())
        now = due
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]


def test_chance_shortens_a_wait_to_half_at_most(database: Database[Tier]) -> None:
    assert BACKOFF.delay(1, random_unit=0) == SECOND / 2
    assert BACKOFF.delay(4000, random_unit=1) == timedelta(minutes=10)


def test_what_waited_is_due_when_its_peer_is_heard_from(database: Database[Tier]) -> None:
    database.transact(put, "41.x", "44.x", "4%.x", "44.held")
    assert claimed(database) == ["41.x", "44.x", "4%.x", "44.held"]
    for key in ("41.x", "44.x", "4%.x"):
        fail(database, key, now=NOW)
    assert claimed(database) == []
    assert database.transact(lambda tx: tx.outbox.revive("up", "44.")) == 1
    assert claimed(database) == ["44.x"]
    assert database.transact(lambda tx: tx.outbox.revive("up", "4%")) == 1  # no pattern
    assert database.transact(lambda tx: tx.outbox.revive("index")) == 0
    assert database.transact(lambda tx: tx.outbox.revive("up")) == 1
    assert claimed(database) == ["41.x", "4%.x"]  # and what is in somebody's hands stays there


def test_a_process_that_begins_takes_up_what_one_that_died_had_in_hand(database: Database[Tier]) -> None:
    database.transact(put, "held", "failed", "answered", "new")
    database.transact(lambda tx: put(tx, "other", lane="index"))
    assert claimed(database, limit=3) == ["held", "failed", "answered"]
    assert claimed(database, lane="index") == ["other"]
    fail(database, "failed", now=NOW)
    database.transact(lambda tx: tx.outbox.done_by_key("up", "answered", now=NOW))
    assert database.transact(lambda tx: tx.outbox.take_up("up")) == 1
    assert claimed(database) == ["held", "new"]
    assert claimed(database, lane="index") == []


def test_the_backlog_counts_what_nobody_answered_yet(database: Database[Tier]) -> None:
    database.transact(lambda tx: put(tx, "b", now=NOW + SECOND))
    database.transact(put, "a")
    claimed(database, limit=1)
    assert database.transact(lambda tx: tx.outbox.backlog("up")) == Backlog(2, NOW)


async def test_a_put_wakes_its_lane(database: Database[Tier]) -> None:
    lane, other = database.signal("outbox:up"), database.signal("outbox:index")
    await database.run(put, "k")
    assert await lane.wait(SOON_SECONDS)
    assert not await other.wait(0)
    await database.run(put, "k")
    assert not await lane.wait(0)


def test_a_claim_looks_at_open_rows_alone_when_most_are_answered(database: Database[Tier]) -> None:
    def plan(tx: Tier) -> str:
        tx.connection.execute(
            text(
                "INSERT INTO outbox (lane, key, payload, created_at, due_at, in_flight, attempts, done_at)"
                " SELECT 'up', 'old' || n, '{}', :now, :now, false, 1, :now FROM generate_series(1, 20000) n"
            ),
            {"now": NOW},
        )
        put(tx, *(f"new{number}" for number in range(20)))
        tx.connection.execute(text("ANALYZE outbox"))
        lines = tx.connection.scalars(
            text(
                "EXPLAIN SELECT id FROM outbox WHERE lane = 'up' AND done_at IS NULL AND due_at <= now()"
                " ORDER BY due_at, id LIMIT 10 FOR UPDATE SKIP LOCKED"
            )
        )
        return "\n".join(lines)

    told = database.transact(plan)
    assert "outbox_open" in told
    assert "Sort" not in told


# --- Feed ---


def append(tx: Tier, audience: str, *words: str) -> list[int]:
    return [tx.feed.append(audience, "said", {"word": word}, now=NOW) for word in words]


def told(database: Database[Tier], audience: str, *, after: int = 0, limit: int = 100) -> list[tuple[int, str]]:
    rows = database.transact(lambda tx: tx.feed.read(audience, after=after, limit=limit))
    return [(row.sequence, row.content["word"]) for row in rows]


def test_each_audience_has_its_own_numbers_without_gaps(database: Database[Tier]) -> None:
    assert database.transact(append, "school/1", "一", "二") == [1, 2]
    assert database.transact(append, "school/2", "三") == [1]
    assert database.transact(append, "school/1", "四") == [3]
    assert told(database, "school/1") == [(1, "一"), (2, "二"), (3, "四")]
    assert told(database, "school/1", after=1, limit=1) == [(2, "二")]
    assert told(database, "school/2", after=1) == []
    (row,) = database.transact(lambda tx: tx.feed.read("school/2", after=0, limit=1))
    assert (row.kind, row.recorded_at) == ("said", NOW)


def test_a_number_that_was_given_back_is_given_out_again(database: Database[Tier]) -> None:
    def append_and_refuse(tx: Tier) -> None:
        append(tx, "school/1", "未")
        raise StudentNotFound

    with pytest.raises(StudentNotFound):
        database.transact(append_and_refuse)
    assert database.transact(append, "school/1", "已") == [1]


def test_no_number_is_given_out_while_the_one_before_it_is_open(database: Database[Tier]) -> None:
    database.transact(append, "school/1", "首")
    second: list[list[int]] = []
    other = threading.Thread(target=lambda: second.append(database.transact(append, "school/1", "后")))

    def append_slowly(tx: Tier) -> list[int]:
        mine = append(tx, "school/1", "先")
        other.start()
        eventually(lambda: how_many_wait(tx) == 1)
        assert told(database, "school/1", after=1) == []
        return mine

    assert database.transact(append_slowly) == [2]
    other.join(SOON_SECONDS)
    assert second == [[3]]


def test_many_are_told_much_in_one_call_in_the_order_given(database: Database[Tier]) -> None:
    entries = [FeedEntry(audience, "said", {"word": word}) for audience, word in zip("babc", "一二三四", strict=True)]
    assert database.transact(lambda tx: tx.feed.append_many(entries, now=NOW)) == [1, 1, 2, 1]
    assert told(database, "b") == [(1, "一"), (2, "三")]
    assert database.transact(lambda tx: tx.feed.append_many([], now=NOW)) == []
    assert database.transact(lambda tx: tx.feed.append_many(entries, now=NOW)) == [3, 2, 4, 2]


def test_those_who_tell_the_same_audiences_in_other_orders_do_not_block_each_other(database: Database[Tier]) -> None:
    runs: list[str] = []

    def tell(tx: Tier, audiences: str) -> None:
        runs.append(audiences)
        tx.feed.append_many([FeedEntry(audience, "said", {"word": "同"}) for audience in audiences], now=NOW)

    telling = [threading.Thread(target=database.transact, args=(tell, audiences)) for audiences in ("abc", "cba")]

    def hold_the_one_in_the_middle(tx: Tier) -> None:
        append(tx, "b", "中")
        for number, thread in enumerate(telling, start=1):
            thread.start()
            eventually(lambda number=number: how_many_wait(tx) == number)  # type: ignore[misc]

    database.transact(hold_the_one_in_the_middle)
    for thread in telling:
        thread.join(SOON_SECONDS)
    assert sorted(runs) == ["abc", "cba"]  # neither was run twice
    assert [len(told(database, audience)) for audience in "abc"] == [2, 3, 2]


async def test_an_audience_is_woken_by_what_it_is_told(database: Database[Tier]) -> None:
    signal = database.signal("feed:school/1")
    await database.run(append, "school/2", "别人的")
    assert not await signal.wait(0)
    await database.run(append, "school/1", "自己的")
    assert await signal.wait(SOON_SECONDS)


# --- Cursors ---


def test_a_cursor_begins_at_zero_and_moves_by_one_or_from_where_it_is_expected(database: Database[Tier]) -> None:
    assert database.transact(lambda tx: tx.cursors.get("up")) == 0
    database.transact(lambda tx: tx.cursors.advance("up", to=1))
    database.transact(lambda tx: tx.cursors.advance("up", to=2))
    database.transact(lambda tx: tx.cursors.advance("up", to=7, expected=2))
    database.transact(lambda tx: tx.cursors.advance("other", to=5, expected=0))
    assert database.transact(lambda tx: (tx.cursors.get("up"), tx.cursors.get("other"))) == (7, 5)


@pytest.mark.parametrize("to", [1, 2, 4])
def test_a_cursor_neither_steps_over_an_entry_nor_takes_one_twice(database: Database[Tier], to: int) -> None:
    database.transact(lambda tx: tx.cursors.advance("up", to=2, expected=0))
    with pytest.raises(ChainBroken):
        database.transact(lambda tx: tx.cursors.advance("up", to=to))
    assert database.transact(lambda tx: tx.cursors.get("up")) == 2


def test_a_cursor_that_never_moved_does_not_begin_in_the_middle(database: Database[Tier]) -> None:
    with pytest.raises(ChainBroken):
        database.transact(lambda tx: tx.cursors.advance("up", to=3))
    assert database.transact(lambda tx: tx.cursors.get("up")) == 0


@pytest.mark.parametrize("before", [0, 1])
def test_of_two_processes_that_take_the_same_entry_one_is_told(database: Database[Tier], before: int) -> None:
    if before:
        database.transact(lambda tx: tx.cursors.advance("up", to=before))
    refused: list[ChainBroken] = []

    def take_too() -> None:
        try:
            database.transact(lambda tx: tx.cursors.advance("up", to=before + 1))
        except ChainBroken as broken:
            refused.append(broken)

    other = threading.Thread(target=take_too)

    def take(tx: Tier) -> None:
        tx.cursors.advance("up", to=before + 1)
        other.start()
        eventually(lambda: how_many_wait(tx) == 1)

    database.transact(take)
    other.join(SOON_SECONDS)
    assert len(refused) == 1


@pytest.mark.parametrize("before", [0, 1])
def test_who_finds_a_cursor_held_sees_it_where_the_holder_left_it(database: Database[Tier], before: int) -> None:
    if before:
        database.transact(lambda tx: tx.cursors.advance("up", to=before))
    seen: list[int] = []
    other = threading.Thread(target=lambda: seen.append(database.transact(lambda tx: tx.cursors.hold("up"))))

    def take(tx: Tier) -> None:
        assert tx.cursors.hold("up") == before
        tx.cursors.advance("up", to=before + 1)
        other.start()
        eventually(lambda: how_many_wait(tx) == 1)

    database.transact(take)
    other.join(SOON_SECONDS)
    assert seen == [before + 1]


def how_many_wait(tx: Tier) -> int:
    # The view is read once a transaction, unless it is told to look again.
    tx.connection.execute(text("SELECT pg_stat_clear_snapshot()"))
    return int(
        tx.connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
    )


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(SOON_SECONDS / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("it never came to be")
