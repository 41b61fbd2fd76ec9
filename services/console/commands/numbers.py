"""``xueji numbers``: formal numbers of a province, each spring; and those that a county gave by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="学籍号：春季发放正式学籍号（G）；县级预发的临时学籍号", no_args_is_help=True)


@app.command("rehearse")
def rehearse(desk: DeskName, as_json: AsJson = False) -> None:
    """预演：多少人将向国家人口基础信息库核验，谁不在其中，为什么；不写入任何数据"""
    from console.commands import number_work  # noqa: PLC0415 - see the package

    number_work.rehearse(desk, as_json=as_json)


@app.command("give")
def give(
    year: Annotated[int, typer.Argument(metavar="年份", help="春季学期所在的公历年")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """发放正式学籍号；中断后再次执行即继续，核验不符的列为问题学籍，原学籍号终身有效"""
    from console.commands import number_work  # noqa: PLC0415

    number_work.give(desk, year, as_json=as_json)


@app.command("runs")
def runs(desk: DeskName, as_json: AsJson = False) -> None:
    """历次发放：问了多少人，发了多少，多少不符"""
    from console.commands import number_work  # noqa: PLC0415

    number_work.runs(desk, as_json=as_json)


@app.command("allocated")
def allocated(
    desk: DeskName,
    case_id: Annotated[str, typer.Option("--case", metavar="业务编号", help="只看一份业务的")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="只看尚未登记的")] = False,
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """本县预发的临时学籍号：给了谁，是否已经登记"""
    from console.commands import number_work  # noqa: PLC0415

    number_work.allocated(desk, case_id, waiting=waiting, full=full, as_json=as_json)
