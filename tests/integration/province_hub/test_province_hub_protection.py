"""What is protected of a child (Art. 25), through the hub's door: the province sees it, an authority does not."""

from __future__ import annotations

from typing import Any

from kernel.case import Item
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.protection import WITHHELD
from xueji.record.v1 import record_pb2, record_pb2_grpc

HUB, COUNTY = Office(Tier.PROVINCE, "41"), Office(Tier.AUTHORITY, "410105")


async def test_an_authority_is_told_that_there_is_an_address_and_not_which(hub: Any, index: Any, papers: Any) -> None:
    pupil = papers.pupil(address="示范路8号", former_name="旧名")
    case = papers.approved_enrolment(pupil)
    await hub.submit(case)
    number = (await hub.outcome(case)).items[0].number
    about = {"number": number, "name": pupil.values["name"], "grade": "101", "school_class": "1班"}
    asked = Item(str(new_uuid7()), {**about, "protection": "both", "reason": "收养"})
    protection = papers.approved(papers.filed("information_protection", asked, proofs=("court_order",)))
    await hub.submit(protection)
    assert (await hub.outcome(protection)).items[0].standing["protected"] == "both"

    seen = {}
    for office in (HUB, COUNTY):
        who = Identity("dev", office, Role.OFFICER, "s001" if office == HUB else "a001")
        stub = record_pb2_grpc.RecordServiceStub(hub.channel(who))
        record = (await stub.GetRecord(record_pb2.GetRecordRequest(number=number))).record
        history = await stub.ListHistory(record_pb2.ListHistoryRequest(number=number, page_size=10))
        first = {one.key: one.after for one in history.entries[0].changes}
        listed = history.record.values
        seen[office] = {(told["address"], told["former_name"], told["name"]) for told in (record.values, first, listed)}
    assert seen == {
        HUB: {("示范路8号", "旧名", pupil.values["name"])},
        COUNTY: {(WITHHELD, WITHHELD, pupil.values["name"])},
    }
    relayed = record_pb2_grpc.RecordServiceStub(hub.channel(COUNTY))
    request = record_pb2.GetRecordRequest(number=number, asked_for=f"school/{case.school}")
    known = (await relayed.GetRecord(request)).record.values
    assert known["address"] == "示范路8号", "the school that has the record knows where its pupil lives"
