"""Two records of one province that may be one child: marked when they can be, each answered for, shown to no other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from chassis.rpc import open_channel
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import OutsideJurisdiction, RequestMalformed, RoleNotAllowed
from province_hub.store.transaction import HubTransaction
from waiting import eventually
from xueji.adjudication.v1 import adjudication_pb2, adjudication_pb2_grpc, province_pb2, province_pb2_grpc

HUB, GUANGDONG = Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")
OFFICER = Identity("dev", HUB, Role.OFFICER, "s001")
NATIONS = Identity("dev", NATION, Role.OFFICER, "n001").uri


async def two_numbers(hub: Any, papers: Any) -> list[str]:
    case = papers.approved_enrolment(papers.pupil(), papers.pupil())
    await hub.submit(case)
    return [item.number for item in (await hub.outcome(case)).items]


def desk(hub: Any, who: Identity = OFFICER) -> Any:
    return province_pb2_grpc.AdjudicationDeskServiceStub(hub.channel(who))


async def opened(hub: Any, *numbers: str) -> adjudication_pb2.Adjudication:
    request = province_pb2.AskRequest(
        adjudication_id=str(new_uuid7()), number=numbers[0], other_number=numbers[1], why="家长反映"
    )
    answer: province_pb2.AskResponse = await desk(hub).Ask(request)
    return answer.adjudication


async def standing(hub: Any, number: str, key: str, *, there: bool) -> str:
    """The standing item, once it is there, or is not."""

    def look(tx: HubTransaction) -> str | None:
        held = tx.students.by_number(number)
        assert held is not None
        said = held.student.standing.get(key, "")
        return said if bool(said) is there else None

    async def ask() -> str | None:
        found: str | None = await hub.database.run(look)
        return found

    return await eventually(ask)


async def test_a_record_in_another_case_is_marked_when_that_has_ended(hub: Any, index: Any, papers: Any) -> None:
    busy, other = await two_numbers(hub, papers)
    key = hub.database.transact(lambda tx: tx.students.by_number(busy)).student.student_key
    another_case = str(new_uuid7())
    hub.database.transact(lambda tx: tx.students.open_case(key, another_case))
    case = await opened(hub, busy, other)

    async def waits() -> bool | None:
        waiting = text("SELECT 1 FROM outbox WHERE lane = 'adjudication' AND error_code = 'STUDENT_HAS_OPEN_CASE'")

        def look(tx: HubTransaction) -> bool | None:
            return tx.connection.scalar(waiting) is not None or None

        found: bool | None = await hub.database.run(look)
        return found

    assert await eventually(waits)
    hub.database.transact(lambda tx: tx.students.close_cases([key], another_case))
    assert await standing(hub, busy, "adjudication", there=True) == case.adjudication_id
    assert await standing(hub, other, "problem", there=True) == "suspected"


async def test_of_two_records_of_ours_each_is_answered_for_by_its_number(hub: Any, index: Any, papers: Any) -> None:
    stands, goes = await two_numbers(hub, papers)
    case = await opened(hub, stands, goes)
    await standing(hub, goes, "adjudication", there=True)
    answer = province_pb2.AnswerRequest(adjudication_id=case.adjudication_id, word="ours_stands", grounds=["户籍证明"])
    with pytest.raises(OutsideJurisdiction):
        await desk(hub).Answer(answer)
    answer.number = stands
    await desk(hub).Answer(answer)
    answer.number, answer.word = goes, "other_stands"
    assert (await desk(hub).Answer(answer)).adjudication.state == "merged"
    assert await standing(hub, goes, "merged_into", there=True) == stands
    await standing(hub, stands, "adjudication", there=False)
    shown = await desk(hub).Show(province_pb2.ShowRequest(adjudication_id=case.adjudication_id))
    assert {record.status for record in shown.records} == {"enrolled", "merged"}


async def test_what_was_asked_is_shown_at_once(hub: Any, index: Any, papers: Any) -> None:
    case = await opened(hub, *await two_numbers(hub, papers))
    shown = await desk(hub).Show(province_pb2.ShowRequest(adjudication_id=case.adjudication_id))
    assert shown.adjudication.adjudication_id == case.adjudication_id


async def test_a_hub_that_restarts_goes_on_where_it_stood(hub: Any, index: Any, papers: Any) -> None:
    numbers = await two_numbers(hub, papers)
    key = hub.database.transact(lambda tx: tx.students.by_number(numbers[0])).student.student_key
    another_case = str(new_uuid7())
    hub.database.transact(lambda tx: tx.students.open_case(key, another_case))
    case = await opened(hub, *numbers)
    await hub.restart()
    hub.database.transact(lambda tx: tx.students.close_cases([key], another_case))
    for number in numbers:
        assert await standing(hub, number, "adjudication", there=True) == case.adjudication_id

    def entries(tx: HubTransaction) -> list[str]:
        return [entry.procedure for entry in tx.students.history(key)]

    assert hub.database.transact(entries) == ["enrolment", "adjudication_opened"]


async def test_nobody_but_the_party_compares_and_no_school_or_county_looks(
    hub: Any, index: Any, papers: Any, node_files: Any
) -> None:
    numbers = await two_numbers(hub, papers)
    case = await opened(hub, *numbers)
    await standing(hub, numbers[0], "adjudication", there=True)
    outside = province_pb2_grpc.AdjudicationPeerServiceStub(hub.channel(GUANGDONG))
    with pytest.raises(OutsideJurisdiction):
        await outside.Compare(province_pb2.CompareRequest(adjudication_id=case.adjudication_id, person="x001"))
    county = Identity("dev", Office(Tier.AUTHORITY, "410105"), Role.OFFICER, "w001")
    with pytest.raises((OutsideJurisdiction, RoleNotAllowed)):
        await desk(hub, county).Show(province_pb2.ShowRequest(adjudication_id=case.adjudication_id))
    with pytest.raises(RequestMalformed):
        await desk(hub).ListOwn(province_pb2.ListOwnRequest(page_size=1, page_token="no token"))
    channel = open_channel(index.address, office=NATION, tls=node_files(NATIONS).tls)
    index_desk = adjudication_pb2_grpc.AdjudicationServiceStub(channel)
    await index_desk.Decide(
        adjudication_pb2.DecideRequest(
            adjudication_id=case.adjudication_id, decision=adjudication_pb2.DECISION_WITHDRAWN, why="误报"
        )
    )
    await channel.close()
    for number in numbers:
        await standing(hub, number, "problem", there=False)
    listed = (await desk(hub).ListOwn(province_pb2.ListOwnRequest(page_size=500))).adjudications
    assert case.adjudication_id not in {one.adjudication_id for one in listed}
