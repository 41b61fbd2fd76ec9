"""``xueji record``: what was true of a record when, and by which entries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="学籍档案：某日的学籍、学籍变动记录", no_args_is_help=True)

Number = Annotated[str, typer.Option("--number", metavar="学籍号", help="学籍号，现用的或曾用的")]


@app.command("show")
def show(  # noqa: PLR0917 - each is an option, named on the command line
    number: Number,
    desk: DeskName,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪一天的学籍，如 2026-09-01（默认今天）")] = "",
    known_at: Annotated[
        str,
        typer.Option(
            "--known-at",
            metavar="时间",
            help="按当时已有的记录：2026-10-01 为当日终了时，也可写 '2026-10-01 08:00'（默认现在）",
        ),
    ] = "",
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """某日的学籍，按现在的记录，或按过去某一时刻的记录"""
    from console.commands import record_work  # noqa: PLC0415 - see the package

    record_work.show(desk, number, on, known_at, full=full, as_json=as_json)


@app.command("history")
def history(
    number: Number,
    desk: DeskName,
    print_to: Annotated[
        Path | None, typer.Option("--print", metavar="文件", help="另存为可打印的《学籍变动记录》（文本，A4 宽度）")
    ] = None,
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """学籍变动记录：何时、何单位、何人、何理由、依据哪一条、改了什么"""
    from console.commands import record_work  # noqa: PLC0415

    record_work.history(desk, number, print_to, full=full, as_json=as_json)
