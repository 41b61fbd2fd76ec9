"""``xueji schools``: which schools there are, or were on a day, and what happens to them (Article 9)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(
    help="学校：任何一天的学校名录；合并、分立、撤销、变更类别，变更主管部门和区划调整",
    no_args_is_help=True,
)

Code = Annotated[str, typer.Argument(metavar="学校代码", help="学校标识码，10 位")]
Codes = Annotated[list[str], typer.Argument(metavar="学校代码...", help="学校标识码，可写多个")]
On = Annotated[str, typer.Option("--on", metavar="日期", help="按哪一天回答，如 2026-09-01；不写为今天")]
EffectiveOn = Annotated[str, typer.Option("--on", metavar="日期", help="生效日期，如 2026-09-01；最早为明天")]
Order = Annotated[str, typer.Option("--order", metavar="批文号", help="所依据批文的文号")]
OrderFile = Annotated[
    Path, typer.Option("--order-file", metavar="文件", exists=True, dir_okay=False, help="批文的扫描件；只登记其摘要")
]
Reason = Annotated[str, typer.Option("--reason", metavar="说明", help="说明")]
PlanOnly = Annotated[bool, typer.Option("--plan", help="只看会怎样：涉及的学校、学生和业务；不申报")]
Classes = Annotated[
    list[str],
    typer.Option(
        "--class",
        metavar="年级[/班级]=学校[/新班级]",
        help="班级去哪里，如 小学一年级/1班=2141000002/3班；年级写名称或代码，可写多次",
    ),
]


@app.command("list")
def list_schools(
    desk: DeskName,
    on: On = "",
    place: Annotated[str, typer.Option("--place", metavar="区划", help="所在地的行政区划代码")] = "",
    authority: Annotated[str, typer.Option("--authority", metavar="区划", help="学籍主管部门的行政区划代码")] = "",
    as_json: AsJson = False,
) -> None:
    """某一天的学校，可按所在地或学籍主管部门"""
    from console.commands import schools_work  # noqa: PLC0415 - see the package

    schools_work.list_schools(desk, on=on, place=place, authority=authority, as_json=as_json)


@app.command("show")
def show(code: Code, desk: DeskName, on: On = "", as_json: AsJson = False) -> None:
    """一所学校在某一天是什么样，归谁管，停用后由谁接续，学籍档案由谁管理"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.show(desk, code, on=on, as_json=as_json)


@app.command("history")
def history(code: Code, desk: DeskName, as_json: AsJson = False) -> None:
    """一个学校标识码从启用到停用的全部变更"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.history(desk, code, as_json=as_json)


@app.command("open")
def open_school(
    *,
    code: Code,
    name: Annotated[str, typer.Option("--name", metavar="校名")],
    place: Annotated[str, typer.Option("--place", metavar="区划", help="所在地")],
    authority: Annotated[str, typer.Option("--authority", metavar="区划", help="学籍主管部门")],
    system: Annotated[str, typer.Option("--system", metavar="63|54", help="学制：六三或五四")] = "63",
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """设立学校"""
    from console.commands import schools_work  # noqa: PLC0415

    told = {"code": code, "name": name, "place": place, "authority": authority, "school_system": system}
    asked = schools_work.Asked(desk, on, order, order_file, reason, plan, as_json)
    schools_work.open_school(asked, told)


@app.command("rename")
def rename(
    *,
    code: Code,
    name: Annotated[str, typer.Option("--name", metavar="新校名")],
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """学校更名；学校标识码不变"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.rename(schools_work.Asked(desk, on, order, order_file, reason, plan, as_json), code, name)


@app.command("merge")
def merge(
    *,
    codes: Codes,
    into: Annotated[str, typer.Option("--into", metavar="学校代码", help="并入的学校；保留它的学校标识码")],
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    classes: Annotated[
        list[str],
        typer.Option(
            "--class",
            metavar="原学校/年级/班级=新班级",
            help="与并入学校同名的班级改叫什么，如 2141000001/小学一年级/1班=3班；可写多次",
        ),
    ] = [],  # noqa: B006 - typer reads it and nobody writes it
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """学校合并：学生和学籍档案都到并入的学校（第九条第二款）"""
    from console.commands import schools_work  # noqa: PLC0415

    asked = schools_work.Asked(desk, on, order, order_file, reason, plan, as_json)
    schools_work.merge(asked, codes, into=into, classes=classes)


@app.command("split")
def split(
    *,
    code: Code,
    classes: Classes,
    archives_to: Annotated[
        str, typer.Option("--archives-to", metavar="学校代码", help="原校停用的，其学籍档案由哪所学校管理")
    ] = "",
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """学校分立：写明各班级去哪所学校；不写 --archives-to 的，原校带着其余班级继续办学"""
    from console.commands import schools_work  # noqa: PLC0415

    asked = schools_work.Asked(desk, on, order, order_file, reason, plan, as_json)
    schools_work.split(asked, code, classes=classes, archives_to=archives_to)


@app.command("close")
def close(
    *,
    code: Code,
    unit: Annotated[str, typer.Option("--archives-at", metavar="单位", help="县级教育行政部门指定的学籍档案管理单位")],
    to: Annotated[str, typer.Option("--pupils-to", metavar="学校代码", help="没有另行写明的在籍学生转往的学校")] = "",
    classes: Classes = [],  # noqa: B006
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """学校撤销：学籍档案移交指定的单位，在籍学生到写明的学校（第九条第三款）"""
    from console.commands import schools_work  # noqa: PLC0415

    asked = schools_work.Asked(desk, on, order, order_file, reason, plan, as_json)
    schools_work.close(asked, code, unit=unit, to=to, classes=classes)


@app.command("reclassify")
def reclassify(
    *,
    code: Code,
    to: Annotated[str, typer.Option("--to", metavar="学校代码", help="按新类别编制的学校标识码")],
    name: Annotated[str, typer.Option("--name", metavar="校名", help="新校名；不写为不变")] = "",
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """学校变更类别：启用新的学校标识码，原码停用，不再使用"""
    from console.commands import schools_work  # noqa: PLC0415

    asked = schools_work.Asked(desk, on, order, order_file, reason, plan, as_json)
    schools_work.reclassify(asked, code, to=to, name=name)


@app.command("handover")
def handover(
    *,
    codes: Codes,
    authority: Annotated[str, typer.Option("--authority", metavar="区划", help="新的学籍主管部门")],
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """变更学校的学籍主管部门；学校标识码和学籍号都不变"""
    from console.commands import schools_work  # noqa: PLC0415

    asked = schools_work.Asked(desk, on, order, order_file, reason, plan, as_json)
    schools_work.handover(asked, codes, authority=authority)


@app.command("reform")
def reform(
    *,
    pairs: Annotated[list[str], typer.Argument(metavar="原区划=新区划...", help="如 410103=410104，可写多对")],
    on: EffectiveOn,
    order: Order,
    order_file: OrderFile,
    desk: DeskName,
    reason: Reason = "",
    plan: PlanOnly = False,
    as_json: AsJson = False,
) -> None:
    """行政区划调整：学校改属新的区划和主管部门，任何学籍号都不变"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.reform(schools_work.Asked(desk, on, order, order_file, reason, plan, as_json), pairs)


ChangeId = Annotated[str, typer.Argument(metavar="变更编号", help="机构变更的编号")]


@app.command("changes")
def changes(
    desk: DeskName,
    change_id: Annotated[str, typer.Argument(metavar="变更编号", help="只看一份；不写为全部，新的在前")] = "",
    as_json: AsJson = False,
) -> None:
    """机构变更：谁申报，批了没有，移交了多少学生，还有多少在等"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.changes(desk, change_id, as_json=as_json)


@app.command("approve")
def approve(change_id: ChangeId, desk: DeskName, as_json: AsJson = False) -> None:
    """批准机构变更；到生效日期自动生效"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.decide(desk, change_id, approve=True, reason="", as_json=as_json)


@app.command("refuse")
def refuse(
    change_id: ChangeId,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="不批准的理由")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """不批准机构变更"""
    from console.commands import schools_work  # noqa: PLC0415

    schools_work.decide(desk, change_id, approve=False, reason=reason, as_json=as_json)
