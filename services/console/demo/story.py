"""The story: intakes in two provinces, a second record that is refused, and a child whose record moves with it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date

from rich.table import Table

from chassis.rpc.wire import refusal_from_message
from console.demo.cast import Scene
from console.demo.intake import Registered, count_numbers, enter_roster, register
from console.demo.moving import Move, move
from console.demo.rosters import Class, Roster, a_class, with_mistakes
from console.federation.plan import Plan
from kernel import divisions
from kernel.refusals import AlreadyRegistered
from kernel.school import School

GRADE = "小学一年级"
PUPILS_ELSEWHERE = 20
PUPILS_WITH_MISTAKES = 59  # one more row is a repetition
PUPILS_OF_SMALL_SCHOOLS = 4
WHY_RETURNED = "请补充预防接种证查验情况后再报"


class Story:
    """One play on one federation.

    Args:
        on: the day it is played, which decides how old the children are.
    """

    def __init__(self, scene: Scene, plan: Plan, *, on: date) -> None:
        self._scene = scene
        self._on = on
        self._primary = plan.school("2141000001")
        self._complete = plan.school("3441000003")  # run by the prefecture, not by the county where it stands
        self._special = plan.school("5141000004")
        self._elsewhere = plan.school("2144000001")

    async def play(self) -> None:
        """Everything, in order.

        Raises:
            NotAsItShouldBe: something that should hold did not.
            Refusal: an office refused what it should have taken.
        """
        elsewhere = self._class(self._elsewhere, PUPILS_ELSEWHERE)
        with self._chapter("广东省：一所小学的新生入籍"):
            there = await self._enrol(self._elsewhere, elsewhere)
        with self._chapter("河南省：一份有错误的花名册"):
            await self._enrol_with_mistakes()
        with self._chapter("河南省：特殊教育学校，和市里直管的完全中学"):
            await self._enrol(self._special, self._small_class(self._special, "特教一年级", "5-智力残疾", 960))
            await self._enrol(self._complete, self._small_class(self._complete, "高中一年级", "0-无残疾", 980))
        child = elsewhere.pupils[0].name
        with self._chapter("已在广东省建立学籍的学生，又被河南省的学校录入"):
            await self._enrol_twice(elsewhere, child)
        with self._chapter("这名学生办理跨省转学"):
            await move(
                self._scene,
                Move(
                    name=child,
                    number=there.numbers[child],
                    leaving=self._elsewhere,
                    arriving=self._primary,
                    grade=GRADE,
                ),
            )

    def show_sums(self) -> None:
        """The last table: what was done, and how long it took."""
        report = self._scene.report
        table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for header in ("环节", "秒"):
            table.add_column(header)
        for stage in report.stages:
            table.add_row(stage["name"], f"{stage['seconds']:.2f}")
        self._scene.screen.say(table)
        memory = report.facts["memory_mebibytes"].values()
        self._scene.screen.say(f"{len(memory)} 个服务共用内存 {sum(memory)} MiB，最多的一个 {max(memory)} MiB")
        issued = sum(entry["issued"] for entry in report.facts.get("numbers", []))
        self._scene.screen.say(f"分配学籍号 {issued} 个；检查 {len(report.expectations)} 项，全部成立")

    async def _enrol(self, school: School, roster: Roster) -> Registered:
        await enter_roster(self._scene, school, roster)
        registered = await register(self._scene, school)
        everybody = len(registered.numbers) == len(roster.pupils)
        self._scene.report.expect(f"{school.name}的每名学生都有了学籍号", everybody)
        count_numbers(self._scene, school, registered)
        return registered

    async def _enrol_with_mistakes(self) -> None:
        """Rows with mistakes come back at once; of the rest, the authority returns one; all others are numbered."""
        roster = with_mistakes(self._class(self._primary, PUPILS_WITH_MISTAKES))
        await enter_roster(self._scene, self._primary, roster)
        returned = roster.pupils[-2].name  # the last row is the repetition
        registered = await register(self._scene, self._primary, returned={returned: WHY_RETURNED})
        report = self._scene.report
        report.expect(
            "除被退回的一人外，送审的学生都有了学籍号",
            len(registered.numbers) == len(roster.pupils) - len(roster.mistakes) - 1,
        )
        item = registered.items[returned]
        report.expect(
            "退回的学生带着理由回到学校",
            item.state == "returned" and WHY_RETURNED in refusal_from_message(item.refusal).sentence,
        )
        drafts = {draft.values["name"]: draft for draft in await self._scene.cast.registrar(self._primary).drafts()}
        report.expect("学校可以修改被退回的学生", returned in drafts)
        report.facts["returned"] = {"school": self._primary.code.text, "count": 1, "reason": WHY_RETURNED}
        count_numbers(self._scene, self._primary, registered)

    async def _enrol_twice(self, elsewhere: Roster, child: str) -> None:
        """Art. 6: no second record; the school learns in which province the first one is, and nothing else."""
        pupil = next(pupil for pupil in elsewhere.pupils if pupil.name == child)
        roster = Roster(title=f"{self._primary.name}插班生花名册", pupils=(pupil,))
        await enter_roster(self._scene, self._primary, roster)
        registered = await register(self._scene, self._primary)
        item = registered.items[child]
        no = refusal_from_message(item.refusal)
        report = self._scene.report
        report.expect("不得重复建立学籍", isinstance(no, AlreadyRegistered) and item.state == "refused")
        province = divisions.province_name(self._elsewhere.code.province)
        report.expect("只告知学籍在哪个省，别的什么也不说", no.detail == {"province": province})
        self._scene.screen.say(f"{child}：{no.sentence}")
        report.facts["already_registered"] = {"code": no.code, "sentence": no.sentence, "detail": no.detail}

    def _class(self, school: School, count: int) -> Roster:
        of = Class(school=school.code.text, name=school.name, place=school.place, grade=GRADE)
        return a_class(of, count, on=self._on, remarkable=True)

    def _small_class(self, school: School, grade: str, disability: str, sequence_from: int) -> Roster:
        of = Class(
            school=school.code.text,
            name=school.name,
            place=school.place,
            grade=grade,
            sequence_from=sequence_from,
            disability=disability,
        )
        return a_class(of, PUPILS_OF_SMALL_SCHOOLS, on=self._on)

    def _chapter(self, title: str) -> AbstractContextManager[None]:
        self._scene.screen.chapter(title)
        return self._scene.report.stage(title)
