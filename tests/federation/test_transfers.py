"""A child moves, and the record goes along: between two provinces and between two schools of one county."""

from __future__ import annotations

from collections.abc import Callable

from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.moving import Move, move
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.ids import new_uuid7
from kernel.regulation import Step
from kernel.school import School
from xueji.desk.v1 import desk_pb2
from xueji.index.v1 import index_pb2

PRIMARY, SPECIAL, ELSEWHERE = "2141000001", "5141000004", "2144000001"
GRADE = "小学一年级"

Schools = Callable[[str], School]
NewPupils = Callable[[School, int], Roster]


async def a_registered_child(scene: Scene, there: School, new_pupils: NewPupils) -> tuple[str, str]:
    """Name and number of a child whom the school has just registered."""
    await enter_roster(scene, there, new_pupils(there, 1))
    ((name, number),) = (await register(scene, there)).numbers.items()
    return name, number


def filing(case_id: str, name: str, number: str, leaving: School) -> desk_pb2.FileTransferRequest:
    return desk_pb2.FileTransferRequest(
        case_id=case_id,
        number=number,
        name=name,
        releasing_school=leaving.code.text,
        grade=GRADE,
        school_class="1班",
        reason="随父母迁居",
    )


async def test_a_child_moves_to_another_province_and_back(scene: Scene, school: Schools, new_pupils: NewPupils) -> None:
    name, number = await a_registered_child(scene, school(ELSEWHERE), new_pupils)
    for leaving, arriving, epoch in ((ELSEWHERE, PRIMARY, 2), (PRIMARY, ELSEWHERE, 3)):
        await move(
            scene,
            Move(name=name, number=number, leaving=school(leaving), arriving=school(arriving), grade=GRADE),
        )
        (found,) = await scene.cast.nation.look_up([index_pb2.Handle(number=number)])
        assert (found.number, found.epoch, found.in_transfer) == (number, epoch, False)


async def test_the_broker_may_lose_everything_and_no_transfer_is_lost(
    federation: Federation, scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    name, number = await a_registered_child(scene, school(ELSEWHERE), new_pupils)
    nats = federation.parts.nats
    nats.kill()
    nats.wipe_storage()
    nats.start()
    await move(
        scene,
        Move(name=name, number=number, leaving=school(ELSEWHERE), arriving=school(PRIMARY), grade=GRADE),
    )


async def test_a_releasing_school_that_does_not_know_the_child_ends_the_transfer_with_its_reason(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    leaving, arriving = school(ELSEWHERE), school(PRIMARY)
    name, number = await a_registered_child(scene, leaving, new_pupils)
    case_id = str(new_uuid7())
    await scene.cast.registrar(arriving).file_transfer(filing(case_id, name, number, leaving))
    await scene.cast.principal(arriving).approve(case_id)
    await approve_in_turn(scene, arriving, case_id)
    principal = scene.cast.principal(leaving)
    await turn_of(scene, principal.cases, case_id, Step.OUT_SCHOOL)
    await principal.decide(case_id, desk_pb2.DECISION_REJECT, reason="监护人意见不一致", reason_code="guardian_dispute")
    registrar = scene.cast.registrar(arriving)

    async def refused() -> str | None:
        (item,) = (await registrar.case(case_id)).items
        return item.refusal.code if item.state == "refused" else None

    assert await scene.report.eventually("转入学校得知转学未办成", refused) == "TRANSFER_NOT_COMPLETED"
    (found,) = await scene.cast.nation.look_up([index_pb2.Handle(number=number)])
    assert (found.custodian, found.epoch, found.in_transfer) == ("44", 1, False)
    (pupil,) = await scene.cast.hub("44").students(number=number)
    assert pupil.custody == "held"


async def test_a_child_moves_between_two_schools_of_one_authority(
    scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    leaving, arriving = school(PRIMARY), school(SPECIAL)
    name, number = await a_registered_child(scene, leaving, new_pupils)
    case_id = str(new_uuid7())
    request = filing(case_id, name, number, leaving)
    request.grade = "特教一年级"
    await scene.cast.registrar(arriving).file_transfer(request)
    await scene.cast.principal(arriving).approve(case_id)
    principal = scene.cast.principal(leaving)
    await turn_of(scene, principal.cases, case_id, Step.OUT_SCHOOL)
    await principal.approve(case_id)
    await approve_in_turn(scene, arriving, case_id)
    registrar = scene.cast.registrar(arriving)

    async def arrived() -> bool | None:
        return True if [pupil.name for pupil in await registrar.students(number=number)] == [name] else None

    await scene.report.eventually("学生到了转入学校", arrived)
    (found,) = await scene.cast.nation.look_up([index_pb2.Handle(number=number)])
    assert (found.custodian, found.epoch) == ("41", 1)


async def approve_in_turn(scene: Scene, arriving: School, case_id: str) -> None:
    officer = scene.cast.authority_of(arriving)
    await turn_of(scene, officer.cases, case_id, Step.IN_AUTHORITY)
    await officer.approve(case_id)


async def turn_of(scene: Scene, cases: Callable[..., object], case_id: str, step: Step) -> None:
    async def asked() -> bool | None:
        waiting = await cases(desk_pb2.VIEW_WAITING)  # type: ignore[misc]
        return True if (case_id, step.value) in {(one.case_id, one.awaited_step) for one in waiting} else None

    await scene.report.eventually(f"等待{step}", asked)
