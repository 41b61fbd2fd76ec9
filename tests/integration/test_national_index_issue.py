"""The index over gRPC with a real PostgreSQL: one child, one number, whoever asks and how often."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.keys import IdentityKeys
from chassis.rpc import open_channel
from chassis.sql import difference
from console.parts.protocols import PostgresPart
from console.parts.run_directory import RunDirectory
from index_node import environment_of, index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.number import NumberKind, StudentNumber, temporary_number
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import OutsideJurisdiction, RequestMalformed, RoleNotAllowed
from national_index.app import App, read_identity_keys
from national_index.settings import IndexSettings
from national_index.store.handles import HandleKind
from national_index.store.schema import metadata
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.numbers.v1 import numbers_pb2, numbers_pb2_grpc

HENAN, GUANGDONG = Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")
COUNTY = Office(Tier.AUTHORITY, "410105")
SCHOOL_OF = {"41": "2141000001", "44": "2144000001"}
DIVISION_OF = {"41": "410105", "44": "440106"}

if TYPE_CHECKING:
    from xueji.index.v1.index_pb2_grpc import NationalIndexServiceAsyncStub as AsyncStub

NodeFilesOf = Callable[[str | Office], Any]
Stub = index_pb2_grpc.NationalIndexServiceStub


@dataclass(frozen=True)
class IntakeRow:
    """One registration as its hub sends it."""

    item_id: str
    document_kind: str
    document_number: str
    birth_date: int
    school: str
    division: str
    nationality: str


_people = itertools.count()


def a_citizen_id(*, born: date | None = None) -> str:
    """A number that holds together, of nobody: the division 410199 was never given to a county."""
    nth = next(_people)
    born = born or date(2015 + nth // 900, 3, 1)
    first17 = f"410199{born:%Y%m%d}{nth % 1000:03d}"
    return first17 + check_character(first17)


def a_row(
    document: str = "", *, kind: str = "1", born: date | None = None, province: str = "41", item_id: str = ""
) -> IntakeRow:
    """A registration; without a document the kind is that of no document at all."""
    stated = f"{born:%Y%m%d}" if born else document[6:14] if kind == "1" and document else "20150301"
    return IntakeRow(
        item_id=item_id or str(new_uuid7()),
        document_kind=kind if document else "Z",
        document_number=document,
        birth_date=int(stated),
        school=SCHOOL_OF[province],
        division=DIVISION_OF[province],
        nationality="BRA" if kind == "A" else "CHN",
    )


def an_intake(*rows: IntakeRow) -> index_pb2.IssueRequest:
    return index_pb2.IssueRequest(
        item_ids=[row.item_id for row in rows],
        document_kinds=[row.document_kind for row in rows],
        document_numbers=[row.document_number for row in rows],
        birth_dates=[row.birth_date for row in rows],
        schools=[row.school for row in rows],
        divisions=[row.division for row in rows],
        nationalities=[row.nationality for row in rows],
    )


@pytest.fixture(scope="module")
def dsn(postgres: PostgresPart) -> str:
    postgres.create_database("national_index_issue")
    return postgres.dsn("national_index_issue")


@pytest.fixture(scope="module")
def settings(dsn: str, run: RunDirectory, node_files: NodeFilesOf) -> IndexSettings:
    return index_settings(dsn, run.folder("index-issue"), node_files(NATION))


@pytest.fixture(scope="module")
async def app(settings: IndexSettings) -> AsyncIterator[App]:
    app = App(settings)
    await app.start()
    yield app
    await app.stop()


@pytest.fixture(scope="module")
async def asked_by(app: App, node_files: NodeFilesOf) -> AsyncIterator[Callable[[str | Office], grpc.aio.Channel]]:
    """A channel to the index for whoever is named: an office's node, or a URI."""
    channels: list[grpc.aio.Channel] = []

    def channel(who: str | Office) -> grpc.aio.Channel:
        channels.append(open_channel(app.address, office=NATION, tls=node_files(who).tls))
        return channels[-1]

    yield channel
    for one in channels:
        await one.close()


@pytest.fixture(scope="module")
async def henan(asked_by: Callable[[str | Office], grpc.aio.Channel]) -> AsyncStub:
    return Stub(asked_by(HENAN))


@pytest.fixture(scope="module")
async def guangdong(asked_by: Callable[[str | Office], grpc.aio.Channel]) -> AsyncStub:
    return Stub(asked_by(GUANGDONG))


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        yield connection


async def test_a_child_with_a_citizen_id_gets_a_temporary_number_of_the_schools_place(henan: AsyncStub) -> None:
    answer = await henan.Issue(an_intake(a_row(a_citizen_id(born=date(2018, 9, 1)))))
    (number,) = answer.numbers
    assert StudentNumber.parse(number).kind is NumberKind.TEMPORARY
    assert number.startswith("L41010520180901")
    assert list(answer.refusal_codes) == [""]
    assert list(answer.student_keys) == list(answer.item_ids)


async def test_a_child_with_another_document_or_with_none_gets_a_self_coded_number(henan: AsyncStub) -> None:
    passport = a_row("E12345678", kind="A", born=date(2016, 2, 29))
    nothing = a_row(born=date(2016, 2, 29))
    answer = await henan.Issue(an_intake(passport, nothing))
    assert [StudentNumber.parse(number).kind for number in answer.numbers] == [NumberKind.SELF_CODED] * 2
    assert len(set(answer.numbers)) == 2


async def test_the_same_items_again_get_the_same_numbers(henan: AsyncStub) -> None:
    intake = an_intake(a_row(a_citizen_id()), a_row(), a_row("K9988776", kind="A", born=date(2014, 5, 5)))
    first, again = await henan.Issue(intake), await henan.Issue(intake)
    assert first == again
    assert all(first.numbers)


async def test_two_children_without_documents_are_two_children(henan: AsyncStub) -> None:
    answer = await henan.Issue(an_intake(a_row(), a_row()))
    assert len(set(answer.numbers)) == len(set(answer.student_keys)) == 2


async def test_a_child_registered_elsewhere_is_refused_and_only_the_province_is_told(
    henan: AsyncStub, guangdong: AsyncStub
) -> None:
    document = a_citizen_id()
    await henan.Issue(an_intake(a_row(document)))
    elsewhere = await guangdong.Issue(an_intake(a_row(document, province="44"), a_row(a_citizen_id(), province="44")))
    assert list(elsewhere.refusal_codes) == ["ALREADY_REGISTERED", ""]
    assert list(elsewhere.custodians) == ["41", ""]
    assert elsewhere.numbers[0] == elsewhere.student_keys[0] == ""


async def test_of_two_rows_with_one_document_the_first_wins(henan: AsyncStub) -> None:
    document = a_citizen_id()
    first, second = a_row(document), a_row(document)
    answer = await henan.Issue(an_intake(first, second))
    assert list(answer.refusal_codes) == ["", "ALREADY_REGISTERED"]
    assert list(answer.custodians) == ["", "41"]
    again = await henan.Issue(an_intake(second, first))
    assert list(again.refusal_codes) == ["ALREADY_REGISTERED", ""]
    assert again.numbers[1] == answer.numbers[0]


async def test_a_document_is_known_however_it_was_written(henan: AsyncStub, guangdong: AsyncStub) -> None:
    permit = "H12345678"
    await henan.Issue(an_intake(a_row(permit, kind="6", born=date(2015, 1, 1))))
    renewed = await guangdong.Issue(an_intake(a_row("h1234567802", kind="6", born=date(2015, 1, 1), province="44")))
    assert list(renewed.refusal_codes) == ["ALREADY_REGISTERED"]


async def test_a_bad_row_leaves_the_others_alone(henan: AsyncStub) -> None:
    good = a_citizen_id()
    wrong_check = good[:17] + ("1" if good[17] != "1" else "2")
    other_birthday = a_row(a_citizen_id(), born=date(2012, 12, 12))
    bad_day = replace(a_row(), birth_date=20150231)
    no_division = replace(a_row(), division="9901")
    not_theirs = replace(a_row(), school=SCHOOL_OF["44"])
    answer = await henan.Issue(
        an_intake(a_row(wrong_check), other_birthday, bad_day, no_division, not_theirs, a_row(good))
    )
    assert list(answer.refusal_codes) == [
        "CHECK_CHARACTER_WRONG",
        "BIRTH_DATE_CONTRADICTS_ID",
        "BIRTH_DATE_IMPOSSIBLE",
        "DIVISION_UNKNOWN",
        "OUTSIDE_JURISDICTION",
        "",
    ]
    assert [bool(number) for number in answer.numbers] == [False] * 5 + [True]


async def test_an_item_that_has_a_number_gets_none_under_another_document(henan: AsyncStub, dsn: str) -> None:
    first = a_row(a_citizen_id())
    other = a_citizen_id()
    await henan.Issue(an_intake(first))
    before = counted(dsn, "handle")
    reused = await henan.Issue(an_intake(a_row(other, item_id=first.item_id)))
    assert list(reused.refusal_codes) == ["DIGEST_REUSED"]
    assert counted(dsn, "handle") == before
    free = await henan.Issue(an_intake(a_row(other)))
    assert list(free.refusal_codes) == [""]


def counted(dsn: str, table: str) -> int:
    with connected(dsn) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


def stored_number(keys: IdentityKeys, number: str) -> UUID:
    """As the index of these tests has it: under the first storage key."""
    (stored,) = keys.storage[1].wrap([keys.fingerprints.of(HandleKind.NUMBER, number).bytes])
    return UUID(bytes=stored)


async def test_numbers_that_came_from_elsewhere_are_stepped_over(
    henan: AsyncStub, dsn: str, settings: IndexSettings
) -> None:
    born = date(2013, 7, 7)
    imported = [temporary_number(division="410105", birth_date=born, sequence=n).text for n in (0, 1, 3)]
    keys = read_identity_keys(settings.fingerprint_key_file, settings.number_key_file)
    with connected(dsn) as connection:
        for number in imported:
            connection.execute(
                "INSERT INTO handle (fingerprint, student_key, kind, key_version) VALUES (%s, %s, 'N', 1)",
                (stored_number(keys, number), new_uuid7()),
            )
    answer = await henan.Issue(an_intake(a_row(a_citizen_id(born=born)), a_row(a_citizen_id(born=born))))
    assert [number[15:18] for number in sorted(answer.numbers)] == ["002", "004"]


async def test_when_a_days_numbers_are_used_up_the_others_go_on(henan: AsyncStub, dsn: str) -> None:
    born = date(2011, 11, 11)
    with connected(dsn) as connection:
        connection.execute(
            "INSERT INTO number_block (division, birth_date, kind, next_sequence) VALUES ('410105', %s, 'L', 799)",
            (born,),
        )
    late, another_day = a_row(a_citizen_id(born=born)), a_row(a_citizen_id())
    answer = await henan.Issue(an_intake(a_row(a_citizen_id(born=born)), late, another_day))
    assert sorted(answer.refusal_codes) == ["", "", "NUMBER_SPACE_EXHAUSTED"]
    assert answer.refusal_codes[2] == ""
    again = await henan.Issue(an_intake(late))
    assert again.refusal_codes[0] == answer.refusal_codes[1]


def allocated(born: date, sequence: int, *, division: str = "410105") -> str:
    """A number that the county gave by itself."""
    return temporary_number(division=division, birth_date=born, sequence=sequence).text


async def test_a_number_that_the_county_gave_becomes_the_childs(henan: AsyncStub) -> None:
    born = date(2011, 12, 1)
    intake = an_intake(*(a_row(a_citizen_id(born=born)) for _ in range(3)))
    intake.allocated_numbers.extend([allocated(born, 800), "", allocated(born, 801)])
    answer = await henan.Issue(intake)
    assert not any(answer.refusal_codes)
    assert [answer.numbers[0], answer.numbers[2]] == [allocated(born, 800), allocated(born, 801)]
    assert answer.numbers[1][15:18] == "000", "the nation gives the others from the beginning"
    assert await henan.Issue(intake) == answer, "asked again, the same answer"


async def test_a_number_that_was_given_twice_or_may_not_be_given_is_refused_to_that_child_alone(
    henan: AsyncStub,
) -> None:
    born, day_before = date(2011, 12, 2), date(2011, 12, 1)
    wrong = [
        allocated(born, 799),
        allocated(day_before, 805),
        allocated(born, 805, division="410122"),
        "L" + allocated(born, 805)[1:-1] + ("0" if allocated(born, 805)[-1] != "0" else "1"),
        "G" + allocated(born, 805)[1:],
    ]
    twice = a_citizen_id(born=born)
    intake = an_intake(*(a_row(a_citizen_id(born=born)) for _ in wrong), a_row(a_citizen_id(born=born)), a_row(twice))
    intake.allocated_numbers.extend([*wrong, allocated(born, 806), allocated(born, 806)])
    answer = await henan.Issue(intake)
    assert all(answer.refusal_codes[:5]), list(answer.refusal_codes)
    assert (answer.numbers[5], answer.refusal_codes[6]) == (allocated(born, 806), "NUMBER_ALREADY_HELD")
    again = await henan.Issue(an_intake(a_row(twice)))
    assert again.numbers[0], "nothing of it stands in the way of an ordinary number"


async def test_what_was_given_and_never_came_is_a_gap(
    henan: AsyncStub, asked_by: Callable[[str | Office], grpc.aio.Channel]
) -> None:
    born = date(2011, 12, 3)
    intake = an_intake(*(a_row(a_citizen_id(born=born)) for _ in range(2)))
    intake.allocated_numbers.extend([allocated(born, 801), allocated(born, 804)])
    assert not any((await henan.Issue(intake)).refusal_codes)
    stub = numbers_pb2_grpc.NumberServiceStub(asked_by(Identity("dev", NATION, Role.OFFICER, "n001").uri))
    found: list[tuple[str, int]] = []
    request = numbers_pb2.ListGapsRequest(page_size=2)
    while True:
        page = await stub.ListGaps(request)
        found += [(gap.birth_date, gap.sequence) for gap in page.gaps]
        request.page_token = page.next_page_token
        if not request.page_token:
            break
    assert [sequence for day, sequence in found if day == born.isoformat()] == [800, 802, 803]
    assert found == sorted(found)
    with pytest.raises(OutsideJurisdiction):
        await numbers_pb2_grpc.NumberServiceStub(asked_by(HENAN)).ListGaps(request)
    with pytest.raises(RequestMalformed):
        await stub.ListGaps(numbers_pb2.ListGapsRequest(page_size=1, page_token="no token"))


async def test_eight_clients_that_ask_for_overlapping_children_get_one_number_for_each(
    asked_by: Callable[[str | Office], grpc.aio.Channel], dsn: str
) -> None:
    documents = [a_citizen_id() for _ in range(300)]
    rows = {document: a_row(document) for document in documents}
    shuffled = random.Random(7)  # noqa: S311 - a test's own dice

    async def client(nth: int) -> dict[str, str]:
        stub = Stub(asked_by(HENAN))
        seen: dict[str, str] = {}
        for _ in range(4):
            chosen = shuffled.sample(documents, 150)
            answer = await stub.Issue(an_intake(*(rows[document] for document in chosen)))
            assert not any(answer.refusal_codes)
            seen |= dict(zip(chosen, answer.numbers, strict=True))
        return seen

    persons_before = counted(dsn, "person")
    told = await asyncio.gather(*(client(nth) for nth in range(8)))
    numbers_of: dict[str, set[str]] = {}
    for seen in told:
        for document, number in seen.items():
            numbers_of.setdefault(document, set()).add(number)
    assert all(len(numbers) == 1 for numbers in numbers_of.values())
    assert len({number for numbers in numbers_of.values() for number in numbers}) == len(numbers_of)
    assert counted(dsn, "person") == persons_before + len(numbers_of)


async def test_two_provinces_that_race_for_one_child_make_one_record(henan: AsyncStub, guangdong: AsyncStub) -> None:
    documents = [a_citizen_id() for _ in range(100)]
    ours, theirs = await asyncio.gather(
        henan.Issue(an_intake(*(a_row(document) for document in documents))),
        guangdong.Issue(an_intake(*(a_row(document, province="44") for document in reversed(documents)))),
    )
    outcomes = [
        Counter([bool(mine), bool(yours)]) for mine, yours in zip(ours.numbers, reversed(theirs.numbers), strict=True)
    ]
    assert outcomes == [Counter([True, False])] * len(documents)


async def test_a_child_is_found_by_number_and_by_document_in_the_order_asked(
    henan: AsyncStub, guangdong: AsyncStub
) -> None:
    document = a_citizen_id()
    issued = await henan.Issue(an_intake(a_row(document)))
    found = await guangdong.LookUp(
        index_pb2.LookUpRequest(
            handles=[
                index_pb2.Handle(document=index_pb2.Document(kind="1", number=a_citizen_id())),
                index_pb2.Handle(number=issued.numbers[0].lower()),
                index_pb2.Handle(document=index_pb2.Document(kind="1", number="no number at all")),
                index_pb2.Handle(document=index_pb2.Document(kind="1", number=document)),
            ]
        )
    )
    child = index_pb2.Found(
        student_key=issued.student_keys[0], number=issued.numbers[0], custodian="41", epoch=1, in_transfer=False
    )
    assert list(found.found) == [index_pb2.Found(), child, index_pb2.Found(), child]


async def test_an_earlier_number_still_finds_the_child_with_the_number_in_force(
    henan: AsyncStub, dsn: str, settings: IndexSettings
) -> None:
    issued = await henan.Issue(an_intake(a_row(a_citizen_id())))
    earlier = temporary_number(division="410106", birth_date=date(2015, 3, 1), sequence=7).text
    keys = read_identity_keys(settings.fingerprint_key_file, settings.number_key_file)
    with connected(dsn) as connection:
        connection.execute(
            "INSERT INTO handle (fingerprint, student_key, kind, key_version) VALUES (%s, %s, 'N', 1)",
            (stored_number(keys, earlier), issued.student_keys[0]),
        )
    found = await henan.LookUp(index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=earlier)]))
    assert found.found[0].number == issued.numbers[0]


async def test_only_province_nodes_may_ask_for_numbers(
    asked_by: Callable[[str | Office], grpc.aio.Channel],
) -> None:
    intake = an_intake(a_row(a_citizen_id()))
    for office in (COUNTY, Office(Tier.SCHOOL, SCHOOL_OF["41"])):
        with pytest.raises(OutsideJurisdiction):
            await Stub(asked_by(office)).Issue(intake)
        with pytest.raises(OutsideJurisdiction):
            await Stub(asked_by(office)).LookUp(index_pb2.LookUpRequest(handles=[index_pb2.Handle(number="L" * 19)]))
        with pytest.raises(OutsideJurisdiction):
            await exchange_pb2_grpc.FeedServiceStub(asked_by(office)).Read(
                exchange_pb2.ReadRequest(after=0, limit=1, wait_ms=0)
            )


async def test_the_nations_officer_may_look_up_and_nothing_else(
    asked_by: Callable[[str | Office], grpc.aio.Channel], henan: AsyncStub
) -> None:
    issued = await henan.Issue(an_intake(a_row(a_citizen_id())))
    question = index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=issued.numbers[0])])
    officer = Stub(asked_by(Identity("dev", NATION, Role.OFFICER, "n001").uri))
    assert (await officer.LookUp(question)).found[0].custodian == "41"
    with pytest.raises(RoleNotAllowed):
        await officer.Issue(an_intake(a_row()))
    with pytest.raises(OutsideJurisdiction):
        await Stub(asked_by(Identity("dev", COUNTY, Role.OFFICER, "a001").uri)).LookUp(question)


async def test_columns_of_unequal_length_are_refused_as_a_whole(henan: AsyncStub) -> None:
    intake = an_intake(a_row(a_citizen_id()), a_row(a_citizen_id()))
    del intake.schools[1]
    with pytest.raises(RequestMalformed):
        await henan.Issue(intake)


async def test_no_document_and_no_number_can_be_read_in_the_database(henan: AsyncStub, dsn: str) -> None:
    documents = [a_citizen_id(), "P7654321"]
    rows = [a_row(documents[0]), a_row(documents[1], kind="A", born=date(2015, 3, 1))]
    issued = await henan.Issue(an_intake(*rows))
    with connected(dsn) as connection:
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        dump = "\n".join(
            str(row[0])
            for table in tables
            for row in connection.execute(f"SELECT CAST(t AS text) FROM {table} AS t".encode())  # noqa: S608
        )
    assert {"person", "handle", "slot", "number_block"} <= set(tables)
    assert issued.student_keys[0] in dump  # the dump is of the right database
    for secret in (*documents, *issued.numbers):
        assert secret not in dump
        assert secret.encode().hex() not in dump  # bytea is shown in hex


async def test_models_and_migrations_are_equal(app: App, dsn: str) -> None:
    assert difference(dsn, metadata) == []


async def test_the_process_serves_writes_its_address_and_ends_on_sigterm(
    database_dsn: str, node_files: NodeFilesOf, tmp_path: Path
) -> None:
    told = index_settings(database_dsn, tmp_path, node_files(NATION), address_file=tmp_path / "address")
    process = subprocess.Popen(  # noqa: ASYNC220 - it only starts here
        [sys.executable, "-m", "national_index"],
        env=environment_of(told),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for _ in range(600):
            if (tmp_path / "address").exists() or process.poll() is not None:
                break
            await asyncio.sleep(0.05)
        address = (tmp_path / "address").read_text().strip()
        channel = open_channel(address, office=NATION, tls=node_files(HENAN).tls)
        health = await health_pb2_grpc.HealthStub(channel).Check(  # type: ignore[attr-defined]
            health_pb2.HealthCheckRequest(service="xueji.index.v1.NationalIndexService")
        )
        assert health.status == health_pb2.HealthCheckResponse.SERVING
        await channel.close()
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.to_thread(process.communicate, timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert '"event":"stopped"' in said.replace('": "', '":"')
