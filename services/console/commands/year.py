"""``xueji year``: promotion of a province, and what stands in its way."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="学年：升级预演、升级、退回一个班、升级前须处理的事项", no_args_is_help=True)

Year = Annotated[int, typer.Argument(metavar="年份", help="升级所在的公历年")]


@app.command("rehearse")
def rehearse(
    desk: DeskName,
    school: Annotated[str, typer.Option("--school", metavar="学校代码", help="只看一所学校；不写为全省")] = "",
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """升级预演：多少人升级，谁不能升级，为什么；不写入任何数据"""
    from console.commands import year_work  # noqa: PLC0415 - see the package

    year_work.rehearse(desk, school, full=full, as_json=as_json)


@app.command("promote")
def promote(year: Year, desk: DeskName, as_json: AsJson = False) -> None:
    """全省升级；中断后再次执行即继续，已办完的不会重办"""
    from console.commands import year_work  # noqa: PLC0415

    year_work.promote(desk, year, as_json=as_json)


@app.command("undo-class")
def undo_class(
    *,
    year: Year,
    school: Annotated[str, typer.Argument(metavar="学校代码")],
    grade: Annotated[str, typer.Argument(metavar="年级", help="升入的年级，代码如 202，或 初中二年级")],
    school_class: Annotated[str, typer.Argument(metavar="班级")],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="退回的理由")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """退回一个班的升级，每名学生各记一条更正"""
    from console.commands import year_work  # noqa: PLC0415

    year_work.undo_class(desk, year, school, grade, school_class, reason=reason, as_json=as_json)


@app.command("plan")
def plan(
    *,
    year: Year,
    desk: DeskName,
    school: Annotated[str, typer.Option("--school", metavar="学校代码", help="设定哪所学校；不写为查看")] = "",
    stage: Annotated[str, typer.Option("--stage", metavar="学段", help="1 小学，2 初中，3 普通高中，4 特殊教育")] = "",
    places: Annotated[int, typer.Option("--places", metavar="人数", help="招生规模")] = 0,
    as_json: AsJson = False,
) -> None:
    """查看或设定学校的招生规模"""
    from console.commands import year_work  # noqa: PLC0415

    year_work.plan(desk, year_work.Asked(school, year, stage, places), as_json=as_json)


@app.command("runs")
def runs(desk: DeskName, as_json: AsJson = False) -> None:
    """历次升级"""
    from console.commands import year_work  # noqa: PLC0415

    year_work.runs(desk, as_json=as_json)


@app.command("blockers")
def blockers(desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """本单位升级前须处理的事项，和暑期暂停受理的日期"""
    from console.commands import year_work  # noqa: PLC0415

    year_work.blockers(desk, full=full, as_json=as_json)
