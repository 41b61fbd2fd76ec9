"""Every record of this hub beside what the index says, in windows of student keys, each side a page at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import grpc

from chassis.sql import Database
from kernel.custody_audit import Compared, Difference, Holding, Named, compare
from province_hub.store.transaction import HubTransaction
from xueji.index.v1 import index_pb2, index_pb2_grpc

PAGE = 2_000
INDEX_SECONDS = 30.0
# What a transfer leaves behind for a moment is over when the letters and receipts of that moment have come.
SETTLES_SECONDS = 5.0
DOUBTED_MOST = 10_000  # looked at once more, one by one; with more than these the first look is told
_LOWEST = "00000000-0000-0000-0000-000000000000"
_HIGHEST = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@dataclass(frozen=True)
class AuditLink:
    """Reads both sides; writes nothing.

    Attributes:
        settles_seconds: between a first look that finds a difference, and the second.
    """

    database: Database[HubTransaction]
    index: grpc.aio.Channel
    settles_seconds: float = SETTLES_SECONDS

    async def differences(self) -> AsyncIterator[Compared | tuple[str, Difference]]:
        """How far it is after each window; then what differs, by student key, also at the second look.

        Raises:
            Unreachable: the index or our database does not answer.
        """
        doubted: list[tuple[str, Difference]] = []
        held_count = named_count = 0
        after = _LOWEST
        while after != _HIGHEST:
            held, named, after = await self._window(after)
            held_count, named_count = held_count + len(held), named_count + len(named)
            doubted += compare(held, named)
            yield Compared(held_count, named_count)
        if doubted:
            await asyncio.sleep(self.settles_seconds)
        for student_key, found in doubted:
            still = found if len(doubted) > DOUBTED_MOST else await self._look_again(student_key)
            if still is not None:
                yield student_key, still

    async def _window(self, after: str) -> tuple[Sequence[Holding], Sequence[Named], str]:
        """Everything of both sides up to the key that both pages reach."""
        held, named = await asyncio.gather(self._held(after, PAGE), self._named(after, PAGE))
        end = min(_reach(held), _reach(named))
        return (
            [one for one in held if one.student_key <= end],
            [one for one in named if one.student_key <= end],
            end,
        )

    async def _look_again(self, student_key: str) -> Difference | None:
        before = str(UUID(int=UUID(student_key).int - 1))
        held, named = await asyncio.gather(self._held(before, 1), self._named(before, 1))
        return next(
            (
                found
                for _, found in compare(
                    [one for one in held if one.student_key == student_key],
                    [one for one in named if one.student_key == student_key],
                )
            ),
            None,
        )

    async def _held(self, after: str, size: int) -> list[Holding]:
        return await self.database.run(_holdings, after=after, size=size)

    async def _named(self, after: str, size: int) -> list[Named]:
        stub = index_pb2_grpc.NationalIndexServiceStub(self.index)
        page = await stub.ListCustody(index_pb2.ListCustodyRequest(after=after, page_size=size), timeout=INDEX_SECONDS)
        return [
            Named(str(UUID(bytes=key)), epoch, in_transfer)
            for key, epoch, in_transfer in zip(page.student_keys, page.epochs, page.in_transfer, strict=True)
        ]


def _reach(page: Sequence[Holding] | Sequence[Named]) -> str:
    """The last key of a full page; the highest there can be of the last one."""
    return page[-1].student_key if len(page) == PAGE else _HIGHEST


def _holdings(tx: HubTransaction, /, *, after: str, size: int) -> list[Holding]:
    return tx.students.holdings(after=after, size=size)
