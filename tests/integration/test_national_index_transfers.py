"""Transfers at the index, over gRPC with a real PostgreSQL: one custodian, and one outcome each."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import psycopg
import pytest

from chassis.keys import Signer, Verifier
from chassis.rpc import open_channel
from chassis.rpc.wire import refusal_from_message
from console.parts.protocols import PostgresPart
from console.parts.run_directory import RunDirectory
from index_node import index_settings
from kernel.check_character import check_character
from kernel.custody import Acceptance, CloseReason, Outcome, Receipt, Release
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.refusals import (
    AlreadyCustodian,
    CaseNotFound,
    DigestReused,
    OutsideJurisdiction,
    ReasonNotListed,
    SignatureInvalid,
    StudentNotFound,
    TransferInProgress,
)
from kernel.statement import StatementKind, statement_digest
from national_index.app import App
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.index.v1.index_pb2 import SLOT_STATE_ABORTED, SLOT_STATE_COMMITTED, SLOT_STATE_OPEN

HENAN, GUANGDONG, HUBEI = (Office(Tier.PROVINCE, code) for code in ("41", "44", "42"))
SCHOOL = Office(Tier.SCHOOL, "2141000001")
SCHOOL_OF = {"41": "2141000001", "44": "2144000001", "42": "2142000001"}
A_DIGEST = "ab" * 32

if TYPE_CHECKING:
    from xueji.exchange.v1.exchange_pb2_grpc import FeedServiceAsyncStub as FeedStub
    from xueji.index.v1.index_pb2_grpc import NationalIndexServiceAsyncStub as IndexStub

NodeFilesOf = Callable[[str | Office], Any]
_people = itertools.count()


@dataclass(frozen=True)
class Hub:
    """A province's node as the index meets it."""

    office: Office
    index: IndexStub
    feed: FeedStub
    signer: Signer

    async def registers(self) -> str:
        """A new child of this province; its number."""
        first17 = f"41019920150301{next(_people):03d}"
        answer = await self.index.Issue(
            index_pb2.IssueRequest(
                item_ids=[str(new_uuid7())],
                document_kinds=["1"],
                document_numbers=[first17 + check_character(first17)],
                birth_dates=[int(first17[6:14])],
                schools=[SCHOOL_OF[self.office.code]],
                divisions=[f"{self.office.code}0105"],
            )
        )
        return str(answer.numbers[0])

    async def opens(self, number: str, *, transfer_id: str = "") -> index_pb2.TransferState:
        request = index_pb2.OpenRequest(
            transfer_id=transfer_id or str(new_uuid7()), number=number, school=SCHOOL_OF[self.office.code]
        )
        return (await self.index.Open(request)).transfer

    async def closes(self, transfer_id: str, reason: str = "withdrawn") -> index_pb2.TransferState:
        return (await self.index.Close(index_pb2.CloseRequest(transfer_id=transfer_id, reason=reason))).transfer

    async def commits(self, transfer_id: str, votes: tuple[str, str]) -> index_pb2.TransferState:
        release, acceptance = votes
        request = index_pb2.CommitRequest(transfer_id=transfer_id, release=release, acceptance=acceptance)
        return (await self.index.Commit(request)).transfer

    async def custody_of(self, number: str) -> tuple[str, int, bool]:
        request = index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=number)])
        (found,) = (await self.index.LookUp(request)).found
        return found.custodian, found.epoch, found.in_transfer

    async def reads(self) -> list[str]:
        """The receipts in this hub's feed, oldest first."""
        page = await self.feed.Read(exchange_pb2.ReadRequest(after=0, limit=500, wait_ms=0))
        assert [entry.sequence for entry in page.entries] == list(range(1, len(page.entries) + 1))
        return [entry.receipt.jws for entry in page.entries]


@pytest.fixture(scope="module")
def dsn(postgres: PostgresPart) -> str:
    postgres.create_database("national_index_transfers")
    return postgres.dsn("national_index_transfers")


@pytest.fixture(scope="module")
async def app(dsn: str, run: RunDirectory, node_files: NodeFilesOf) -> AsyncIterator[App]:
    app = App(index_settings(dsn, run.folder("index-transfers"), node_files(NATION)))
    await app.start()
    yield app
    await app.stop()


@pytest.fixture(scope="module")
async def hub(app: App, node_files: NodeFilesOf) -> AsyncIterator[Callable[[Office], Hub]]:
    channels: dict[Office, grpc.aio.Channel] = {}

    def of(office: Office) -> Hub:
        files = node_files(office)
        if office not in channels:
            channels[office] = open_channel(app.address, office=NATION, tls=files.tls)
        channel = channels[office]
        signer = Signer(files.signing.certificate, files.signing.key)
        return Hub(
            office=office,
            index=index_pb2_grpc.NationalIndexServiceStub(channel),
            feed=exchange_pb2_grpc.FeedServiceStub(channel),
            signer=signer,
        )

    yield of
    for channel in channels.values():
        await channel.close()


@pytest.fixture(scope="module")
async def henan(hub: Callable[[Office], Hub]) -> Hub:
    return hub(HENAN)


@pytest.fixture(scope="module")
async def guangdong(hub: Callable[[Office], Hub]) -> Hub:
    return hub(GUANGDONG)


@pytest.fixture(scope="module")
async def hubei(hub: Callable[[Office], Hub]) -> Hub:
    return hub(HUBEI)


@pytest.fixture(scope="module")
def verifier(node_files: NodeFilesOf) -> Verifier:
    return Verifier(node_files(NATION).tls.authority)


def libpq(dsn: str) -> str:
    return dsn.replace("postgresql+psycopg", "postgresql")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def a_release(opened: index_pb2.TransferState, *, gaining: str = "44") -> Release:
    return Release(
        transfer_id=opened.transfer_id,
        student_key=opened.student_key,
        epoch=opened.epoch,
        archive_digest=A_DIGEST,
        losing=opened.custodian,
        gaining=gaining,
        chain_head="cd" * 32,
        at_ms=now_ms(),
    )


def votes_on(
    release: Release, *, losing: Hub, gaining: Hub, accepted_digest: str = A_DIGEST, accepted_release: str = ""
) -> tuple[str, str]:
    """Both papers, signed by whoever is named here."""
    released = losing.signer.sign(StatementKind.RELEASE, release.content())
    acceptance = Acceptance(
        transfer_id=release.transfer_id,
        epoch=release.epoch,
        archive_digest=accepted_digest,
        gaining=release.gaining,
        release_digest=accepted_release or statement_digest(released),
        at_ms=now_ms(),
    )
    return released, gaining.signer.sign(StatementKind.ACCEPTANCE, acceptance.content())


async def test_a_transfer_moves_custody_once_and_both_provinces_are_told(
    henan: Hub, guangdong: Hub, verifier: Verifier
) -> None:
    number = await henan.registers()
    opened = await guangdong.opens(number)
    assert (opened.state, opened.custodian, opened.epoch, opened.receipt) == (SLOT_STATE_OPEN, "41", 1, "")
    assert await henan.custody_of(number) == ("41", 1, True)
    votes = votes_on(a_release(opened), losing=henan, gaining=guangdong)
    committed = await guangdong.commits(opened.transfer_id, votes)
    assert committed.state == SLOT_STATE_COMMITTED
    assert await henan.custody_of(number) == ("44", 2, False)
    receipt = Receipt.read(committed.receipt, verify=verifier.verify)
    assert (receipt.outcome, receipt.custodian, receipt.previous, receipt.epoch) == (Outcome.COMMITTED, "44", "41", 2)
    assert receipt.incarnation == 1
    assert committed.receipt in await henan.reads()
    assert committed.receipt in await guangdong.reads()


async def test_whatever_is_asked_of_a_settled_transfer_its_first_receipt_is_the_answer(
    henan: Hub, guangdong: Hub
) -> None:
    number = await henan.registers()
    opened = await guangdong.opens(number)
    votes = votes_on(a_release(opened), losing=henan, gaining=guangdong)
    committed = await guangdong.commits(opened.transfer_id, votes)
    told = len(await guangdong.reads())
    assert await guangdong.commits(opened.transfer_id, votes) == committed
    assert await guangdong.commits(opened.transfer_id, ("other.words", "than.before")) == committed
    assert await henan.closes(opened.transfer_id, "court_order") == committed
    assert await guangdong.opens(number, transfer_id=opened.transfer_id) == committed
    for party in (henan, guangdong):
        known = await party.index.GetTransfer(index_pb2.GetTransferRequest(transfer_id=opened.transfer_id))
        assert known.transfer == committed
    assert len(await guangdong.reads()) == told
    assert await henan.custody_of(number) == ("44", 2, False)


async def test_a_closed_transfer_moves_nobody_and_frees_the_student(
    henan: Hub, guangdong: Hub, hubei: Hub, verifier: Verifier
) -> None:
    number = await henan.registers()
    opened = await guangdong.opens(number)
    closed = await henan.closes(opened.transfer_id, "not_a_pupil")
    assert closed.state == SLOT_STATE_ABORTED
    receipt = Receipt.read(closed.receipt, verify=verifier.verify)
    assert (receipt.outcome, receipt.reason, receipt.custodian, receipt.epoch) == (
        Outcome.ABORTED,
        "not_a_pupil",
        "41",
        1,
    )
    votes = votes_on(a_release(opened), losing=henan, gaining=guangdong)
    assert await guangdong.commits(opened.transfer_id, votes) == closed
    assert closed.receipt in await henan.reads()
    assert closed.receipt in await guangdong.reads()
    assert await henan.custody_of(number) == ("41", 1, False)
    assert (await hubei.opens(number)).state == SLOT_STATE_OPEN


async def test_an_opening_that_is_denied_says_why_and_stays_denied(
    henan: Hub, guangdong: Hub, hubei: Hub, verifier: Verifier
) -> None:
    number = await henan.registers()
    assert (await hubei.opens(number)).state == SLOT_STATE_OPEN
    unknown = "L" + "4" * 14 + "0000"
    for asker, asked, denial in (
        (guangdong, number, TransferInProgress),
        (henan, number, AlreadyCustodian),
        (guangdong, unknown, StudentNotFound),
    ):
        denied = await asker.opens(asked)
        assert denied.state == SLOT_STATE_ABORTED
        assert type(refusal_from_message(denied.refusal)) is denial
        receipt = Receipt.read(denied.receipt, verify=verifier.verify)
        assert receipt.reason == CloseReason.DENIED
        assert await asker.opens(asked, transfer_id=denied.transfer_id) == denied


async def test_a_student_is_known_by_the_number_in_any_spelling(henan: Hub, guangdong: Hub) -> None:
    number = await henan.registers()
    assert (await guangdong.opens(number.lower())).state == SLOT_STATE_OPEN


async def test_a_transfers_id_is_never_used_for_another_student(henan: Hub, guangdong: Hub, hubei: Hub) -> None:
    number, other = await henan.registers(), await henan.registers()
    opened = await guangdong.opens(number)
    with pytest.raises(DigestReused):
        await guangdong.opens(other, transfer_id=opened.transfer_id)
    with pytest.raises(DigestReused):
        await hubei.opens(number, transfer_id=opened.transfer_id)
    assert await guangdong.opens(number, transfer_id=opened.transfer_id.upper()) == opened


async def test_a_transfer_nobody_opened_is_answered_with_a_tombstone(henan: Hub, guangdong: Hub) -> None:
    number = await henan.registers()
    transfer_id = str(new_uuid7())
    with pytest.raises(CaseNotFound):
        await guangdong.index.GetTransfer(index_pb2.GetTransferRequest(transfer_id=transfer_id))
    buried = await henan.closes(transfer_id, "unknown_transfer")
    assert buried.state == SLOT_STATE_ABORTED
    assert buried.receipt in await henan.reads()
    assert await guangdong.opens(number, transfer_id=transfer_id) == buried
    assert await guangdong.commits(transfer_id, ("a.release", "an.acceptance")) == buried
    assert await henan.custody_of(number) == ("41", 1, False)


async def test_votes_that_are_forged_or_about_something_else_move_nobody(
    henan: Hub, guangdong: Hub, hubei: Hub, hub: Callable[[Office], Hub]
) -> None:
    number, other = await henan.registers(), await henan.registers()
    opened, other_opened = await guangdong.opens(number), await guangdong.opens(other)
    release, school = a_release(opened), hub(SCHOOL)
    fair = partial(votes_on, losing=henan, gaining=guangdong)
    forged = {
        "released by another province": votes_on(release, losing=hubei, gaining=guangdong),
        "released by the one that gains": votes_on(release, losing=guangdong, gaining=guangdong),
        "released by a school": votes_on(release, losing=school, gaining=guangdong),
        "accepted by the one that loses": votes_on(release, losing=henan, gaining=henan),
        "accepted another archive": fair(release, accepted_digest="ef" * 32),
        "accepted another release": fair(release, accepted_release="ef" * 32),
        "another epoch": fair(replace(release, epoch=2)),
        "another student": fair(replace(release, student_key=other_opened.student_key)),
        "another transfer": fair(a_release(other_opened)),
        "to another province": votes_on(replace(release, gaining="42"), losing=henan, gaining=hubei),
        "from another province": votes_on(replace(release, losing="42"), losing=hubei, gaining=guangdong),
        "the papers exchanged": fair(release)[::-1],
    }
    for why, votes in forged.items():
        with pytest.raises(SignatureInvalid):
            pytest.fail(f"{why}: {await guangdong.commits(opened.transfer_id, votes)}")
    assert await henan.custody_of(number) == ("41", 1, True)
    committed = await guangdong.commits(opened.transfer_id, fair(release))
    assert committed.state == SLOT_STATE_COMMITTED


async def test_the_losing_hub_cannot_commit_and_a_stranger_can_do_nothing(
    henan: Hub, guangdong: Hub, hubei: Hub
) -> None:
    opened = await guangdong.opens(await henan.registers())
    votes = votes_on(a_release(opened), losing=henan, gaining=guangdong)
    for asked in (
        henan.commits(opened.transfer_id, votes),
        hubei.commits(opened.transfer_id, votes),
        hubei.closes(opened.transfer_id),
        hubei.index.GetTransfer(index_pb2.GetTransferRequest(transfer_id=opened.transfer_id)),
    ):
        with pytest.raises(OutsideJurisdiction):
            await asked
    assert (await guangdong.opens("L" * 19, transfer_id=str(new_uuid7()))).state == SLOT_STATE_ABORTED
    with pytest.raises(OutsideJurisdiction):
        await henan.index.Open(
            index_pb2.OpenRequest(transfer_id=str(new_uuid7()), number="L" * 19, school=SCHOOL_OF["44"])
        )


async def test_a_reason_must_be_of_the_closed_list_and_denied_is_the_indexs_own(henan: Hub, guangdong: Hub) -> None:
    opened = await guangdong.opens(await henan.registers())
    for reason in ("we_do_not_like_it", "denied"):
        with pytest.raises(ReasonNotListed):
            await henan.closes(opened.transfer_id, reason)


async def test_only_province_nodes_may_open_commit_and_close(hub: Callable[[Office], Hub]) -> None:
    for office in (Office(Tier.AUTHORITY, "410105"), SCHOOL):
        stub, transfer_id = hub(office).index, str(new_uuid7())
        for asked in (
            stub.Open(index_pb2.OpenRequest(transfer_id=transfer_id, number="L" * 19, school=SCHOOL_OF["41"])),
            stub.Commit(index_pb2.CommitRequest(transfer_id=transfer_id, release="r", acceptance="a")),
            stub.Close(index_pb2.CloseRequest(transfer_id=transfer_id, reason="withdrawn")),
            stub.GetTransfer(index_pb2.GetTransferRequest(transfer_id=transfer_id)),
        ):
            with pytest.raises(OutsideJurisdiction):
                await asked


async def test_of_two_provinces_that_open_at_once_exactly_one_locks_the_student(
    henan: Hub, guangdong: Hub, hubei: Hub
) -> None:
    for _ in range(10):
        number = await henan.registers()
        states = [one.state for one in await asyncio.gather(guangdong.opens(number), hubei.opens(number))]
        assert sorted(states) == [SLOT_STATE_OPEN, SLOT_STATE_ABORTED]


async def test_one_opening_sent_many_times_at_once_is_one_opening(henan: Hub, guangdong: Hub) -> None:
    number, transfer_id = await henan.registers(), str(new_uuid7())
    answers = await asyncio.gather(*(guangdong.opens(number, transfer_id=transfer_id) for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].state == SLOT_STATE_OPEN


async def test_commit_and_close_race_and_exactly_one_wins(henan: Hub, guangdong: Hub) -> None:
    outcomes = set()
    for nth in range(20):
        number = await henan.registers()
        opened = await guangdong.opens(number)
        votes = votes_on(a_release(opened), losing=henan, gaining=guangdong)
        racing = [
            guangdong.commits(opened.transfer_id, votes),
            henan.closes(opened.transfer_id, "court_order"),
            guangdong.closes(opened.transfer_id, "withdrawn"),
            guangdong.commits(opened.transfer_id, votes),
        ]
        answers = await asyncio.gather(*(racing if nth % 2 else reversed(racing)))
        assert all(answer == answers[0] for answer in answers)
        moved = answers[0].state == SLOT_STATE_COMMITTED
        assert await henan.custody_of(number) == (("44", 2, False) if moved else ("41", 1, False))
        assert (await henan.reads()).count(answers[0].receipt) == 1
        outcomes.add(answers[0].state)
    assert outcomes <= {SLOT_STATE_COMMITTED, SLOT_STATE_ABORTED}


async def test_a_close_and_an_opening_of_one_transfer_race_to_one_outcome(henan: Hub, guangdong: Hub) -> None:
    for _ in range(10):
        number, transfer_id = await henan.registers(), str(new_uuid7())
        await asyncio.gather(guangdong.opens(number, transfer_id=transfer_id), guangdong.closes(transfer_id))
        ended = await guangdong.opens(number, transfer_id=transfer_id)
        assert ended.state == SLOT_STATE_ABORTED
        assert await henan.custody_of(number) == ("41", 1, False)


async def test_a_student_goes_there_and_back_by_two_transfers(henan: Hub, guangdong: Hub) -> None:
    number = await henan.registers()
    there = await guangdong.opens(number)
    await guangdong.commits(there.transfer_id, votes_on(a_release(there), losing=henan, gaining=guangdong))
    back = await henan.opens(number)
    assert (back.state, back.custodian, back.epoch) == (SLOT_STATE_OPEN, "44", 2)
    votes = votes_on(a_release(back, gaining="41"), losing=guangdong, gaining=henan)
    await henan.commits(back.transfer_id, votes)
    assert await henan.custody_of(number) == ("41", 3, False)


async def test_a_restored_index_says_so_in_its_receipts(
    henan: Hub, guangdong: Hub, dsn: str, verifier: Verifier
) -> None:
    opened = await guangdong.opens(await henan.registers())
    with psycopg.connect(libpq(dsn)) as connection:
        connection.execute("UPDATE index_facts SET incarnation = incarnation + 1")
    closed = await guangdong.closes(opened.transfer_id)
    with psycopg.connect(libpq(dsn)) as connection:
        connection.execute("UPDATE index_facts SET incarnation = 1")
    assert Receipt.read(closed.receipt, verify=verifier.verify).incarnation == 2


async def test_the_database_itself_refuses_a_second_outcome_and_a_move_without_an_epoch(
    henan: Hub, guangdong: Hub, dsn: str
) -> None:
    number = await henan.registers()
    opened = await guangdong.opens(number)
    await henan.closes(opened.transfer_id, "court_order")
    for statement in (
        "UPDATE slot SET state = 'COMMITTED', reason = '', archive_digest = 'ab' WHERE transfer_id = %(transfer_id)s",
        "DELETE FROM slot WHERE transfer_id = %(transfer_id)s",
        "UPDATE person SET custodian = '44' WHERE student_key = %(student_key)s",
        "UPDATE person SET epoch = epoch + 1 WHERE student_key = %(student_key)s",
        "DELETE FROM person WHERE student_key = %(student_key)s",
    ):
        with psycopg.connect(libpq(dsn)) as connection:
            ids = {"transfer_id": opened.transfer_id, "student_key": opened.student_key}
            with pytest.raises(psycopg.errors.IntegrityError):
                connection.execute(statement.encode(), ids)


async def test_no_number_can_be_read_in_what_transfers_leave_behind(henan: Hub, guangdong: Hub, dsn: str) -> None:
    number = await henan.registers()
    opened = await guangdong.opens(number)
    await guangdong.commits(opened.transfer_id, votes_on(a_release(opened), losing=henan, gaining=guangdong))
    with psycopg.connect(libpq(dsn)) as connection:
        dump = "\n".join(
            str(row[0])
            for table in ("slot", "person", "feed_entries")
            for row in connection.execute(f"SELECT CAST(t AS text) FROM {table} AS t".encode())  # noqa: S608
        )
    assert opened.transfer_id in dump
    assert number not in dump
