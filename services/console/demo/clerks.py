"""Registrars who file, and offices that approve whatever waits for them; each asks again, whoever is down meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import TypeVar

from console.demo.cast import Cast
from console.demo.crowd import Child
from console.demo.moving import application
from console.desk import Desk
from kernel.ids import new_uuid7
from kernel.refusals import CommitUnknown, DatabaseBusy, Refusal, SystemFault, Unreachable
from kernel.school import School
from xueji.desk.v1 import desk_pb2

FILED_AT_ONCE = 6
AGAIN_SECONDS = 0.5

T = TypeVar("T")


async def file_all(cast: Cast, children: Iterable[Child], *, filed: MutableMapping[str, Child]) -> None:
    """File each transfer under an id that is kept before it is sent, so that asking again files none twice."""
    free = asyncio.Semaphore(FILED_AT_ONCE)

    async def one(child: Child) -> None:
        async with free:
            case_id = str(new_uuid7())
            filed[case_id] = child
            request = application(child.move, case_id)
            await patiently(lambda: cast.registrar(child.move.arriving).file_case(request))

    await asyncio.gather(*(one(child) for child in children))


@asynccontextmanager
async def offices_at_work(cast: Cast, schools: Iterable[School], *, filed: Mapping[str, Child]) -> AsyncIterator[None]:
    """Meanwhile the principals of these schools and their authorities approve whatever of ours waits for them."""
    desks = [desk for school in schools for desk in (cast.principal(school), cast.authority_of(school))]
    clerks = [asyncio.create_task(_approve_whatever_waits(desk, filed=filed)) for desk in desks]
    try:
        yield
    finally:
        for clerk in clerks:
            clerk.cancel()
        await asyncio.gather(*clerks, return_exceptions=True)


async def count_arrived(cast: Cast, school: School, *, filed: Mapping[str, Child]) -> int:
    """How many of ours have moved to this school."""
    cases = await patiently(lambda: cast.registrar(school).cases(desk_pb2.VIEW_ALL))
    done = [filed[case.case_id] for case in cases if case.case_id in filed and case.items_done == 1]
    return sum(child.move.arriving == school for child in done)


async def _approve_whatever_waits(desk: Desk, *, filed: Mapping[str, Child]) -> None:
    """Until it is cancelled."""
    while True:
        waiting = await patiently(lambda: desk.cases(desk_pb2.VIEW_WAITING))
        for summary in waiting:
            if summary.case_id in filed:
                await _approve(desk, summary.case_id)
        await asyncio.sleep(AGAIN_SECONDS)


async def _approve(desk: Desk, case_id: str) -> None:
    try:
        await patiently(lambda: desk.approve(case_id))
    except Refusal:
        return  # decided already, or no longer this desk's: the list was read before that


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer, asked for again while nobody is there to give one. Raises any refusal that is an answer."""
    while True:
        try:
            return await ask()
        except (Unreachable, DatabaseBusy, CommitUnknown, SystemFault):
            await asyncio.sleep(AGAIN_SECONDS)
