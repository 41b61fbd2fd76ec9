"""Staff between the offices of a province (Art. 23), from the day on which a school has nobody who may work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.notices import send_notice
from chassis.staff.office import enter_staff
from kernel.ids import new_uuid7
from kernel.notice import NoticeKind
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import DigestReused, NotTrained, OutsideJurisdiction, RequestMalformed, RoleNotAllowed
from kernel.staff import StaffAct, StaffEntry
from waiting import eventually
from xueji.staff.v1 import staff_pb2, staff_pb2_grpc

SCHOOL, COUNTY, PREFECTURE = Office(Tier.SCHOOL, "2141000001"), "authority/410105", "authority/410100"
TRAINING = {"course": "岗前培训", "certificate": "2026-7", "issued_by": "市教育局"}
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module", autouse=True)
def staff_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Officers are declared, and nobody of a school."""
    officers = [
        {
            "role": "officer",
            "person": person,
            "name": "学籍管理员",
            "course": "岗前培训",
            "certificate": person,
            "issued_by": "省教育厅",
            "trained_on": "2013-08-20",
            "since": "2013-09-01",
        }
        for person in ("c001", "p001")
    ]
    path = tmp_path_factory.mktemp("staff") / "staff.json"
    path.write_text(json.dumps(officers, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XUEJI_STAFF_FILE", str(path))
        yield path


def desk_of(node: Any, role: Role, person: str) -> Any:
    return staff_pb2_grpc.StaffDeskServiceStub(node.channel(Identity("dev", node.office, role, person)))


def request(act: staff_pb2.StaffAct.ValueType, person: str, **more: str) -> staff_pb2.EnterStaffRequest:
    fields: dict[str, Any] = {"entry_id": str(new_uuid7()), "role": "registrar", "day": TODAY.isoformat(), **more}
    return staff_pb2.EnterStaffRequest(act=act, person=person, **fields)


def entry(act: StaffAct, person: str, *, decided_by: str, **more: Any) -> StaffEntry:
    fields = {"office": SCHOOL, "role": Role.REGISTRAR, "day": TODAY, "at_ms": 0, **more}
    return StaffEntry(str(new_uuid7()), act, person=person, decided_by=decided_by, **fields)


async def known(desk: Any, person: str, *, office: str = "") -> staff_pb2.StaffMember:
    async def look() -> staff_pb2.StaffMember | None:
        page = await desk.ListStaff(staff_pb2.ListStaffRequest(office=office, page_size=100))
        return next((one for one in page.members if one.person == person), None)

    return await eventually(look)


@pytest.mark.clause("23.1", "23.2")
async def test_a_school_without_anybody_is_opened_by_its_authority(province: Any) -> None:
    """学校第一位审核人由主管部门提名、登记培训、准予上岗，然后由他提名学籍管理员。"""
    school, county = province[str(SCHOOL)], province[COUNTY]
    principal, officer = desk_of(school, Role.PRINCIPAL, "h001"), desk_of(county, Role.OFFICER, "c001")
    assert not (await principal.ListStaff(staff_pb2.ListStaffRequest(page_size=10))).members
    proposing = request(staff_pb2.STAFF_ACT_PROPOSED, "r001", name="张老师")
    with pytest.raises(NotTrained):
        await principal.EnterStaff(proposing)
    for act, more in (
        (staff_pb2.STAFF_ACT_PROPOSED, {"name": "王校长"}),
        (staff_pb2.STAFF_ACT_TRAINED, TRAINING),
        (staff_pb2.STAFF_ACT_APPOINTED, {}),
    ):
        await officer.EnterStaff(request(act, "h001", office=str(SCHOOL), role="principal", **more))

    async def works() -> bool | None:
        return (await known(principal, "h001")).may_work or None

    await eventually(works)
    await principal.EnterStaff(proposing)
    told = await known(officer, "r001", office=str(SCHOOL))
    assert (told.name, told.may_work, told.state_title) == ("张老师", False, "待培训")


async def test_the_same_entry_again_says_nothing_new(province: Any) -> None:
    county = province[COUNTY]
    officer = desk_of(county, Role.OFFICER, "c001")
    proposing = request(staff_pb2.STAFF_ACT_PROPOSED, "r002", office=str(SCHOOL), name="李老师")
    first = await officer.EnterStaff(proposing)
    written = county.counts()["notices"]
    assert await officer.EnterStaff(proposing) == first
    assert county.counts()["notices"] == written
    proposing.name = "别人"
    with pytest.raises(DigestReused):
        await officer.EnterStaff(proposing)


async def test_who_is_of_no_role_here_is_told_so(province: Any) -> None:
    stranger = desk_of(province[COUNTY], Role.REGISTRAR, "r001")
    with pytest.raises(RoleNotAllowed):
        await stranger.EnterStaff(request(staff_pb2.STAFF_ACT_PROPOSED, "r009", name="张老师"))


async def test_a_province_has_nobody_above_who_lets_it_work(province: Any) -> None:
    """Its own officers are those of its deployment's file."""
    officer = desk_of(province["province/41"], Role.OFFICER, "p001")
    with pytest.raises(OutsideJurisdiction):
        await officer.EnterStaff(request(staff_pb2.STAFF_ACT_PROPOSED, "p002", role="officer", name="张处长"))


async def test_only_the_office_next_above_lets_anybody_work(province: Any) -> None:
    """A prefecture's word on a county's school comes back; so does a school's that speaks in its authority's name."""
    school, county, prefecture, hub = (province[name] for name in (str(SCHOOL), COUNTY, PREFECTURE, "province/41"))
    forged = entry(StaffAct.TRAINED, "r009", decided_by=COUNTY, **TRAINING)
    for node, kind, to in (
        (hub, NoticeKind.REGISTRAR_DECISION, SCHOOL),
        (school, NoticeKind.REGISTRAR_LIST, Office.parse(COUNTY)),
    ):
        notice_id = str(new_uuid7())

        def write(
            tx: Any, node: Any = node, kind: NoticeKind = kind, to: Office = to, notice_id: str = notice_id
        ) -> None:
            content = {"registrars": [forged.to_content()]}
            send_notice(
                tx, notice_id=notice_id, kind=kind, to=to, content=content, post=node.post, now=datetime.now(UTC)
            )

        node.database.transact(write)
        await node.reaches(notice_id, "undeliverable")
    assert not school.database.transact(lambda tx: tx.staff.of(SCHOOL, Role.REGISTRAR, "r009"))
    assert not county.database.transact(lambda tx: tx.staff.of(SCHOOL, Role.REGISTRAR, "r009"))
    with pytest.raises(OutsideJurisdiction):
        prefecture.database.transact(
            lambda tx: enter_staff(
                tx,
                entry(StaffAct.PROPOSED, "r009", decided_by="", name="张老师"),
                now=datetime.now(UTC),
                post=prefecture.post,
            )
        )


async def test_people_are_listed_page_by_page(province: Any) -> None:
    county = province[COUNTY]
    officer = desk_of(county, Role.OFFICER, "c001")
    for number in range(3):
        said = request(staff_pb2.STAFF_ACT_PROPOSED, f"r02{number}", office=str(SCHOOL), name="张老师")
        await officer.EnterStaff(said)
    whole = await officer.ListStaff(staff_pb2.ListStaffRequest(below=True, page_size=500))
    pages, token = [], ""
    while True:
        page = await officer.ListStaff(staff_pb2.ListStaffRequest(below=True, page_size=2, page_token=token))
        pages.extend(page.members)
        token = page.next_page_token
        if not token:
            break
    assert pages == list(whole.members)
    assert {one.office for one in pages} == {str(SCHOOL)}
    with pytest.raises(RequestMalformed):
        await officer.ListStaff(staff_pb2.ListStaffRequest(below=True, page_size=2, page_token="x"))
    told = await officer.ListTurnover(staff_pb2.ListTurnoverRequest(page_size=1, on=date(2030, 1, 1).isoformat()))
    assert [(one.office, one.left) for one in told.offices] == [(str(SCHOOL), 0)]
