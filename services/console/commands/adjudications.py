"""``xueji adjudications``: two records that may be one child, at the province that has one of them."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="问题学籍核查：两份学籍是不是同一名学生，省级的一方", no_args_is_help=True)

CaseId = Annotated[str, typer.Argument(metavar="核查编号")]
WithSettled = Annotated[bool, typer.Option("--with-settled", help="连同已办结的")]


@app.command("list")
def list_adjudications(
    desk: DeskName, with_settled: WithSettled = False, full: Full = False, as_json: AsJson = False
) -> None:
    """本省学籍的核查：问的是哪两份，到哪天为止，双方说了什么"""
    from console.commands import adjudication_work  # noqa: PLC0415 - see the package

    adjudication_work.list_at_province(desk, with_settled=with_settled, full=full, as_json=as_json)


@app.command("show")
def show(case: CaseId, desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """两份学籍对照；查看会留痕"""
    from console.commands import adjudication_work  # noqa: PLC0415

    adjudication_work.show(desk, case, full=full, as_json=as_json)


@app.command("open")
def open_adjudication(
    *,
    first: Annotated[str, typer.Argument(metavar="学籍号", help="本省学生的学籍号")],
    second: Annotated[str, typer.Argument(metavar="学籍号", help="另一份学籍的学籍号")],
    why: Annotated[str, typer.Option("--why", metavar="理由", help="为什么可能是同一名学生；不写姓名和证件号")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """请两省核查两份学籍是不是同一名学生"""
    from console.commands import adjudication_work  # noqa: PLC0415

    adjudication_work.open_at_province(desk, first, second, why=why, as_json=as_json)


@app.command("answer")
def answer(
    *,
    case: CaseId,
    word: Annotated[
        str,
        typer.Argument(
            metavar="答复",
            help="proved 佐证，corrected 已变更，deleted 已删除，ours_stands 同一人留本条，other_stands 同一人留对方",
        ),
    ],
    grounds: Annotated[
        list[str] | None, typer.Option("--ground", metavar="材料", help="佐证材料的种类，如 户籍证明；可重复")
    ] = None,
    number: Annotated[str, typer.Option("--number", metavar="学籍号", help="两份都在本省时，答复的是哪一份")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="已知后果，不再询问")] = False,
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """答复本省的学籍是怎么回事；先说明后果，确认后才报出"""
    from console.commands import adjudication_work  # noqa: PLC0415

    adjudication_work.answer(desk, case, word, grounds=grounds or [], number=number, yes=yes, as_json=as_json)
