"""Formal numbers: whom the population register confirms gets one, and keeps the number of before for ever."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.rpc import open_channel
from console.parts import DevelopmentAuthority, RunDirectory
from console.parts.population import PopulationStandIn
from index_node import index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.refusals import PopulationRegisterDown, PopulationRegisterMissing, RequestMalformed
from kernel.transparency.audit import Audit
from kernel.transparency.entries import EntryKind, LogEntry, split
from national_index.app import App
from waiting import eventually
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.log.v1 import log_pb2, log_pb2_grpc
from xueji.numbers.v1 import numbers_pb2, numbers_pb2_grpc

HENAN, GUANGDONG = Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")
PLACE_OF = {HENAN: ("2141000001", "410105"), GUANGDONG: ("2144000001", "440106")}
BORN = 20150309


def an_id(sequence: int) -> str:
    first17 = f"410199{BORN}{sequence:03d}"
    return first17 + check_character(first17)


@dataclass(frozen=True)
class Child:
    student_key: str
    number: str
    citizen_id: str


@dataclass
class Index:
    """The index beside a stand-in of the population register."""

    app: App
    register: PopulationStandIn
    channels: dict[Office, grpc.aio.Channel]

    def knows(self, **knowledge: Any) -> None:
        self.register.knowledge.write_text(json.dumps(knowledge), encoding="utf-8")

    async def registered(self, *sequences: int, hub: Office = HENAN) -> list[Child]:
        school, division = PLACE_OF[hub]
        count, ids = len(sequences), [an_id(one) for one in sequences]
        answer = await index_pb2_grpc.NationalIndexServiceStub(self.channels[hub]).Issue(
            index_pb2.IssueRequest(
                item_ids=[str(new_uuid7()) for _ in ids],
                document_kinds=["1"] * count,
                document_numbers=ids,
                birth_dates=[BORN] * count,
                schools=[school] * count,
                divisions=[division] * count,
            )
        )
        return [Child(*one) for one in zip(answer.student_keys, answer.numbers, ids, strict=True)]

    async def confirm(self, *children: Child, hub: Office = HENAN, name: str = "曾佳怡") -> numbers_pb2.ConfirmResponse:
        request = numbers_pb2.ConfirmRequest(
            student_keys=[child.student_key for child in children],
            citizen_ids=[child.citizen_id for child in children],
            names=[name] * len(children),
        )
        answer: numbers_pb2.ConfirmResponse = await numbers_pb2_grpc.NumberServiceStub(self.channels[hub]).Confirm(
            request
        )
        return answer

    async def found(self, number: str) -> index_pb2.Found:
        stub = index_pb2_grpc.NationalIndexServiceStub(self.channels[HENAN])
        return (await stub.LookUp(index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=number)]))).found[0]

    async def log(self, *, at_least: int) -> list[LogEntry]:
        stub = log_pb2_grpc.LogServiceStub(self.channels[HENAN])

        async def entries() -> list[LogEntry] | None:
            page = await stub.ReadEntries(log_pb2.ReadEntriesRequest(start=0, limit=1000))
            read = [LogEntry.from_bytes(one) for one in split(page.entries)]
            return read if len(read) >= at_least else None

        return await eventually(entries)


@pytest.fixture
def register(run: RunDirectory, development_authority: DevelopmentAuthority) -> Any:
    part = PopulationStandIn(run, development_authority)
    part.knowledge.unlink(missing_ok=True)
    part.start()
    yield part
    part.stop()


@pytest.fixture
async def index(
    register: PopulationStandIn, database_dsn: str, node_files: Callable[..., Any], tmp_path: Path
) -> AsyncIterator[Index]:
    app = App(index_settings(database_dsn, tmp_path, node_files(NATION), population_address=register.address))
    await app.start()
    channels = {
        office: open_channel(app.address, office=NATION, tls=node_files(office).tls) for office in (HENAN, GUANGDONG)
    }
    yield Index(app, register, channels)
    for channel in channels.values():
        await channel.close()
    await app.stop()


async def test_whom_the_register_confirms_gets_a_formal_number_and_keeps_the_one_of_before(index: Index) -> None:
    children = await index.registered(2, 4)
    answer = await index.confirm(*children)
    assert list(answer.numbers) == [f"G{child.citizen_id}" for child in children]
    assert await index.confirm(*children) == answer, "asked again, the same answer"
    for child in children:
        by_former, by_formal = await index.found(child.number), await index.found(f"G{child.citizen_id}")
        assert by_former == by_formal
        assert by_former.number == f"G{child.citizen_id}"
    entries = await index.log(at_least=4)
    assert [entry.kind for entry in entries] == [EntryKind.ISSUED, EntryKind.ISSUED, *[EntryKind.NUMBERED] * 2]
    audit = Audit()
    for entry in entries:
        audit.read(entry)
    assert audit.findings == []


async def test_a_mismatch_or_an_unknown_number_is_told_of_that_child_alone(index: Index) -> None:
    good, wrong_name, nobody = await index.registered(2, 4, 6)
    index.knows(names={wrong_name.citizen_id: "张三"}, unknown=[nobody.citizen_id])
    answer = await index.confirm(good, wrong_name, nobody)
    assert list(answer.numbers) == [f"G{good.citizen_id}", "", ""]
    assert list(answer.refusal_codes) == ["", "CITIZEN_ID_OF_ANOTHER", "CITIZEN_ID_NOT_REGISTERED"]
    assert (await index.found(nobody.number)).number == nobody.number


async def test_a_register_that_is_down_or_too_slow_changes_nobody(index: Index) -> None:
    (child,) = await index.registered(2)
    index.knows(down=True)
    with pytest.raises(PopulationRegisterDown):
        await index.confirm(child)
    index.register.stop()
    with pytest.raises(PopulationRegisterDown):
        await index.confirm(child)
    index.register.start()
    assert (await index.found(child.number)).number == child.number
    index.knows()

    async def confirmed() -> list[str] | None:
        try:
            return list((await index.confirm(child)).numbers)
        except PopulationRegisterDown:
            return None

    assert await eventually(confirmed) == [f"G{child.citizen_id}"]


async def test_a_number_stays_when_the_citizen_id_becomes_another(index: Index) -> None:
    (child,) = await index.registered(2)
    await index.confirm(child)
    await index_pb2_grpc.NationalIndexServiceStub(index.channels[HENAN]).RecordDocument(
        index_pb2.RecordDocumentRequest(
            item_id=str(new_uuid7()),
            student_key=child.student_key,
            before=index_pb2.Document(kind="1", number=child.citizen_id),
            after=index_pb2.Document(kind="1", number=an_id(8)),
            valid_from="2026-09-01",
        )
    )
    renewed = Child(child.student_key, child.number, an_id(8))
    assert list((await index.confirm(renewed)).numbers) == [f"G{child.citizen_id}"]


async def test_only_the_document_in_force_of_ones_own_record_counts(index: Index) -> None:
    (child,) = await index.registered(2)
    (other,) = await index.registered(4, hub=GUANGDONG)
    with_anothers = Child(child.student_key, child.number, other.citizen_id)
    assert list((await index.confirm(with_anothers)).refusal_codes) == ["DOCUMENT_NOT_IN_FORCE"]
    assert list((await index.confirm(other)).refusal_codes) == ["NOT_CUSTODIAN"]
    assert list((await index.confirm(Child(str(new_uuid7()), "", an_id(2)))).refusal_codes) == ["STUDENT_NOT_FOUND"]
    malformed = Child(child.student_key, child.number, "1234")
    assert not (await index.confirm(malformed)).numbers[0]
    with pytest.raises(RequestMalformed):
        await index.confirm()


async def test_questions_of_one_moment_give_one_number(index: Index) -> None:
    (child,) = await index.registered(2)
    answers = await asyncio.gather(*(index.confirm(child) for _ in range(8)))
    assert {one.numbers[0] for one in answers} == {f"G{child.citizen_id}"}
    kinds = [entry.kind for entry in await index.log(at_least=2)]
    assert kinds.count(EntryKind.NUMBERED) == 1


async def test_an_index_that_was_told_of_no_register_says_so(
    database_dsn: str, node_files: Callable[..., Any], tmp_path: Path
) -> None:
    app = App(index_settings(database_dsn, tmp_path, node_files(NATION)))
    await app.start()
    channel = open_channel(app.address, office=NATION, tls=node_files(HENAN).tls)
    alone = Index(app, None, {HENAN: channel})  # type: ignore[arg-type]  # nobody to ask is the point
    (child,) = await alone.registered(2)
    with pytest.raises(PopulationRegisterMissing):
        await alone.confirm(child)
    await channel.close()
    await app.stop()
