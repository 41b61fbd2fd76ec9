"""An intake, from a school's workbook to numbers, asked through the public doors of real processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from chassis.rpc import TlsFiles
from chassis.rpc.wire import refusal_from_message
from console import staff
from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.rosters import Roster
from console.desk import open_desk
from console.federation.running import Federation, Reach
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import AlreadyRegistered, CaseAlreadyDecided, MakerIsChecker, Refusal
from kernel.school import School
from waiting import eventually
from xueji.desk.v1 import desk_pb2
from xueji.staff.v1 import staff_pb2

PRIMARY, SPECIAL, ELSEWHERE = "2141000001", "5141000004", "2144000001"

Schools = Callable[[str], School]
NewPupils = Callable[[School, int], Roster]


async def test_a_roster_imported_again_changes_nothing_and_makes_no_second_case(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    there = school(PRIMARY)
    roster = new_pupils(there, 5)
    await enter_roster(scene, there, roster)
    await register(scene, there)
    before = await scene.cast.registrar(there).cases(desk_pb2.VIEW_ALL)
    again = await scene.cast.registrar(there).import_roster(scene.workbooks / f"{roster.title}.xlsx")
    assert (again.summary.rows_kept, again.summary.rows_unchanged, again.summary.rows_refused) == (0, 5, 0)
    with pytest.raises(Refusal) as nothing:
        await scene.cast.registrar(there).submit_drafts(str(new_uuid7()))
    assert nothing.value.code == "NOTHING_TO_SUBMIT"
    assert len(await scene.cast.registrar(there).cases(desk_pb2.VIEW_ALL)) == len(before)


async def test_a_submission_asked_again_under_its_id_is_answered_as_before(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    there = school(PRIMARY)
    await enter_roster(scene, there, new_pupils(there, 3))
    request_id = str(new_uuid7())
    first = await scene.cast.registrar(there).submit_drafts(request_id)
    assert await scene.cast.registrar(there).submit_drafts(request_id) == first


async def test_a_child_registered_elsewhere_is_refused_and_the_school_learns_the_province_alone(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    there, here = school(ELSEWHERE), school(PRIMARY)
    first = new_pupils(there, 2)
    await enter_roster(scene, there, first)
    await register(scene, there)
    mine = new_pupils(here, 2)
    both = Roster(title=mine.title, pupils=(first.pupils[0], *mine.pupils))
    await enter_roster(scene, here, both)
    registered = await register(scene, here)
    no = refusal_from_message(registered.items[first.pupils[0].name].refusal)
    assert isinstance(no, AlreadyRegistered)
    assert no.detail == {"province": "广东省"}
    assert set(registered.numbers) == {pupil.name for pupil in mine.pupils}


async def test_an_authority_that_decides_again_is_answered_as_before_and_cannot_decide_otherwise(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    there = school(SPECIAL)
    await enter_roster(scene, there, new_pupils(there, 2))
    case_id = (await register(scene, there)).case_id
    officer = scene.cast.authority_of(there)
    again = await officer.approve(case_id)
    assert again.case_id == case_id
    with pytest.raises(CaseAlreadyDecided):
        await officer.decide(case_id, desk_pb2.DECISION_REJECT, reason="改了主意")


async def lets_check(scene: Scene, there: School, person: str, *, on: date) -> None:
    """The authority lets somebody work as the school's second person (Art. 23), and the school has heard of it."""
    authority, about = scene.cast.authority_of(there), {"office": f"school/{there.code.text}", "role": "principal"}
    training = {"course": "审核人岗前培训", "certificate": "2026-1", "issued_by": "市教育局"}
    for act, more in (
        (staff_pb2.STAFF_ACT_PROPOSED, {"name": "兼任审核人"}),
        (staff_pb2.STAFF_ACT_TRAINED, training),
        (staff_pb2.STAFF_ACT_APPOINTED, {}),
    ):
        said = staff_pb2.EnterStaffRequest(
            entry_id=str(new_uuid7()), act=act, person=person, day=on.isoformat(), **about, **more
        )
        await authority.staff.EnterStaff(said)

    async def heard() -> bool | None:
        async for one in staff.members(scene.cast.principal(there)):
            if (one.person, one.role, one.may_work) == (person, "principal", True):
                return True
        return None

    await eventually(heard)


async def test_who_entered_a_case_cannot_check_it(
    federation: Federation, scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    there = school(SPECIAL)
    await enter_roster(scene, there, new_pupils(there, 1))
    (case_id,) = (await scene.cast.registrar(there).submit_drafts(str(new_uuid7()))).case_ids
    office = Office(Tier.SCHOOL, there.code.text)
    await lets_check(scene, there, scene.cast.registrar(there).who.person, on=federation.today)
    both = Identity(federation.plan.environment, office, Role.PRINCIPAL, scene.cast.registrar(there).who.person)
    issued = federation.authority.issue_tls(both.uri, federation.run.folder("same-person"))
    reach = Reach(
        name=there.name,
        address=federation.node(office).files.address,
        who=both,
        tls=TlsFiles(issued.cert, issued.key, issued.ca),
    )
    async with open_desk(reach) as desk:
        with pytest.raises(MakerIsChecker):
            await desk.approve(case_id)
    await scene.cast.principal(there).decide(case_id, desk_pb2.DECISION_RETURN, reason="试一试")
