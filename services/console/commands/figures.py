"""``xueji figures``: statistics, each number with its definition."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(help="统计：在校生、流动、班额、巩固率；每个数都有定义", no_args_is_help=True)

School = Annotated[str, typer.Option("--school", metavar="代码", help="只看一所学校")]
Authority = Annotated[str, typer.Option("--authority", metavar="代码", help="某学籍主管部门所辖的学校（隶属）")]
Direct = Annotated[bool, typer.Option("--direct", help="与 --authority 合用：只看它直管的学校")]
Place = Annotated[str, typer.Option("--place", metavar="代码", help="设在某区划境内的学校（所在地），不论由谁主管")]
Province = Annotated[str, typer.Option("--province", metavar="代码", help="某省")]
On = Annotated[str, typer.Option("--on", metavar="日期", help="统计日，如 2026-10-01；默认今天，全国为最近上报日")]


@app.command("show")
def show(  # noqa: PLR0917 - options
    desk: DeskName,
    on: On = "",
    by: Annotated[
        str,
        typer.Option("--by", metavar="分类", help="stage 或 grade，再加一项，如 grade,sex；分类见 figures definitions"),
    ] = "stage",
    school: School = "",
    authority: Authority = "",
    place: Place = "",
    province: Province = "",
    direct: Direct = False,
    as_json: AsJson = False,
) -> None:
    """在校生数（按状态时为在籍学生数）"""
    from console.commands import figure_work  # noqa: PLC0415 - see the package

    scope = figure_work.Asked(school, authority, place, province, direct)
    figure_work.show(desk, scope, on, by, as_json=as_json)


@app.command("flows")
def flows(  # noqa: PLR0917
    desk: DeskName,
    first: Annotated[str, typer.Option("--from", metavar="日期", help="期间首日；默认本学年 9 月 1 日")] = "",
    last: Annotated[str, typer.Option("--to", metavar="日期", help="期间末日；默认今天，全国为昨天")] = "",
    school: School = "",
    authority: Authority = "",
    place: Place = "",
    province: Province = "",
    direct: Direct = False,
    as_json: AsJson = False,
) -> None:
    """进出流动：期初 + 增加 - 减少 = 期末，新生与毕业生对照"""
    from console.commands import figure_work  # noqa: PLC0415

    scope = figure_work.Asked(school, authority, place, province, direct)
    figure_work.flows(desk, scope, first, last, as_json=as_json)


@app.command("retention")
def retention(  # noqa: PLR0917
    desk: DeskName,
    on: On = "",
    school: School = "",
    authority: Authority = "",
    place: Place = "",
    province: Province = "",
    direct: Direct = False,
    as_json: AsJson = False,
) -> None:
    """九年义务教育巩固率和初中巩固率"""
    from console.commands import figure_work  # noqa: PLC0415

    scope = figure_work.Asked(school, authority, place, province, direct)
    figure_work.retention(desk, scope, on, as_json=as_json)


@app.command("classes")
def classes(  # noqa: PLR0917
    desk: DeskName,
    on: On = "",
    at_least: Annotated[
        int, typer.Option("--at-least", metavar="人数", help="列出不少于此人数的班级；校级以上不低于大班额起点")
    ] = 0,
    school: School = "",
    authority: Authority = "",
    place: Place = "",
    province: Province = "",
    direct: Direct = False,
    as_json: AsJson = False,
) -> None:
    """班额：大班额和超大班额"""
    from console.commands import figure_work  # noqa: PLC0415

    scope = figure_work.Asked(school, authority, place, province, direct)
    figure_work.classes(desk, scope, on, at_least, as_json=as_json)


@app.command("definitions")
def definitions(as_json: AsJson = False) -> None:
    """每个数和每种分类的定义及来源"""
    from console.commands import figure_work  # noqa: PLC0415

    figure_work.definitions(as_json=as_json)


@app.command("report")
def report(
    desk: DeskName,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="上报哪一天；默认昨天")] = "",
    as_json: AsJson = False,
) -> None:
    """向全国上报一天的统计（省级；每天自动上报，更正后可再报）"""
    from console.commands import figure_work  # noqa: PLC0415

    figure_work.report(desk, on, as_json=as_json)
