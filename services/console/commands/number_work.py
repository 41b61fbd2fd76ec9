"""What ``xueji numbers`` does."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console import plain, tables
from console.commands.asking import ask, progress_bar
from console.desk import Desk
from kernel.numbering import LeftOut
from xueji.numbers.v1 import province_pb2

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
