"""A person may look up what the work needs; who tries numbers out is stopped, and seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.rpc import open_channel
from index_node import index_settings
from kernel.check_character import check_character
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import LookUpBudgetSpent, OutsideJurisdiction, PupilLookedUpTooOften
from national_index.app import App
from national_index.domain.budgets import DAY, HOUR, MISS_WEIGHT, PUPIL_PER_DAY, USER_PER_HOUR, weight_of, window
from xueji.index.v1 import index_pb2, index_pb2_grpc

HENAN = Office(Tier.PROVINCE, "41")
_FIRST17 = "41019920150301{:03d}"
Stubs = Callable[[str | Office], Any]


class FixedClock:
    """A moment in the middle of an hour: no test runs over its end."""

    def now(self) -> datetime:
        return datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


def officer(nth: int) -> str:
    return Identity("dev", NATION, Role.OFFICER, f"n{nth:03d}").uri


def a_document(nth: int) -> index_pb2.Handle:
    first17 = _FIRST17.format(nth)
    return index_pb2.Handle(document=index_pb2.Document(kind="1", number=first17 + check_character(first17)))


@pytest.fixture
async def index(database_dsn: str, node_files: Callable[..., Any], tmp_path: Path) -> AsyncIterator[Stubs]:
    app = App(index_settings(database_dsn, tmp_path, node_files(NATION)), clock=FixedClock())
    await app.start()
    channels: dict[str | Office, grpc.aio.Channel] = {}

    def stub(who: str | Office) -> Any:
        if who not in channels:
            channels[who] = open_channel(app.address, office=NATION, tls=node_files(who).tls)
        return index_pb2_grpc.NationalIndexServiceStub(channels[who])

    yield stub
    for one in channels.values():
        await one.close()
    await app.stop()


@pytest.fixture
async def child(index: Stubs) -> index_pb2.Handle:
    """The one child whom the index knows, by their document."""
    known = a_document(1)
    await index(HENAN).Issue(
        index_pb2.IssueRequest(
            item_ids=[str(new_uuid7())],
            document_kinds=["1"],
            document_numbers=[known.document.number],
            birth_dates=[20150301],
            schools=["2141000001"],
            divisions=["410105"],
        )
    )
    return known


async def alarms(index: Stubs) -> list[tuple[str, str]]:
    told = await index(officer(999)).ListLookUpAlarms(index_pb2.ListLookUpAlarmsRequest(page_size=10))
    return [(one.caller, one.reason) for one in told.alarms]


async def test_the_answer_is_yes_or_no_and_no_record(index: Stubs, child: index_pb2.Handle) -> None:
    desk = index(officer(1))
    assert (await desk.LookUpRegistered(index_pb2.LookUpRegisteredRequest(handle=child))).registered
    stranger = index_pb2.LookUpRegisteredRequest(handle=a_document(2))
    assert not (await desk.LookUpRegistered(stranger)).registered
    with pytest.raises(OutsideJurisdiction):
        await index(Office(Tier.AUTHORITY, "410105")).LookUpRegistered(stranger)


async def test_who_tries_documents_out_is_stopped_after_a_handful_and_seen(
    index: Stubs, child: index_pb2.Handle
) -> None:
    desk = index(officer(1))
    for nth in range(USER_PER_HOUR // MISS_WEIGHT):
        await desk.LookUp(index_pb2.LookUpRequest(handles=[a_document(2 + nth)]))
    with pytest.raises(LookUpBudgetSpent) as stopped:
        await desk.LookUp(index_pb2.LookUpRequest(handles=[child]))
    assert "17:00" in stopped.value.sentence
    assert await alarms(index) == [(officer(1), "BUDGET")]
    # Another person's work goes on.
    assert (await index(officer(2)).LookUpRegistered(index_pb2.LookUpRegisteredRequest(handle=child))).registered


async def test_a_batch_beyond_the_budget_says_nothing_and_costs_nothing(index: Stubs, child: index_pb2.Handle) -> None:
    desk = index(officer(1))
    with pytest.raises(LookUpBudgetSpent):
        await desk.LookUp(index_pb2.LookUpRequest(handles=[child] * (USER_PER_HOUR + 1)))
    found = await desk.LookUp(index_pb2.LookUpRequest(handles=[child] * USER_PER_HOUR))
    assert all(one.number for one in found.found)
    assert await alarms(index) == []


async def test_a_pupil_whom_many_ask_for_is_noticed(index: Stubs, child: index_pb2.Handle) -> None:
    question = index_pb2.LookUpRegisteredRequest(handle=child)
    for nth in range(PUPIL_PER_DAY):
        assert (await index(officer(nth)).LookUpRegistered(question)).registered
    with pytest.raises(PupilLookedUpTooOften):
        await index(officer(PUPIL_PER_DAY)).LookUpRegistered(question)
    assert await alarms(index) == [(officer(PUPIL_PER_DAY - 1), "PUPIL")]


async def test_a_hubs_questions_are_its_work(index: Stubs, child: index_pb2.Handle) -> None:
    questions = [child, *(a_document(nth) for nth in range(2, 200))]
    found = await index(HENAN).LookUp(index_pb2.LookUpRequest(handles=questions))
    assert [bool(one.number) for one in found.found] == [True] + [False] * 198
    assert await alarms(index) == []


@given(asked=st.integers(0, 1000), misses=st.integers(0, 1000))
def test_nobody_learns_more_by_asking_together(asked: int, misses: int) -> None:
    found = max(asked - misses, 0)
    one_by_one = found * weight_of(asked=1, found=1) + (asked - found) * weight_of(asked=1, found=0)
    assert weight_of(asked=asked, found=found) == one_by_one


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_in_one_hour_and_one_day(now: datetime) -> None:
    for length in (HOUR, DAY):
        since = window(now, length)
        assert since <= now < since + length
        assert window(since, length) == since


async def test_a_hub_that_tries_documents_out_is_seen_and_goes_on_working(
    index: Stubs, child: index_pb2.Handle
) -> None:
    strangers = [a_document(nth) for nth in range(2, 402)]
    for _ in range(4):
        await index(HENAN).LookUp(index_pb2.LookUpRequest(handles=strangers))
    assert await alarms(index) == [(Identity("dev", HENAN).uri, "MISSES")], "once an hour"
    assert (await index(HENAN).LookUp(index_pb2.LookUpRequest(handles=[child]))).found[0].number
