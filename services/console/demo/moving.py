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
from kernel.regulation.transfers import TRANSFER
from kernel.school import School
from kernel.writing import mask_number
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2
from xueji.index.v1 import index_pb2


@dataclass(frozen=True)
class Move:
    """Who moves where.

    Attributes:
        number: the student number, in full, as the guardian brings it.
        grade, school_class: into which, as people write it.
    """

    name: str
    number: str
    leaving: School
    arriving: School
    grade: str
    school_class: str = "1班"


async def move(scene: Scene, what: Move) -> None:
    """The whole transfer, each endorsement at its own desk; then what everybody holds afterwards."""
    cast, report = scene.cast, scene.report
    before = await found(scene, what.number)
    report.expect("转学前，学籍由转出省保管", before.custodian == what.leaving.code.province)

    case_id = await file(scene, what)
    await approve_when_asked(scene, cast.authority_of(what.arriving), case_id, Step.IN_AUTHORITY)
    await approve_when_asked(scene, cast.principal(what.leaving), case_id, Step.OUT_SCHOOL)
    await approve_when_asked(scene, cast.authority_of(what.leaving), case_id, Step.OUT_AUTHORITY)
    await expect_moved(scene, what, case_id, before=before)


async def file(scene: Scene, what: Move) -> str:
    """The receiving school files and checks (Art. 14); the case's id."""
    case_id = str(new_uuid7())
    await scene.cast.registrar(what.arriving).file_case(application(what, case_id))
    await scene.cast.principal(what.arriving).approve(case_id)
    return case_id


async def approve_when_asked(scene: Scene, desk: Desk, case_id: str, step: Step) -> None:
    """Wait until the case is this desk's to decide, and approve it."""
    await turn_of(scene, desk, case_id, step)
    await desk.approve(case_id)
    scene.screen.say(f"{desk.name}（{desk.who.role.label if desk.who.role else ''}）同意")


async def turn_of(scene: Scene, desk: Desk, case_id: str, step: Step) -> None:
    """Wait until the case is this desk's to decide."""

    async def asked() -> bool | None:
        waiting = {(summary.case_id, summary.awaited_step) for summary in await desk.cases(desk_pb2.VIEW_WAITING)}
        return True if (case_id, step.value) in waiting else None

    await scene.report.eventually(f"{desk.name}收到转学业务", asked)


async def expect_moved(scene: Scene, what: Move, case_id: str, *, before: index_pb2.Found) -> None:
    """The child is where it should be, at both schools, at both hubs and in the index."""
    report = scene.report
    arrived = await expect_handed_over(scene, what, case_id, epoch=before.epoch + 1)
    after = await found(scene, what.number)
    report.expect("转学后，学籍由转入省保管", after.custodian == what.arriving.code.province)
    report.expect("保管权的轮次加一", after.epoch == before.epoch + 1)
    same = (after.number, after.student_key) == (before.number, before.student_key)
    report.expect("学籍号没有变，人还是那个人", same)

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


async def expect_handed_over(scene: Scene, what: Move, case_id: str, *, epoch: int) -> desk_pb2.GetCaseResponse:
    """Both schools and both hubs agree that the child is here and no longer there; the case as it ended."""
    arrived = await _arrived(scene, what, case_id)
    await _expect_custody(scene, what.leaving, what, Custody.GONE, epoch=epoch)
    await _expect_custody(scene, what.arriving, what, Custody.HELD, epoch=epoch)
    await _expect_left(scene, what)
    return arrived


async def found(scene: Scene, number: str) -> index_pb2.Found:
    """What the national index knows under a number."""
    (known,) = await scene.cast.nation.look_up([index_pb2.Handle(number=number)])
    return known


def application(what: Move, case_id: str) -> desk_pb2.FileCaseRequest:
    """What the receiving school's registrar writes."""
    values = {
        "number": what.number,
        "name": what.name,
        "grade": what.grade,
        "school_class": what.school_class,
        "reason": "随父母工作调动迁居",
    }
    return desk_pb2.FileCaseRequest(
        case_id=case_id,
        procedure=TRANSFER,
        releasing_school=what.leaving.code.text,
        items=[case_pb2.Item(item_id=case_id, values=values)],
    )


async def _arrived(scene: Scene, what: Move, case_id: str) -> desk_pb2.GetCaseResponse:
    school = scene.cast.registrar(what.arriving)

    async def arrived() -> desk_pb2.GetCaseResponse | None:
        there = await school.case(case_id)
        return there if there.items[0].state != "pending" else None

    view = await scene.report.eventually(f"{school.name}得到转学的结果", arrived)
    scene.report.expect("转学办成", view.items[0].state == "done" and view.items[0].number == what.number)
    # A child who comes back is there twice: as who left, and as who is here.
    here = [pupil.name for pupil in await school.students(number=what.number) if pupil.status == _ON_THE_ROLL]
    scene.report.expect(f"{school.name}有了这名学生", here == [what.name])
    return view


async def _expect_custody(scene: Scene, school: School, what: Move, custody: Custody, *, epoch: int) -> None:
    """What the hub of a school's province holds of the child, once the index's receipt has reached it."""
    hub = scene.cast.hub(school.code.province)

    async def holds() -> bool | None:
        there = [(pupil.custody, pupil.epoch) for pupil in await hub.students(number=what.number)]
        return True if there == [(custody.value, epoch)] else None

    await scene.report.eventually(f"{hub.name}：{_CUSTODY_SAID[custody]}，轮次 {epoch}", holds)


async def _expect_left(scene: Scene, what: Move) -> None:
    """Art. 9: the releasing school keeps a copy, read only."""
    school = scene.cast.registrar(what.leaving)

    async def left() -> bool | None:
        return True if {pupil.status for pupil in await school.students(number=what.number)} == {_LEFT} else None

    await scene.report.eventually(f"{school.name}：该生已转出", left)


_CUSTODY_SAID = {Custody.GONE: "已转出，只留备份", Custody.HELD: "持有学籍"}
_ON_THE_ROLL, _LEFT = "numbered", "left"  # as a school's desk says them
