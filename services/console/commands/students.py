"""``xueji students``: an office's pupils."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="学生：查询本单位的学籍", no_args_is_help=True)


@app.command("list")
def list_students(
    desk: DeskName,
    number: Annotated[str, typer.Option("--number", metavar="学籍号", help="只看这个学籍号")] = "",
    name: Annotated[str, typer.Option("--name", metavar="姓名", help="只看这个姓名")] = "",
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """学生列表；在省级还能看到保管权"""
    from console.commands import student_work  # noqa: PLC0415 - see the package

    student_work.list_students(desk, number, name, full=full, as_json=as_json)


@app.command("attending")
def list_attending(
    desk: DeskName,
    ended: Annotated[bool, typer.Option("--ended", help="也列出已结束就读的学生（学校、学籍主管部门）")] = False,
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """在就读、学籍在他校的学生：随班就读、送教上门、特教、工读（专门）学校就读；统计只计入学籍所在学校"""
    from console.commands import student_work  # noqa: PLC0415

    student_work.list_attending(desk, ended=ended, full=full, as_json=as_json)
