"""Questions of one moment cost one transaction, and each gets its own answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import text

from chassis.sql import Database, Gathering, Transaction
from kernel.refusals import StudentNotFound
from waiting import eventually


class Doubling:
    """A use case that doubles numbers, remembers what came together, and can be held up."""

    def __init__(self) -> None:
        self.together: list[list[int]] = []
        self.go_on = threading.Event()
        self.go_on.set()

    async def began(self) -> bool | None:
        return True if self.together else None

    def __call__(self, tx: Transaction, questions: Sequence[int], /) -> list[int]:
        self.together.append(list(questions))
        assert self.go_on.wait(20.0)
        if 13 in questions:
            raise StudentNotFound
        return [int(tx.connection.scalar(text("SELECT 2 * :asked"), {"asked": asked})) for asked in questions]


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[Transaction]]:
    database = Database(database_dsn, Transaction, threads=2, application_name="test")
    yield database
    database.close()


async def test_who_comes_while_others_are_answered_is_answered_next_and_together(
    database: Database[Transaction],
) -> None:
    doubling = Doubling()
    gathering = Gathering(database, doubling)
    doubling.go_on.clear()
    first = asyncio.create_task(gathering.ask(1))
    await eventually(doubling.began)
    others = [asyncio.create_task(gathering.ask(asked)) for asked in range(102, 140)]
    others[0].cancel()  # a caller that gave up holds nobody up
    await asyncio.sleep(0)
    doubling.go_on.set()
    assert await first == 2
    assert await asyncio.gather(*others[1:]) == [2 * asked for asked in range(103, 140)]
    assert doubling.together == [[1], list(range(103, 140))]


async def test_nobody_waits_for_company_and_no_transaction_grows_without_bound(database: Database[Transaction]) -> None:
    doubling = Doubling()
    gathering = Gathering(database, doubling, most=10)
    assert await gathering.ask(21) == 42
    asked = range(100, 125)
    assert await asyncio.gather(*map(gathering.ask, asked)) == [2 * one for one in asked]
    assert [len(one) for one in doubling.together] == [1, 10, 10, 5]


async def test_what_fails_fails_for_those_who_asked_together_and_for_nobody_after(
    database: Database[Transaction],
) -> None:
    gathering = Gathering(database, Doubling())
    outcomes = await asyncio.gather(*map(gathering.ask, (12, 13)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StudentNotFound, StudentNotFound]
    assert await gathering.ask(12) == 24
