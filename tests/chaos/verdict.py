"""What must hold when the storm is over, asked of everybody through their own doors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.rpc import open_channel
from console.demo.cast import Cast
from console.demo.crowd import Child
from console.desk import Desk
from console.federation.running import Federation
from kernel.custody import Custody
from kernel.invariants import HubView, IndexView, Picture, violations
from kernel.office import NATION, Office, Tier
from kernel.school import School
from xueji.desk.v1 import desk_pb2
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.transfer.v1 import audit_pb2

LOOKED_UP_AT_ONCE = 100
MOVED_EPOCH = 2  # one at the registration, one for the move


@dataclass(frozen=True)
class Verdict:
    """How many children were asked about, and of how many each claim does not hold."""

    children: int
    broken: Mapping[str, int]

    @property
    def holds(self) -> bool:
        return not any(self.broken.values())


async def judge(federation: Federation, cast: Cast, children: Sequence[Child]) -> Verdict:
    """Of every child: where the index says it is, what both hubs hold, what both schools have, whose record it is."""
    index = await _of_the_index(federation, [child.move.number for child in children])
    hubs = {province: _by_number(await cast.hub(province).students()) for province in ("41", "44")}
    schools = {school: _by_number(await cast.registrar(school).students()) for school in _schools(children)}
    broken: Counter[str] = Counter()
    for child in children:
        move = child.move
        known = index[move.number]
        here, there = move.arriving.code.province, move.leaving.code.province
        arrived, left = (hubs[province].get(move.number, []) for province in (here, there))
        broken["全国索引：由转入省保管，轮次 2，没有未了的转接"] += (
            known.custodian,
            known.epoch,
            known.in_transfer,
        ) != (here, MOVED_EPOCH, False)
        broken["转入省：持有学籍，轮次 2"] += _custody(arrived) != [(Custody.HELD.value, MOVED_EPOCH)]
        broken["转出省：只留备份，轮次 2"] += _custody(left) != [(Custody.GONE.value, MOVED_EPOCH)]
        broken["转入学校：名册上有且只有一次"] += _statuses(schools[move.arriving], move.number) != ["numbered"]
        broken["转出学校：已转出"] += _statuses(schools[move.leaving], move.number) != ["left"]
        broken["保管权的不变量（I2、I3）"] += bool(_violations(known, {here: arrived, there: left}))
        record = (await cast.hub(here).record(move.number)).record
        broken["学籍内容没有变"] += (record.values.get("name"), record.values.get("document_number")) != (
            move.name,
            child.document,
        )
    for province in hubs:
        broken["两省逐条核对：与全国索引一致"] += await _differences(cast.hub(province))
    return Verdict(len(children), dict(broken))


async def _differences(hub: Desk) -> int:
    news = [one async for one in hub.audit.ListDifferences(audit_pb2.ListDifferencesRequest())]
    return sum(one.HasField("difference") for one in news)


async def _of_the_index(federation: Federation, numbers: Sequence[str]) -> dict[str, index_pb2.Found]:
    """As a hub asks it, whose questions are not counted."""
    hub = federation.node(Office(Tier.PROVINCE, "41")).files
    found: dict[str, index_pb2.Found] = {}
    async with open_channel(federation.node(NATION).files.address, office=NATION, tls=hub.tls) as channel:
        stub = index_pb2_grpc.NationalIndexServiceStub(channel)
        for first in range(0, len(numbers), LOOKED_UP_AT_ONCE):
            asked = numbers[first : first + LOOKED_UP_AT_ONCE]
            request = index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=number) for number in asked])
            found |= dict(zip(asked, (await stub.LookUp(request)).found, strict=True))
    return found


def _violations(known: index_pb2.Found, hubs: Mapping[str, Sequence[desk_pb2.StudentSummary]]) -> list[str]:
    index = IndexView(known.custodian, known.epoch)
    views = tuple(
        HubView(province, Custody(one.custody), one.epoch, version=1) for province, held in hubs.items() for one in held
    )
    return violations(Picture(index, views, version=1))


def _by_number(students: Sequence[desk_pb2.StudentSummary]) -> dict[str, list[desk_pb2.StudentSummary]]:
    found: dict[str, list[desk_pb2.StudentSummary]] = {}
    for one in students:
        found.setdefault(one.number, []).append(one)
    return found


def _custody(held: Sequence[desk_pb2.StudentSummary]) -> list[tuple[str, int]]:
    return [(one.custody, one.epoch) for one in held]


def _statuses(roll: Mapping[str, Sequence[desk_pb2.StudentSummary]], number: str) -> list[str]:
    return [one.status for one in roll.get(number, ())]


def _schools(children: Sequence[Child]) -> set[School]:
    return {school for child in children for school in (child.move.leaving, child.move.arriving)}
