"""One person, many documents over time: the index over gRPC with a real PostgreSQL (Art. 6, 10, 28)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chassis.rpc import open_channel
from chassis.rpc.wire import refusal_from_message
from console.parts.protocols import PostgresPart
from console.parts.run_directory import RunDirectory
from index_node import index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.refusals import DigestReused, DocumentHeldByAnother, NotCustodian, RequestMalformed, StudentNotFound
from national_index.app import App
from xueji.index.v1 import index_pb2, index_pb2_grpc

if TYPE_CHECKING:
    from xueji.index.v1.index_pb2_grpc import NationalIndexServiceAsyncStub as IndexStub

NodeFilesOf = Callable[[str | Office], Any]
SCHOOL_OF = {"41": "2141000001", "44": "2144000001"}
_people = itertools.count()
_NOBODY = index_pb2.Found()


def a_citizen_id() -> index_pb2.Document:
    first17 = f"41019920150301{next(_people):03d}"
    return index_pb2.Document(kind="1", number=first17 + check_character(first17))


def a_passport(country: str = "BRA", number: str = "") -> index_pb2.Document:
    return index_pb2.Document(kind="A", number=number or f"ZZ{next(_people):06d}", country=country)


@dataclass(frozen=True)
class Hub:
    """A province's node as the index meets it."""

    province: str
    index: IndexStub

    async def registers(self, document: index_pb2.Document | None) -> index_pb2.IssueResponse:
        return await self.index.Issue(
            index_pb2.IssueRequest(
                item_ids=[str(new_uuid7())],
                document_kinds=[document.kind if document else "Z"],
                document_numbers=[document.number if document else ""],
                birth_dates=[20150301],
                schools=[SCHOOL_OF[self.province]],
                divisions=[f"{self.province}0105"],
                nationalities=[document.country if document else "CHN"],
            )
        )

    async def child(self, document: index_pb2.Document | None) -> str:
        """The key of a new child with that document."""
        (key,) = (await self.registers(document)).student_keys
        assert key
        return key

    async def corrects(
        self,
        child: str,
        before: index_pb2.Document | None,
        after: index_pb2.Document | None,
        *,
        on: str = "2026-11-03",
        item_id: str = "",
    ) -> str:
        """The code of the refusal with the province that it tells; empty where it was recorded."""
        answer = await self.index.RecordDocument(
            index_pb2.RecordDocumentRequest(
                item_id=item_id or str(new_uuid7()), student_key=child, before=before, after=after, valid_from=on
            )
        )
        if not answer.HasField("refusal"):
            return ""
        refused = refusal_from_message(answer.refusal)
        return " ".join([refused.code, *refused.detail.values()])

    async def finds(self, *documents: index_pb2.Document) -> list[index_pb2.Found]:
        handles = [index_pb2.Handle(document=document) for document in documents]
        return list((await self.index.LookUp(index_pb2.LookUpRequest(handles=handles))).found)

    async def span(self, document: index_pb2.Document) -> tuple[str, str]:
        (found,) = await self.finds(document)
        return found.valid_from, found.valid_to


@pytest.fixture(scope="module")
def dsn(postgres: PostgresPart) -> str:
    postgres.create_database("national_index_documents")
    return postgres.dsn("national_index_documents")


@pytest.fixture(scope="module")
async def hubs(dsn: str, run: RunDirectory, node_files: NodeFilesOf) -> AsyncIterator[dict[str, Hub]]:
    app = App(index_settings(dsn, run.folder("index-documents"), node_files(NATION)))
    async with AsyncExitStack() as closing:
        await app.start()
        closing.push_async_callback(app.stop)
        known = {}
        for province in SCHOOL_OF:
            tls = node_files(Office(Tier.PROVINCE, province)).tls
            channel = open_channel(app.address, office=NATION, tls=tls)
            closing.push_async_callback(channel.close)
            known[province] = Hub(province, index_pb2_grpc.NationalIndexServiceStub(channel))
        yield known


@pytest.fixture
def henan(hubs: dict[str, Hub]) -> Hub:
    return hubs["41"]


@pytest.fixture
def guangdong(hubs: dict[str, Hub]) -> Hub:
    return hubs["44"]


async def test_both_documents_find_the_child_and_neither_registers_it_again(henan: Hub, guangdong: Hub) -> None:
    wrong, right = a_citizen_id(), a_citizen_id()
    child = await henan.child(wrong)
    assert await henan.corrects(child, wrong, right) == ""
    assert [found.student_key for found in await guangdong.finds(wrong, right)] == [child, child]
    for document in (wrong, right):
        assert list((await guangdong.registers(document)).refusal_codes) == ["ALREADY_REGISTERED"]
    assert (await henan.span(wrong), await henan.span(right)) == (("", "2026-11-03"), ("2026-11-03", ""))


async def test_the_same_correction_again_is_answered_as_before(henan: Hub) -> None:
    wrong, right, item_id = a_citizen_id(), a_citizen_id(), str(new_uuid7())
    child = await henan.child(wrong)
    assert [await henan.corrects(child, wrong, right, item_id=item_id) for _ in range(2)] == ["", ""]
    with pytest.raises(DigestReused):
        await henan.corrects(child, wrong, a_citizen_id(), item_id=item_id)


async def test_a_document_of_another_child_is_refused_and_only_its_province_is_told(henan: Hub, guangdong: Hub) -> None:
    theirs, ours = a_citizen_id(), a_citizen_id()
    await guangdong.child(theirs)
    child = await henan.child(ours)
    assert await henan.corrects(child, ours, theirs) == f"{DocumentHeldByAnother().code} 广东省"
    assert await henan.span(ours) == ("", "")


async def test_a_former_document_of_another_child_is_not_free_either(henan: Hub) -> None:
    old, new, own = a_citizen_id(), a_citizen_id(), a_citizen_id()
    await henan.corrects(await henan.child(old), old, new)
    assert (await henan.corrects(await henan.child(own), own, old)).startswith(DocumentHeldByAnother().code)


async def test_only_the_province_that_has_the_record_may_correct_it(henan: Hub, guangdong: Hub) -> None:
    document = a_citizen_id()
    child = await henan.child(document)
    assert await guangdong.corrects(child, document, a_citizen_id()) == NotCustodian().code


async def test_of_a_registration_and_a_correction_that_want_one_document_one_wins(henan: Hub, guangdong: Hub) -> None:
    for _ in range(12):
        own, wanted = a_citizen_id(), a_citizen_id()
        child = await henan.child(own)
        corrected, registered = await asyncio.gather(henan.corrects(child, own, wanted), guangdong.registers(wanted))
        won = [corrected == "", registered.refusal_codes[0] == ""]
        assert sorted(won) == [False, True]
        (found,) = await henan.finds(wanted)
        assert (found.custodian, found.student_key == child) == (("41", True) if won[0] else ("44", False))


async def test_of_two_children_who_are_corrected_to_one_document_one_gets_it(henan: Hub, guangdong: Hub) -> None:
    for _ in range(12):
        wanted, documents = a_citizen_id(), (a_citizen_id(), a_citizen_id())
        children = (await henan.child(documents[0]), await guangdong.child(documents[1]))
        answers = await asyncio.gather(
            henan.corrects(children[0], documents[0], wanted), guangdong.corrects(children[1], documents[1], wanted)
        )
        assert sorted(answer == "" for answer in answers) == [False, True]


async def test_a_correction_is_taken_back_by_another_and_nothing_is_forgotten(henan: Hub) -> None:
    right, wrong = a_citizen_id(), a_citizen_id()
    child = await henan.child(right)
    await henan.corrects(child, right, wrong)
    assert await henan.corrects(child, wrong, right) == ""
    assert [found.student_key for found in await henan.finds(right, wrong)] == [child, child]
    assert (await henan.span(right), await henan.span(wrong)) == (("2026-11-03", ""), ("2026-11-03", "2026-11-03"))


async def test_passports_of_two_countries_with_equal_numbers_are_two_children(henan: Hub, guangdong: Hub) -> None:
    brazil, chile = a_passport("BRA", "FH204417"), a_passport("CHL", "FH204417")
    children = {await henan.child(brazil), await guangdong.child(chile)}
    assert {found.student_key for found in await henan.finds(brazil, chile)} == children
    assert len(children) == 2
    assert await henan.finds(index_pb2.Document(kind="A", number="FH204417")) == [_NOBODY]
    assert list((await henan.registers(a_passport("", "FH204417"))).refusal_codes) == ["ISSUING_COUNTRY_MISSING"]


async def test_a_child_gets_papers_and_may_be_without_again(henan: Hub) -> None:
    papers = a_citizen_id()
    child = await henan.child(None)
    assert await henan.corrects(child, None, papers, on="2026-10-01") == ""
    assert await henan.corrects(child, papers, None, on="2026-12-01") == ""
    assert await henan.span(papers) == ("2026-10-01", "2026-12-01")
    assert list((await henan.registers(papers)).refusal_codes) == ["ALREADY_REGISTERED"]


async def test_a_hub_that_knows_another_document_than_the_index_is_stopped(henan: Hub) -> None:
    first, second = a_citizen_id(), a_citizen_id()
    child = await henan.child(first)
    await henan.corrects(child, first, second)
    with pytest.raises(RequestMalformed):
        await henan.corrects(child, first, a_citizen_id())
    with pytest.raises(StudentNotFound):
        await henan.corrects(str(new_uuid7()), None, a_citizen_id())


async def test_no_program_can_rewrite_a_change(henan: Hub, dsn: str) -> None:
    old, new = a_citizen_id(), a_citizen_id()
    child = await henan.child(old)
    await henan.corrects(child, old, new)
    with (
        psycopg.connect(dsn.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute("UPDATE document_change SET valid_from = '2000-01-01' WHERE student_key = %s", (child,))
