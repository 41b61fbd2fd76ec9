"""What an office knows of the records that cases would change: its own copy, or what the province tells it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kernel.office import Tier
from kernel.refusals import Kind, Refusal
from portal.desk.person import Desk
from xueji.desk.v1 import desk_pb2
from xueji.record.v1 import record_pb2

ASKED_AT_ONCE = 8
RECORD_SECONDS = 4.0  # a page is of use without what was before; it does not wait long for it


@dataclass(frozen=True)
class Known:
    """Records as they stand, with their ``status``.

    Attributes:
        by_number: a number whose record is not this office's to see is not in it.
        unanswered: some are not in it because who knows them did not answer.
    """

    by_number: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    unanswered: bool = False


def records_of(desk: Desk, numbers: Iterable[str]) -> Known:
    """The records of these student numbers, a few at a time. Raises nothing: who does not know is not told."""
    wanted = sorted({number for number in numbers if number})
    return desk.run(_all(desk, wanted)) if wanted else Known()


async def _all(desk: Desk, numbers: list[str]) -> Known:
    turns = asyncio.Semaphore(ASKED_AT_ONCE)

    async def one(number: str) -> Mapping[str, str] | Refusal:
        async with turns:
            try:
                return await _ask(desk, number)
            except Refusal as no:
                return no

    found = dict(zip(numbers, await asyncio.gather(*map(one, numbers)), strict=True))
    silent = any(isinstance(said, Refusal) and said.kind is Kind.UNREACHABLE for said in found.values())
    return Known({number: said for number, said in found.items() if not isinstance(said, Refusal)}, silent)


async def _ask(desk: Desk, number: str) -> Mapping[str, str]:
    if desk.who.office.tier is Tier.SCHOOL:
        own: desk_pb2.GetStudentResponse = await desk.cases.GetStudent(desk_pb2.GetStudentRequest(number=number))
        return {**own.values, "status": own.record_status}
    answer: record_pb2.GetRecordResponse = await desk.records.GetRecord(
        record_pb2.GetRecordRequest(number=number), timeout=RECORD_SECONDS
    )
    return {**answer.record.values, "status": answer.record.status}
