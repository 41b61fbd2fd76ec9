"""The approval queue: as many cases at once as a person can look through, each whole; and their decisions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kernel.refusals import Refusal
from portal.desk.person import Desk
from portal.desk.turn import waits_for
from xueji.desk.v1 import desk_pb2

PUPILS_MAX = 50  # of a batch: a class; a larger case is a batch of its own
ASKED_AT_ONCE = 8

K = TypeVar("K")
PENDING = "pending"


@dataclass(frozen=True)
class Batch:
    """Cases that wait for this person.

    Attributes:
        after: the token of what follows them; empty where nothing does.
    """

    cases: list[desk_pb2.GetCaseResponse] = field(default_factory=list)
    after: str = ""


def next_batch(desk: Desk, *, procedure: str, school: str, after: str) -> Batch:
    """The cases at the head of the queue, soonest due first, with some fifty pupils together."""
    waiting = desk_pb2.ListCasesRequest(
        view=desk_pb2.VIEW_WAITING, page_size=PUPILS_MAX, page_token=after, procedure=procedure, school=school
    )
    page = desk.ask(desk.cases.ListCases, waiting)
    taken = _as_many_as_fit([case.items_total for case in page.cases])
    token = page.next_page_token
    if taken < len(page.cases):
        waiting.page_size = taken
        token = desk.ask(desk.cases.ListCases, waiting).next_page_token
    found = whole_cases(desk, [case.case_id for case in page.cases[:taken]])
    cases = [case for case in found if not isinstance(case, Refusal) and waits_for(desk.who, case.summary)]
    return Batch(cases, token)


def whole_cases(desk: Desk, case_ids: Sequence[str]) -> list[desk_pb2.GetCaseResponse | Refusal]:
    """Each of the cases, or why not, in the order asked."""

    async def asked() -> list[desk_pb2.GetCaseResponse | Refusal]:
        turns = asyncio.Semaphore(ASKED_AT_ONCE)

        async def one(case_id: str) -> desk_pb2.GetCaseResponse | Refusal:
            async with turns:
                try:
                    case: desk_pb2.GetCaseResponse = await desk.cases.GetCase(desk_pb2.GetCaseRequest(case_id=case_id))
                except Refusal as no:
                    return no
                return case

        return await asyncio.gather(*map(one, case_ids))

    return desk.run(asked())


def decide(desk: Desk, decisions: Mapping[K, desk_pb2.DecideCaseRequest]) -> dict[K, Refusal | None]:
    """Each decision sent; what spoke against it, or None where it was taken. Sent again, it is answered as before."""

    async def asked() -> dict[K, Refusal | None]:
        turns = asyncio.Semaphore(ASKED_AT_ONCE)

        async def one(request: desk_pb2.DecideCaseRequest) -> Refusal | None:
            async with turns:
                try:
                    await desk.cases.DecideCase(request)
                except Refusal as no:
                    return no
                return None

        said = await asyncio.gather(*map(one, decisions.values()))
        return dict(zip(decisions, said, strict=True))

    return desk.run(asked())


def pending_of(case: desk_pb2.GetCaseResponse) -> list[desk_pb2.ItemView]:
    """The pupils who are still to be decided."""
    return [item for item in case.items if item.state == PENDING]


def _as_many_as_fit(sizes: Sequence[int]) -> int:
    """How many of the cases, from the first on, have some fifty pupils together; at least one where there is one."""
    taken = total = 0
    for size in sizes:
        if taken and total + size > PUPILS_MAX:
            break
        taken, total = taken + 1, total + size
    return taken
