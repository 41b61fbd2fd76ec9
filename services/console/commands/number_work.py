"""What ``xueji numbers`` and ``xueji index gaps`` do."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console import plain, tables
from console.commands.asking import ask, progress_bar
from console.desk import PAGE_SIZE, Desk
from kernel.numbering import LeftOut
from xueji.numbers.v1 import county_pb2, numbers_pb2, province_pb2

_RUNS_SHOWN = 20


def rehearse(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        told: province_pb2.RehearseResponse = await opened.numbers.Rehearse(province_pb2.RehearseRequest())
        return {"would_be_asked": told.would_be_asked, "left_out": {one.why: one.pupils for one in told.left_out}}

    def show(answer: plain.Plain) -> list[RenderableType]:
        said = [f"将核验 {answer['would_be_asked']} 人"]
        said += [f"{LeftOut(why).label} {pupils} 人" for why, pupils in answer["left_out"].items()]
        return [Text("；".join(said))]

    ask(desk, question, as_json=as_json, show=show)


def give(desk: str, year: int, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        run = province_pb2.Run()
        with progress_bar("人", hidden=as_json) as bar:
            task = bar.add_task(f"{year} 年正式学籍号", total=None)
            async for news in opened.numbers.Give(province_pb2.GiveRequest(year=year)):
                run = news.run
                bar.update(task, total=run.total, completed=run.asked)
        return _run(run)

    ask(desk, question, as_json=as_json, show=lambda answer: [_table([answer])])


def runs(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        page: province_pb2.ListRunsResponse = await opened.numbers.ListRuns(
            province_pb2.ListRunsRequest(page_size=_RUNS_SHOWN)
        )
        return {"runs": [_run(run) for run in page.runs]}

    ask(desk, question, as_json=as_json, show=lambda answer: [_table(answer["runs"])])


def allocated(desk: str, case_id: str, *, waiting: bool, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        found: list[plain.Plain] = []
        request = county_pb2.ListAllocatedRequest(page_size=PAGE_SIZE, case_id=case_id, waiting=waiting)
        while True:
            page: county_pb2.ListAllocatedResponse = await opened.allocations.ListAllocated(request)
            found += [_allocated(one, full=full) for one in page.numbers]
            request.page_token = page.next_page_token
            if not request.page_token:
                return {"numbers": found}

    def show(answer: plain.Plain) -> list[RenderableType]:
        table = tables.new_table("学籍号", "姓名", "学校", "预发时间", "登记")
        for one in answer["numbers"]:
            registered = "已登记" if one["registered"] else "待登记"
            table.add_row(one["number"], one["name"], one["school"], one["at"], registered)
        return [table]

    ask(desk, question, as_json=as_json, show=show)


def gaps(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        found: list[plain.Plain] = []
        request = numbers_pb2.ListGapsRequest(page_size=PAGE_SIZE)
        while True:
            page: numbers_pb2.ListGapsResponse = await opened.confirming.ListGaps(request)
            found += [
                {"division": gap.division, "birth_date": gap.birth_date, "sequence": gap.sequence} for gap in page.gaps
            ]
            request.page_token = page.next_page_token
            if not request.page_token:
                return {"gaps": found}

    def show(answer: plain.Plain) -> list[RenderableType]:
        table = tables.new_table("县", "出生日期", "顺序号")
        for gap in answer["gaps"]:
            table.add_row(gap["division"], gap["birth_date"], str(gap["sequence"]))
        return [table]

    ask(desk, question, as_json=as_json, show=show)


def _allocated(one: county_pb2.AllocatedNumber, *, full: bool) -> plain.Plain:
    return {
        "number": plain.number_shown(one.number, full=full),
        "name": one.name,
        "school": one.school,
        "case_id": one.case_id,
        "at": plain.moment(one.at_ms),
        "registered": one.registered,
    }


def _run(run: province_pb2.Run) -> plain.Plain:
    return {
        "year": run.year,
        "begun_by": run.begun_by,
        "begun_at": plain.moment(run.begun_at_ms),
        "finished_at": plain.moment(run.finished_at_ms) if run.finished_at_ms else "",
        "total": run.total,
        "asked": run.asked,
        "given": run.given,
        "doubted": run.doubted,
    }


def _table(rows: Iterable[plain.Plain]) -> Table:
    table = tables.new_table("年份", "经办人", "开始", "结束", "已核验", "已发放", "核验不符")
    for one in rows:
        ended = one["finished_at"] or "进行中"
        counts = (str(one[key]) for key in ("asked", "given", "doubted"))
        table.add_row(str(one["year"]), one["begun_by"], one["begun_at"], ended, *counts)
    return table
