"""``xueji disclosures``: pupils' data leaves only by written approval (Article 25)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(help="对外提供学籍信息：申请、审核、批准、提供、台账", no_args_is_help=True)

DisclosureId = Annotated[str, typer.Argument(metavar="申请编号", help="申请时给出的编号")]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="写进批复")]


@app.command("ask")
def ask(  # noqa: PLR0917 - each is an option, named on the command line
    desk: DeskName,
    recipient: Annotated[str, typer.Option("--recipient", metavar="接收单位", help="提供给谁")],
    purpose: Annotated[str, typer.Option("--purpose", metavar="用途", help="用来做什么")],
    basis: Annotated[str, typer.Option("--basis", metavar="依据", help="依据的文件")],
    items: Annotated[
        list[str], typer.Option("--item", metavar="项目", help="如 name、grade、number，或中文名称；可重复，够用即可")
    ],
    until: Annotated[str, typer.Option("--until", metavar="日期", help="提供的截止日期，如 2026-12-31")],
    grade: Annotated[str, typer.Option("--grade", metavar="年级代码", help="只提供一个年级，如 103")] = "",
    disclosure_id: Annotated[
        str, typer.Option("--id", metavar="编号", help="重发一次没有得到答复的申请时，给出原来的编号")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """学校管理员申请"""
    from console.commands import disclosure_work  # noqa: PLC0415 - see the package

    asked = disclosure_work.Asked(recipient, purpose, basis, tuple(items), until, grade)
    disclosure_work.ask_for(desk, asked, disclosure_id, as_json=as_json)


@app.command("confirm")
def confirm(disclosure_id: DisclosureId, desk: DeskName, as_json: AsJson = False) -> None:
    """学校审核人确认后报主管部门"""
    from console.commands import disclosure_work  # noqa: PLC0415

    disclosure_work.confirm(desk, disclosure_id, as_json=as_json)


@app.command("permit")
def permit(
    disclosure_id: DisclosureId,
    desk: DeskName,
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="项目", help="只批准其中几项，可重复；不写为全部")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """主管部门书面批准，全部或其中几项"""
    from console.commands import disclosure_work  # noqa: PLC0415

    disclosure_work.decide(desk, disclosure_id, "permit", items or [], "", as_json=as_json)


@app.command("refuse")
def refuse(disclosure_id: DisclosureId, desk: DeskName, reason: Reason, as_json: AsJson = False) -> None:
    """主管部门不予批准"""
    from console.commands import disclosure_work  # noqa: PLC0415

    disclosure_work.decide(desk, disclosure_id, "refuse", [], reason, as_json=as_json)


@app.command("revoke")
def revoke(disclosure_id: DisclosureId, desk: DeskName, reason: Reason, as_json: AsJson = False) -> None:
    """主管部门撤回批准"""
    from console.commands import disclosure_work  # noqa: PLC0415

    disclosure_work.decide(desk, disclosure_id, "revoke", [], reason, as_json=as_json)


@app.command("list")
def list_disclosures(
    desk: DeskName,
    state: Annotated[
        str, typer.Option("--state", metavar="状态", help="asked confirmed permitted refused revoked；不写为全部")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """申请、批复和提供台账"""
    from console.commands import disclosure_work  # noqa: PLC0415

    disclosure_work.list_all(desk, state, as_json=as_json)


@app.command("give")
def give(
    disclosure_id: DisclosureId,
    path: Annotated[Path, typer.Argument(metavar="文件", help="写到哪个 .xlsx 文件", dir_okay=False)],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """按批复导出，每行注明使用限制，并记入台账"""
    from console.commands import disclosure_work  # noqa: PLC0415

    disclosure_work.give(desk, disclosure_id, path, as_json=as_json)
