"""``xueji transfer``: transfers (转学, Art. 14), begun by the receiving school."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, CaseId, DeskName, Full

app = typer.Typer(help="转学：由转入学校申请、查看、撤销", no_args_is_help=True)


@app.command("start")
def start(  # noqa: PLR0917 - each is an option, named on the command line
    number: Annotated[str, typer.Option("--number", metavar="学籍号", help="学生的学籍号")],
    name: Annotated[str, typer.Option("--name", metavar="姓名", help="学生的姓名")],
    releasing_school: Annotated[str, typer.Option("--from", metavar="学校标识码", help="转出学校")],
    grade: Annotated[str, typer.Option("--grade", metavar="年级", help="转入哪个年级")],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="转学理由")],
    desk: DeskName,
    school_class: Annotated[str, typer.Option("--class", metavar="班级", help="转入哪个班")] = "",
    case_id: Annotated[
        str, typer.Option("--case-id", metavar="编号", help="重做一次没有得到答复的申请时，给出原来的编号")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """转入学校申请转学"""
    from console.commands import transfer_work  # noqa: PLC0415 - see the package

    application = transfer_work.Application(
        number=number,
        name=name,
        releasing_school=releasing_school,
        grade=grade,
        school_class=school_class,
        reason=reason,
        case_id=case_id,
    )
    transfer_work.start(desk, application, as_json=as_json)


@app.command("show")
def show(case_id: CaseId, desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """一笔转学办到哪里了"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.show(desk, case_id, full=full, as_json=as_json)


@app.command("withdraw")
def withdraw(
    case_id: CaseId,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="撤销的理由")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """撤销转学申请"""
    from console.commands import transfer_work  # noqa: PLC0415

    transfer_work.withdraw(desk, case_id, reason, as_json=as_json)
