"""The log of the index: every number in it once, provable from outside, and a rewritten past is seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any
from uuid import UUID

import grpc
import pytest
from sqlalchemy import create_engine, text

from chassis.keys import Signer, Verifier
from chassis.rpc import open_channel
from console.parts.protocols import PostgresPart
from console.parts.run_directory import RunDirectory
from index_node import index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.refusals import CheckpointUnknown, EntryNotLogged, OutsideJurisdiction, SignatureInvalid
from kernel.statement import StatementKind, statement_digest
from kernel.transparency import merkle
from kernel.transparency.audit import Audit
from kernel.transparency.checkpoints import Checkpoint, Witness
from kernel.transparency.entries import LogEntry, split
from national_index.app import App
from national_index.settings import IndexSettings
from waiting import eventually
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.log.v1 import log_pb2, log_pb2_grpc

HENAN, GUANGDONG = Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")
NodeFilesOf = Callable[[str | Office], Any]
Settings = Callable[[], IndexSettings]


@pytest.fixture(scope="module")
def settings(postgres: PostgresPart, run: RunDirectory, node_files: NodeFilesOf) -> Settings:
    """Of one process; every process has the same database and the same keys."""
    postgres.create_database("national_index_log")
    settings = index_settings(postgres.dsn("national_index_log"), run.folder("index-log"), node_files(NATION))
    return lambda: settings


@pytest.fixture(scope="module")
async def processes(settings: Settings) -> AsyncIterator[tuple[App, App]]:
    """Two processes of the index, on one database."""
    both = App(settings()), App(settings())
    for one in both:
        await one.start()
    yield both
    for one in both:
        await one.stop()


@pytest.fixture(scope="module")
async def channels(
    processes: tuple[App, App], node_files: NodeFilesOf
) -> AsyncIterator[dict[Office, grpc.aio.Channel]]:
    """Each province's hub, at a process of its own."""
    opened = {
        office: open_channel(app.address, office=NATION, tls=node_files(office).tls)
        for office, app in zip((HENAN, GUANGDONG), processes, strict=True)
    }
    yield opened
    for channel in opened.values():
        await channel.close()


@pytest.fixture(scope="module")
def verifier(node_files: NodeFilesOf) -> Verifier:
    return Verifier(node_files(NATION).tls.authority)


def an_intake(province: str, first: int, count: int) -> index_pb2.IssueRequest:
    """Children whom nobody has seen, with citizen IDs of a division that never was."""
    born = [date(2012 + nth // 9000, 1 + nth // 900 % 10, 1 + nth // 100 % 9) for nth in range(first, first + count)]
    first17 = [f"{province}0199{day:%Y%m%d}{nth % 100 + 100:03d}" for nth, day in enumerate(born, start=first)]
    return index_pb2.IssueRequest(
        item_ids=[str(new_uuid7()) for _ in born],
        document_kinds=["1"] * count,
        document_numbers=[digits + check_character(digits) for digits in first17],
        birth_dates=[int(f"{day:%Y%m%d}") for day in born],
        schools=[f"21{province}000001"] * count,
        divisions=[f"{province}0105"] * count,
    )


async def issued(channel: grpc.aio.Channel, intake: index_pb2.IssueRequest) -> index_pb2.IssueResponse:
    answer: index_pb2.IssueResponse = await index_pb2_grpc.NationalIndexServiceStub(channel).Issue(intake)
    assert all(answer.numbers), set(answer.refusal_codes)
    return answer


async def checkpoint_of(
    channel: grpc.aio.Channel, verifier: Verifier, *, least: int
) -> tuple[Checkpoint, log_pb2.GetCheckpointResponse]:
    """The newest, once it has that many entries."""
    stub = log_pb2_grpc.LogServiceStub(channel)

    async def look() -> tuple[Checkpoint, log_pb2.GetCheckpointResponse] | None:
        try:
            told = await stub.GetCheckpoint(log_pb2.GetCheckpointRequest())
        except CheckpointUnknown:
            return None
        checkpoint = Checkpoint.read(told.checkpoint, verify=verifier.verify)
        return (checkpoint, told) if checkpoint.size >= least else None

    return await eventually(look)


async def entries_of(channel: grpc.aio.Channel, size: int) -> list[bytes]:
    stub, read = log_pb2_grpc.LogServiceStub(channel), list[bytes]()
    while len(read) < size:
        page = (await stub.ReadEntries(log_pb2.ReadEntriesRequest(start=len(read), limit=150))).entries
        assert page, "the log ended early"
        read.extend(split(page))
    return read


async def test_every_number_is_in_the_log_once_whichever_process_gave_it(
    channels: dict[Office, grpc.aio.Channel], verifier: Verifier
) -> None:
    sizes = (1, 2, 255, 256, 300, 7)
    answers = await asyncio.gather(
        *(
            issued(channels[office], an_intake(office.code, 1000 * place, size))
            for office in channels
            for place, size in enumerate(sizes)
        )
    )
    keys = {UUID(key) for answer in answers for key in answer.student_keys}
    checkpoint, _ = await checkpoint_of(channels[HENAN], verifier, least=2 * sum(sizes))
    raw = await entries_of(channels[GUANGDONG], checkpoint.size)
    growth, audit = merkle.Growth(), Audit()
    for entry in raw:
        growth.add(merkle.leaf_hash(entry))
        audit.read(LogEntry.from_bytes(entry))
    assert (growth.size, growth.root) == (checkpoint.size, checkpoint.root)
    assert audit.findings == []
    assert {LogEntry.from_bytes(entry).student_key for entry in raw} == keys
    assert len(raw) == len(keys)


async def test_a_number_is_proven_by_its_student_and_by_its_place(
    channels: dict[Office, grpc.aio.Channel], verifier: Verifier
) -> None:
    answer = await issued(channels[HENAN], an_intake("41", 50_000, 40))
    await checkpoint_of(channels[HENAN], verifier, least=1)
    stub = log_pb2_grpc.LogServiceStub(channels[HENAN])
    for key in (answer.student_keys[0], answer.student_keys[-1]):

        async def look(key: str = key) -> log_pb2.GetInclusionResponse | None:
            try:
                told: log_pb2.GetInclusionResponse = await stub.GetInclusion(
                    log_pb2.GetInclusionRequest(student_key=key)
                )
            except EntryNotLogged:
                return None
            return told

        proof = await eventually(look)
        checkpoint = Checkpoint.read(proof.checkpoint, verify=verifier.verify)
        leaf = merkle.leaf_hash(proof.entry)
        assert LogEntry.from_bytes(proof.entry).student_key == UUID(key)
        assert merkle.includes(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
        by_place = await stub.GetInclusion(log_pb2.GetInclusionRequest(index=proof.index))
        assert by_place.entry == proof.entry
    with pytest.raises(EntryNotLogged):
        await stub.GetInclusion(log_pb2.GetInclusionRequest(student_key=str(new_uuid7())))


async def test_a_later_log_continues_the_earlier_one(
    channels: dict[Office, grpc.aio.Channel], verifier: Verifier
) -> None:
    await issued(channels[HENAN], an_intake("41", 60_000, 3))
    earlier, _ = await checkpoint_of(channels[HENAN], verifier, least=3)
    await issued(channels[GUANGDONG], an_intake("44", 60_000, 600))
    later, _ = await checkpoint_of(channels[HENAN], verifier, least=earlier.size + 600)
    stub = log_pb2_grpc.LogServiceStub(channels[HENAN])
    asked = log_pb2.GetConsistencyRequest(earlier=earlier.size, later=later.size)
    path = (await stub.GetConsistency(asked)).path
    assert merkle.consistent(earlier.size, later.size, path, was=earlier.root, now=later.root)
    with pytest.raises(CheckpointUnknown):
        await stub.GetConsistency(log_pb2.GetConsistencyRequest(earlier=later.size, later=earlier.size))


async def test_a_province_signs_beside_the_index_and_only_what_stands_there(
    channels: dict[Office, grpc.aio.Channel], verifier: Verifier, node_files: NodeFilesOf
) -> None:
    await issued(channels[HENAN], an_intake("41", 70_000, 1))
    checkpoint, told = await checkpoint_of(channels[HENAN], verifier, least=1)
    keys = node_files(HENAN).signing
    sign = Signer(keys.certificate, keys.key).sign
    good = Witness(checkpoint.size, checkpoint.root, statement_digest(told.checkpoint), checkpoint.at_ms)
    word = sign(StatementKind.WITNESS, good.content())
    henan, guangdong = (log_pb2_grpc.LogServiceStub(channels[office]) for office in (HENAN, GUANGDONG))
    with pytest.raises(OutsideJurisdiction):
        await guangdong.Witness(log_pb2.WitnessRequest(witness=word))
    with pytest.raises(SignatureInvalid):
        await henan.Witness(log_pb2.WitnessRequest(witness=word[:-4] + "AAAA"))
    forged = Witness(checkpoint.size, bytes(32), statement_digest(told.checkpoint), checkpoint.at_ms)
    with pytest.raises(CheckpointUnknown):
        await henan.Witness(log_pb2.WitnessRequest(witness=sign(StatementKind.WITNESS, forged.content())))
    for _ in range(2):
        await henan.Witness(log_pb2.WitnessRequest(witness=word))
    seen = await henan.GetCheckpoint(log_pb2.GetCheckpointRequest(size=checkpoint.size))
    assert list(seen.witnesses) == [word]


async def test_a_past_that_was_rewritten_is_seen_by_whoever_kept_a_checkpoint(
    channels: dict[Office, grpc.aio.Channel], verifier: Verifier, settings: Settings
) -> None:
    await issued(channels[HENAN], an_intake("41", 80_000, 5))
    kept, _ = await checkpoint_of(channels[HENAN], verifier, least=5)
    engine = create_engine(settings().read_database_dsn())
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE log_batch SET entries = set_byte(entries, 20, 255 - get_byte(entries, 20))"
                " WHERE first_index = 0"
            )
        )
    engine.dispose()
    raw = await entries_of(channels[HENAN], kept.size)
    assert merkle.root_of([merkle.leaf_hash(entry) for entry in raw]) != kept.root
