"""``xueji roster``: a school's roster workbook (花名册)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="花名册：模板、核对、导入、草稿、提交审核", no_args_is_help=True)

Roster = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="工作簿", help="花名册（.xlsx）")]
Result = Annotated[Path | None, typer.Option("--result", metavar="文件", help="把带“核对结果”一列的工作簿写到这里")]


@app.command("template")
def template(
    file: Annotated[Path, typer.Argument(dir_okay=False, metavar="文件", help="写到哪里")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """空白花名册，带下拉选项"""
    from console.commands import roster_work  # noqa: PLC0415 - see the package

    roster_work.template(desk, file, as_json=as_json)


@app.command("check")
def check(roster: Roster, desk: DeskName, result: Result = None, as_json: AsJson = False) -> None:
    """只核对，什么也不保存"""
    from console.commands import roster_work  # noqa: PLC0415

    roster_work.import_roster(desk, roster, dry_run=True, result=result, as_json=as_json)


@app.command("import")
def import_roster(roster: Roster, desk: DeskName, result: Result = None, as_json: AsJson = False) -> None:
    """导入：没有问题的行保存为草稿，有问题的行说明原因"""
    from console.commands import roster_work  # noqa: PLC0415

    roster_work.import_roster(desk, roster, dry_run=False, result=result, as_json=as_json)


@app.command("drafts")
def drafts(desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """尚未建立学籍的学生：草稿、在审、退回"""
    from console.commands import roster_work  # noqa: PLC0415

    roster_work.drafts(desk, full=full, as_json=as_json)


@app.command("discard")
def discard(
    item_ids: Annotated[list[str], typer.Argument(metavar="编号", help="roster drafts 中的编号，可以几个")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """删除录错的草稿；已提交的不受影响"""
    from console.commands import roster_work  # noqa: PLC0415

    roster_work.discard(desk, item_ids, as_json=as_json)


@app.command("submit")
def submit(
    desk: DeskName,
    request_id: Annotated[
        str, typer.Option("--request-id", metavar="编号", help="重做一次没有得到答复的提交时，给出原来的编号")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """把草稿提交给学校审核人"""
    from console.commands import roster_work  # noqa: PLC0415

    roster_work.submit(desk, request_id, as_json=as_json)
