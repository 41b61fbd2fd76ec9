"""``xueji archives``: the paper archives that follow pupils to another school (Art. 15, 16)."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, CaseId, DeskName

app = typer.Typer(help="纸质学籍档案：待转出、已转出、已接收（《办法》第十五条、第十六条）", no_args_is_help=True)


@app.command("list")
def list_archives(
    desk: DeskName,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看超过一个月还没有转出的")] = False,
    as_json: AsJson = False,
) -> None:
    """转学学生的纸质档案：到了哪一步，期限到哪一天"""
    from console.commands import archive_work  # noqa: PLC0415 - see the package

    archive_work.list_archives(desk, overdue=overdue, as_json=as_json)


@app.command("sent")
def sent(
    case_id: CaseId,
    how: Annotated[str, typer.Option("--how", metavar="方式", help="怎样转出的，如 挂号信 编号")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """转出学校：档案已经寄出（交出）"""
    from console.commands import archive_work  # noqa: PLC0415

    archive_work.sent(desk, case_id, how, as_json=as_json)


@app.command("confirm")
def confirm(
    case_id: CaseId,
    desk: DeskName,
    answer: Annotated[str, typer.Option("--answer", metavar="答复", help="写给转出学校的答复")] = "",
    as_json: AsJson = False,
) -> None:
    """转入学校：档案已经收到，接续建档"""
    from console.commands import archive_work  # noqa: PLC0415

    archive_work.confirm(desk, case_id, answer, as_json=as_json)
