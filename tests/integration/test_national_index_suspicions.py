"""A child registered a second time under another document is suspected within the call, and people decide."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import psycopg
import pytest

from chassis.rpc import open_channel
from index_node import environment_of, index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import (
    NotCustodian,
    OutsideJurisdiction,
    PairUnknown,
    RequestMalformed,
    RoleNotAllowed,
    StudentNotFound,
)
from national_index.app import App
from national_index.settings import IndexSettings
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.suspicion.v1 import suspicion_pb2, suspicion_pb2_grpc

if TYPE_CHECKING:
    from xueji.index.v1.index_pb2_grpc import NationalIndexServiceAsyncStub as Index
    from xueji.suspicion.v1.suspicion_pb2_grpc import SuspicionServiceAsyncStub as Suspicions

HENAN, GUANGDONG = Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")
PLACE_OF = {HENAN: ("2141000001", "410105"), GUANGDONG: ("2144000001", "440106")}
OFFICER = Identity("dev", NATION, Role.OFFICER, "n001").uri
FATHER = "410199198501010018"
BORN = 20150309


def a_child(name: str, sequence: int, *, place: str = "410199") -> dict[str, Any]:
    """A girl with a citizen ID of nobody; without one where the sequence is 0."""
    first17 = f"{place}{BORN}{sequence:03d}"
    return {
        "name": name,
        "document": first17 + check_character(first17) if sequence else "",
        "father": ("曾伟", FATHER),
    }


def an_intake(hub: Office, *children: dict[str, Any]) -> index_pb2.IssueRequest:
    school, division = PLACE_OF[hub]
    count = len(children)
    return index_pb2.IssueRequest(
        item_ids=[str(new_uuid7()) for _ in children],
        document_kinds=["1" if child["document"] else "Z" for child in children],
        document_numbers=[child["document"] for child in children],
        birth_dates=[BORN] * count,
        schools=[school] * count,
        divisions=[division] * count,
        names=[child["name"] for child in children],
        sexes=[2] * count,
        first_guardian_names=[child["father"][0] for child in children],
        first_guardian_documents=[child["father"][1] for child in children],
        second_guardian_names=[""] * count,
        second_guardian_documents=[""] * count,
    )


class Nation:
    """The index, asked by two hubs and by an officer of the nation."""

    def __init__(self, settings: IndexSettings, channel: Callable[[str | Office], grpc.aio.Channel]) -> None:
        self.settings = settings
        self._channel = channel

    def hub(self, office: Office) -> Index:
        return index_pb2_grpc.NationalIndexServiceStub(self._channel(office))

    def suspicions(self, who: str | Office = OFFICER) -> Suspicions:
        return suspicion_pb2_grpc.SuspicionServiceStub(self._channel(who))

    async def all(self, *, page_size: int = 100, with_different: bool = False) -> list[suspicion_pb2.Suspicion]:
        found: list[suspicion_pb2.Suspicion] = []
        token = ""
        while True:
            page = await self.suspicions().List(
                suspicion_pb2.ListRequest(page_size=page_size, page_token=token, with_different=with_different)
            )
            found.extend(page.suspicions)
            token = page.next_page_token
            if not token:
                return found


@pytest.fixture
async def nation(database_dsn: str, node_files: Callable[..., Any], tmp_path: Path) -> AsyncIterator[Nation]:
    settings = index_settings(database_dsn, tmp_path, node_files(NATION))
    app = App(settings)
    await app.start()
    channels: dict[str | Office, grpc.aio.Channel] = {}

    def channel(who: str | Office) -> grpc.aio.Channel:
        if who not in channels:
            channels[who] = open_channel(app.address, office=NATION, tls=node_files(who).tls)
        return channels[who]

    yield Nation(settings, channel)
    for one in channels.values():
        await one.close()
    await app.stop()


async def test_a_second_registration_is_suspected_within_the_call_and_has_its_number(nation: Nation) -> None:
    first = await nation.hub(HENAN).Issue(an_intake(HENAN, a_child("曾佳怡", 2)))
    assert list(first.suspected_custodians) == [""]
    stranger = a_child("李思琪", 4) | {"father": ("李强", "440199198001010011")}
    intake = an_intake(GUANGDONG, a_child("曾嘉怡", 0), stranger)
    again = await nation.hub(GUANGDONG).Issue(intake)
    assert await nation.hub(GUANGDONG).Issue(intake) == again, "an answer that was lost is the same the second time"
    assert all(again.numbers)
    assert list(again.suspected_custodians) == ["41", ""]
    (pair,) = await nation.all()
    assert {pair.first.number, pair.second.number} == {first.numbers[0], again.numbers[0]}
    assert {pair.first.custodian, pair.second.custodian} == {"41", "44"}
    assert "姓名同音不同字" in pair.reasons


async def test_a_record_that_was_corrected_is_compared_by_what_it_says_now(nation: Nation) -> None:
    first = await nation.hub(HENAN).Issue(an_intake(HENAN, a_child("曾佳怡", 2)))
    other = a_child("李思琪", 0) | {"father": ("", "")}
    second = await nation.hub(GUANGDONG).Issue(an_intake(GUANGDONG, other))
    assert await nation.all() == []
    request = index_pb2.RenewRequest(
        student_key=second.student_keys[0],
        name="曾嘉怡",
        sex=2,
        birth_date=BORN,
        first_guardian_name="曾伟",
        first_guardian_document=FATHER,
    )
    for _ in range(2):
        assert (await nation.hub(GUANGDONG).Renew(request)).suspected_custodian == "41"
    (pair,) = await nation.all()
    assert {pair.first.number, pair.second.number} == {first.numbers[0], second.numbers[0]}
    with pytest.raises(NotCustodian):
        await nation.hub(HENAN).Renew(request)
    request.student_key = str(new_uuid7())
    with pytest.raises(StudentNotFound):
        await nation.hub(GUANGDONG).Renew(request)


async def test_twins_are_not_suspected(nation: Nation) -> None:
    answer = await nation.hub(HENAN).Issue(
        an_intake(HENAN, a_child("曾佳怡", 2), a_child("曾佳琪", 4), a_child("曾嘉怡", 6))
    )
    assert list(answer.suspected_custodians) == ["", "", ""]
    assert await nation.all() == []


async def test_children_without_a_name_resemble_nobody(nation: Nation) -> None:
    answer = await nation.hub(HENAN).Issue(an_intake(HENAN, a_child("", 0), a_child(" ", 0)))
    assert all(answer.numbers)
    assert list(answer.suspected_custodians) == ["", ""]


async def test_what_is_decided_is_remembered_and_can_be_taken_back(nation: Nation) -> None:
    await nation.hub(HENAN).Issue(an_intake(HENAN, a_child("曾佳怡", 2), a_child("曾佳怡", 0)))
    (pair,) = await nation.all()
    desk, keys = nation.suspicions(), {"first": pair.second.student_key, "second": pair.first.student_key}
    for _ in range(2):  # said again, the first word stays
        await desk.KeepApart(suspicion_pb2.KeepApartRequest(**keys))
    assert await nation.all() == []
    (decided,) = await nation.all(with_different=True)
    assert decided.decided_by == "n001"
    assert (await desk.Get(suspicion_pb2.GetRequest(**keys))).suspicion == decided
    await desk.Reopen(suspicion_pb2.ReopenRequest(**keys))
    assert await nation.all() == [pair]
    with pytest.raises(PairUnknown):
        await desk.KeepApart(suspicion_pb2.KeepApartRequest(first=str(new_uuid7()), second=keys["second"]))
    with pytest.raises(PairUnknown):
        await desk.Get(suspicion_pb2.GetRequest(first=str(new_uuid7()), second=keys["second"]))


async def test_pages_have_every_pair_once_the_heaviest_first(nation: Nation) -> None:
    writings = ["曾佳怡", "增佳怡", "曾嘉怡", "會佳怡"]
    await nation.hub(HENAN).Issue(an_intake(HENAN, *(a_child(name, 0) for name in writings)))
    whole, paged = await nation.all(), await nation.all(page_size=1)
    assert len(whole) > 2
    assert whole == paged
    assert [one.weight for one in whole] == sorted((one.weight for one in whole), reverse=True)
    with pytest.raises(RequestMalformed):
        await nation.suspicions().List(suspicion_pb2.ListRequest(page_size=1, page_token="no token"))


async def test_only_the_nations_officers_look(nation: Nation) -> None:
    question = suspicion_pb2.ListRequest(page_size=1)
    with pytest.raises(OutsideJurisdiction):
        await nation.suspicions(HENAN).List(question)
    pair = suspicion_pb2.GetRequest(first=str(new_uuid7()), second=str(new_uuid7()))
    with pytest.raises(OutsideJurisdiction):
        await nation.suspicions(HENAN).Get(pair)
    with pytest.raises(RoleNotAllowed):
        await nation.suspicions(NATION).List(question)


async def test_a_sweep_finds_what_came_without_a_comparison_at_the_time(nation: Nation, database_dsn: str) -> None:
    await nation.hub(HENAN).Issue(an_intake(HENAN, a_child("曾佳怡", 2), a_child("曾嘉怡", 0)))
    with psycopg.connect(database_dsn.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute("DELETE FROM suspicion")
    await asyncio.to_thread(sweep_process, nation.settings)
    (pair,) = await nation.all()
    assert "姓名同音不同字" in pair.reasons
    await nation.suspicions().KeepApart(
        suspicion_pb2.KeepApartRequest(first=pair.first.student_key, second=pair.second.student_key)
    )
    await asyncio.to_thread(sweep_process, nation.settings)
    assert await nation.all() == []


def sweep_process(settings: IndexSettings) -> None:
    subprocess.run(
        [sys.executable, "-m", "national_index", "sweep"], env=environment_of(settings), check=True, timeout=60
    )


async def test_no_name_and_no_day_can_be_read_in_the_database(nation: Nation, database_dsn: str) -> None:
    await nation.hub(HENAN).Issue(an_intake(HENAN, a_child("曾佳怡", 2)))
    with psycopg.connect(database_dsn.replace("postgresql+psycopg", "postgresql")) as connection:
        (row,) = connection.execute("SELECT CAST(t AS text) FROM trait AS t").fetchall()
    for secret in ("曾", "佳怡", str(BORN), "2015-03-09", FATHER, "410199", ",2015,"):
        assert secret not in row[0]
