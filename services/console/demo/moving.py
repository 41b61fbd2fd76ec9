"""A child moves to another province, and the record follows (籍随人走): Articles 14 to 16, from filing to receipt."""

from __future__ import annotations

from dataclasses import dataclass

from console import plain, tables
from console.demo.cast import Scene
from console.desk import Desk
from kernel import divisions
from kernel.custody import Custody
from kernel.ids import new_uuid7
from kernel.regulation import Step
from kernel.school import School
from kernel.writing import mask_number
from xueji.desk.v1 import desk_pb2
from xueji.index.v1 import index_pb2


@dataclass(frozen=True)
class Move:
    """Who moves where.

    Attributes:
        number: the student number, in full, as the guardian brings it.
        grade: into which, as people write it.
    """

    name: str
    number: str
    leaving: School
    arriving: School
    grade: str


async def move(scene: Scene, what: Move) -> None:
    """The whole transfer, each endorsement at its own desk; then what everybody holds afterwards."""
    cast, report = scene.cast, scene.report
    before = await _found(scene, what.number)
    report.expect("转学前，学籍由转出省保管", before.custodian == what.leaving.code.province)

    case_id = str(new_uuid7())
    await cast.registrar(what.arriving).file_transfer(_application(what, case_id))
    await cast.principal(what.arriving).approve(case_id)
    await _approve_when_asked(scene, cast.authority_of(what.arriving), case_id, Step.IN_AUTHORITY)
    await _approve_when_asked(scene, cast.principal(what.leaving), case_id, Step.OUT_SCHOOL)
    await _approve_when_asked(scene, cast.authority_of(what.leaving), case_id, Step.OUT_AUTHORITY)

    arrived = await _arrived(scene, what, case_id)
    after = await _found(scene, what.number)
    report.expect("转学后，学籍由转入省保管", after.custodian == what.arriving.code.province)
    report.expect("保管权的轮次加一", after.epoch == before.epoch + 1)
    report.expect(
        "学籍号没有变，人还是那个人", (after.number, after.student_key) == (before.number, before.student_key)
    )
    await _expect_custody(scene, what.leaving, what, Custody.GONE, epoch=after.epoch)
    await _expect_custody(scene, what.arriving, what, Custody.HELD, epoch=after.epoch)

    steps = plain.timeline(arrived)
    scene.screen.say(tables.timeline(steps))
    there, here = divisions.province_name(before.custodian), divisions.province_name(after.custodian)
    scene.screen.say(f"保管权：{there} → {here}，学籍号 {mask_number(what.number)} 不变")
    report.facts["transfer"] = {
        "case_id": case_id,
        "number": mask_number(what.number),
        "steps": steps,
        "custodian_before": before.custodian,
        "custodian_after": after.custodian,
        "epoch_before": before.epoch,
        "epoch_after": after.epoch,
    }


def _application(what: Move, case_id: str) -> desk_pb2.FileTransferRequest:
    return desk_pb2.FileTransferRequest(
        case_id=case_id,
        number=what.number,
        name=what.name,
        releasing_school=what.leaving.code.text,
        grade=what.grade,
        school_class="1班",
        reason="随父母工作调动迁居",
    )


async def _approve_when_asked(scene: Scene, desk: Desk, case_id: str, step: Step) -> None:
    async def asked() -> bool | None:
        waiting = await desk.cases(desk_pb2.VIEW_WAITING)
        turn = [summary for summary in waiting if summary.case_id == case_id and summary.awaited_step == step.value]
        return True if turn else None

    await scene.report.eventually(f"{desk.name}收到转学业务", asked)
    await desk.approve(case_id)
    scene.screen.say(f"{desk.name}（{desk.who.role.label if desk.who.role else ''}）同意")


async def _arrived(scene: Scene, what: Move, case_id: str) -> desk_pb2.GetCaseResponse:
    school = scene.cast.registrar(what.arriving)

    async def arrived() -> desk_pb2.GetCaseResponse | None:
        there = await school.case(case_id)
        return there if there.items[0].state != "pending" else None

    view = await scene.report.eventually(f"{school.name}得到转学的结果", arrived)
    scene.report.expect("转学办成", view.items[0].state == "done" and view.items[0].number == what.number)
    pupils = await school.students(number=what.number)
    scene.report.expect(f"{school.name}有了这名学生", [pupil.name for pupil in pupils] == [what.name])
    return view


async def _expect_custody(scene: Scene, school: School, what: Move, custody: Custody, *, epoch: int) -> None:
    """What the hub of a school's province holds of the child, once the index's receipt has reached it."""
    hub = scene.cast.hub(school.code.province)

    async def holds() -> bool | None:
        there = [(pupil.custody, pupil.epoch) for pupil in await hub.students(number=what.number)]
        return True if there == [(custody.value, epoch)] else None

    await scene.report.eventually(f"{hub.name}：{_CUSTODY_SAID[custody]}，轮次 {epoch}", holds)


async def _found(scene: Scene, number: str) -> index_pb2.Found:
    (found,) = await scene.cast.nation.look_up([index_pb2.Handle(number=number)])
    return found


_CUSTODY_SAID = {Custody.GONE: "已转出，只留备份", Custody.HELD: "持有学籍"}
