"""A roster becomes numbered pupils: the school enters and checks, its authority approves, the numbers come down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.workbooks.reading import read_rows
from console import plain, tables
from console.demo.cast import Scene
from console.demo.rosters import Roster
from console.desk import Imported
from kernel.ids import new_uuid7
from kernel.number import NumberKind, StudentNumber
from kernel.school import School
from kernel.writing import mask_number
from xueji.desk.v1 import desk_pb2

RESULT_HEADER = "核对结果"


@dataclass(frozen=True)
class Registered:
    """One roster's case after it was settled: its pupils' views by name."""

    case_id: str
    items: Mapping[str, desk_pb2.ItemView]

    @property
    def numbers(self) -> dict[str, str]:
        """Student numbers by name, of those that got one."""
        return {name: item.number for name, item in self.items.items() if item.number}


async def enter_roster(scene: Scene, school: School, roster: Roster) -> Imported:
    """The registrar imports the workbook; each planted mistake comes back by its row, and nothing else does."""
    path = scene.workbooks / f"{roster.title}.xlsx"
    result = scene.workbooks / f"{roster.title}（核对结果）.xlsx"
    await asyncio.to_thread(roster.write, path)
    answer = await scene.cast.registrar(school).import_roster(path, want_workbook=True)
    await asyncio.to_thread(result.write_bytes, answer.workbook)

    seen = plain.imported(answer)
    scene.screen.say(
        f"{school.name}导入《{roster.title}》：{seen['rows_read']} 行，"
        f"保存 {seen['rows_kept']}，有问题 {seen['rows_refused']}"
    )
    if seen["findings"]:
        scene.screen.say(tables.findings(seen["findings"]))
    _expect_findings(scene, roster, answer)
    await asyncio.to_thread(_expect_result_workbook, scene, roster, result)
    scene.report.facts.setdefault("rosters", []).append(
        {
            "school": school.code.text,
            **{key: seen[key] for key in ("rows_read", "rows_kept", "rows_unchanged", "rows_refused")},
            "rejected": [{key: finding[key] for key in ("row", "field", "code")} for finding in seen["findings"]],
            "healed": [one.what for one in roster.healed],
        }
    )
    return answer


async def register(scene: Scene, school: School, *, returned: Mapping[str, str] | None = None) -> Registered:
    """From the school's drafts to numbers: submitted, checked by a second person, approved, numbered.

    Args:
        returned: names of pupils whom the authority sends back, with its reasons; everybody else is approved.
    """
    cast, report = scene.cast, scene.report
    submitted = await cast.registrar(school).submit_drafts(str(new_uuid7()))
    (case_id,) = submitted.case_ids
    await cast.principal(school).approve(case_id)
    officer = cast.authority_of(school)

    async def waits_for_the_officer() -> desk_pb2.GetCaseResponse | None:
        waiting = {summary.case_id for summary in await officer.cases(desk_pb2.VIEW_WAITING)}
        return await officer.case(case_id) if case_id in waiting else None

    view = await report.eventually(f"{officer.name}收到{school.name}的业务", waits_for_the_officer)
    exceptions = [
        desk_pb2.ItemException(item_id=item.item_id, decision=desk_pb2.DECISION_RETURN, reason=returned[name])
        for item in view.items
        if returned and (name := item.values["name"]) in returned
    ]
    report.expect("要退回的学生都在这份业务里", len(exceptions) == len(returned or {}))
    await officer.approve(case_id, exceptions)

    async def settled() -> desk_pb2.GetCaseResponse | None:
        there = await cast.registrar(school).case(case_id)
        return there if all(item.state != "pending" for item in there.items) else None

    done = await report.eventually(f"{school.name}得到全部结果", settled)
    registered = Registered(case_id, {item.values["name"]: item for item in done.items})
    _expect_numbers(scene, school, registered)
    scene.screen.say(
        f"{school.name}：{officer.name}核准，{len(registered.numbers)} 人得到学籍号"
        + (f"，{len(exceptions)} 人退回" if exceptions else "")
    )
    return registered


def count_numbers(scene: Scene, school: School, registered: Registered) -> None:
    """Put the numbers of a case into the report, masked."""
    kinds = Counter(StudentNumber.parse(number).kind.label for number in registered.numbers.values())
    scene.report.facts.setdefault("numbers", []).append(
        {
            "school": school.code.text,
            "case_id": registered.case_id,
            "issued": len(registered.numbers),
            "kinds": dict(kinds),
            "numbers": [mask_number(number) for number in registered.numbers.values()],
        }
    )


def _expect_findings(scene: Scene, roster: Roster, answer: Imported) -> None:
    expected = {(planted.row, planted.code) for planted in roster.mistakes}
    found = {(row, finding.code) for row, findings in answer.findings.items() for finding in findings}
    scene.report.expect("每个错误都按行指出，没有一个漏掉", expected <= found)
    scene.report.expect("没有错误的行没有被误报", {row for row, _ in found} == {row for row, _ in expected})
    kept = len(roster.pupils) - len(expected)
    scene.report.expect("其余各行都已保存", answer.summary.rows_kept == kept)


def _expect_result_workbook(scene: Scene, roster: Roster, result: Path) -> None:
    rows = dict(read_rows(result))
    header = next((row for row in rows.values() if RESULT_HEADER in row), None)
    scene.report.expect(f"结果工作簿有“{RESULT_HEADER}”一列", header is not None)
    assert header is not None
    place = header.index(RESULT_HEADER)
    explained = sum(1 for row in rows.values() if row is not header and len(row) > place and row[place])
    scene.report.expect("结果工作簿逐行写明了原因", explained >= len(roster.mistakes) > 0 or not roster.mistakes)


def _expect_numbers(scene: Scene, school: School, registered: Registered) -> None:
    numbers = [StudentNumber.parse(number) for number in registered.numbers.values()]
    scene.report.expect("没有两个学生得到同一个学籍号", len(set(numbers)) == len(numbers))
    of_this_school = all(
        number.kind is NumberKind.GENERAL or number.body.startswith(school.place) for number in numbers
    )
    scene.report.expect("首次分配的学籍号以学校所在地的代码开头", of_this_school)
