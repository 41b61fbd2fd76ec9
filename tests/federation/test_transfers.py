"""A child moves, and the record goes along: between two provinces and between two schools of one county."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.moving import Move, approve_when_asked, expect_moved, file, found, move, turn_of
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.regulation import Step
from kernel.regulation.transfers import TRANSFER
from kernel.school import School
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2

PRIMARY, SPECIAL, ELSEWHERE = "2141000001", "5141000004", "2144000001"
GRADE = "小学一年级"

Schools = Callable[[str], School]
NewPupils = Callable[..., Roster]


async def a_registered_child(scene: Scene, there: School, new_pupils: NewPupils, *, grade: str = "") -> tuple[str, str]:
    """Name and number of a child whom the school has just registered."""
    await enter_roster(scene, there, new_pupils(there, 1, grade=grade))
    ((name, number),) = (await register(scene, there)).numbers.items()
    return name, number


def filing(case_id: str, name: str, number: str, leaving: School, *, grade: str = GRADE) -> desk_pb2.FileCaseRequest:
    values = {"number": number, "name": name, "grade": grade, "school_class": "1班", "reason": "随父母迁居"}
    return desk_pb2.FileCaseRequest(
        case_id=case_id,
        procedure=TRANSFER,
        releasing_school=leaving.code.text,
        items=[case_pb2.Item(item_id=case_id, values=values)],
    )


async def a_move(scene: Scene, school: Schools, new_pupils: NewPupils, *, grade: str = GRADE) -> Move:
    """A child of 44 who is to move to 41."""
    name, number = await a_registered_child(scene, school(ELSEWHERE), new_pupils, grade=grade)
    return Move(name=name, number=number, leaving=school(ELSEWHERE), arriving=school(PRIMARY), grade=grade)


async def test_a_child_moves_to_another_province_and_back(scene: Scene, school: Schools, new_pupils: NewPupils) -> None:
    # 44 takes nobody in the first term of the first grade.
    there = await a_move(scene, school, new_pupils, grade="小学三年级")
    back = replace(there, leaving=there.arriving, arriving=there.leaving)
    for what, epoch in ((there, 2), (back, 3)):
        await move(scene, what)
        after = await found(scene, what.number)
        assert (after.number, after.epoch, after.in_transfer) == (what.number, epoch, False)


async def test_the_broker_may_lose_everything_and_no_transfer_is_lost(
    federation: Federation, scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    """Every letter lies in its sender's outbox until the other hub has acknowledged it."""
    what = await a_move(scene, school, new_pupils)
    before = await found(scene, what.number)
    case_id = await file(scene, what)
    nats = federation.parts.nats
    nats.kill()
    await approve_when_asked(scene, scene.cast.authority_of(what.arriving), case_id, Step.IN_AUTHORITY)
    nats.wipe_storage()
    nats.start()
    await approve_when_asked(scene, scene.cast.principal(what.leaving), case_id, Step.OUT_SCHOOL)
    await turn_of(scene, scene.cast.authority_of(what.leaving), case_id, Step.OUT_AUTHORITY)
    nats.kill()
    nats.wipe_storage()
    await approve_when_asked(scene, scene.cast.authority_of(what.leaving), case_id, Step.OUT_AUTHORITY)
    nats.start()
    await expect_moved(scene, what, case_id, before=before)


async def test_a_child_moves_once_though_every_office_that_hands_over_is_killed(
    federation: Federation,
    scene: Scene,
    school: Schools,
    new_pupils: NewPupils,
    running_again: Callable[[Office], None],
) -> None:
    what = await a_move(scene, school, new_pupils)
    before = await found(scene, what.number)
    case_id = await file(scene, what)
    await approve_when_asked(scene, scene.cast.authority_of(what.arriving), case_id, Step.IN_AUTHORITY)
    await approve_when_asked(scene, scene.cast.principal(what.leaving), case_id, Step.OUT_SCHOOL)
    await approve_when_asked(scene, scene.cast.authority_of(what.leaving), case_id, Step.OUT_AUTHORITY)
    handing_over = (Office(Tier.PROVINCE, "44"), Office(Tier.PROVINCE, "41"), NATION)
    for office in handing_over:
        federation.node(office).kill()
    for office in handing_over:
        running_again(office)
    await expect_moved(scene, what, case_id, before=before)


async def test_a_releasing_school_that_does_not_know_the_child_ends_the_transfer_with_its_reason(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    leaving, arriving = school(ELSEWHERE), school(PRIMARY)
    name, number = await a_registered_child(scene, leaving, new_pupils)
    case_id = str(new_uuid7())
    await scene.cast.registrar(arriving).file_case(filing(case_id, name, number, leaving))
    await scene.cast.principal(arriving).approve(case_id)
    await approve_in_turn(scene, arriving, case_id)
    principal = scene.cast.principal(leaving)
    await turn_of(scene, principal, case_id, Step.OUT_SCHOOL)
    await principal.decide(case_id, desk_pb2.DECISION_REJECT, reason="监护人意见不一致", reason_code="guardian_dispute")
    registrar = scene.cast.registrar(arriving)

    async def refused() -> str | None:
        (item,) = (await registrar.case(case_id)).items
        return item.refusal.code if item.state == "refused" else None

    assert await scene.report.eventually("转入学校得知转学未办成", refused) == "TRANSFER_NOT_COMPLETED"
    after = await found(scene, number)
    assert (after.custodian, after.epoch, after.in_transfer) == ("44", 1, False)
    (pupil,) = await scene.cast.hub("44").students(number=number)
    assert pupil.custody == "held"


async def test_a_child_moves_between_two_schools_of_one_authority(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    leaving, arriving = school(PRIMARY), school(SPECIAL)
    name, number = await a_registered_child(scene, leaving, new_pupils)
    case_id = str(new_uuid7())
    request = filing(case_id, name, number, leaving, grade="特教一年级")
    await scene.cast.registrar(arriving).file_case(request)
    await scene.cast.principal(arriving).approve(case_id)
    principal = scene.cast.principal(leaving)
    await turn_of(scene, principal, case_id, Step.OUT_SCHOOL)
    await principal.approve(case_id)
    await approve_in_turn(scene, arriving, case_id)
    registrar = scene.cast.registrar(arriving)

    async def arrived() -> bool | None:
        return True if [pupil.name for pupil in await registrar.students(number=number)] == [name] else None

    await scene.report.eventually("学生到了转入学校", arrived)
    after = await found(scene, number)
    assert (after.custodian, after.epoch) == ("41", 1)


async def approve_in_turn(scene: Scene, arriving: School, case_id: str) -> None:
    await approve_when_asked(scene, scene.cast.authority_of(arriving), case_id, Step.IN_AUTHORITY)
