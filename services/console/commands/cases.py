"""``xueji cases``: an office's worklist, and its decisions."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from console.commands.options import AsJson, CaseId, DeskName, Full

app = typer.Typer(help="业务：查看、核准、退回、不予核准、撤销", no_args_is_help=True)

Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="写给学校看的理由")]


class View(StrEnum):
    WAITING = "waiting"
    STARTED = "started"
    ALL = "all"


@app.command("list")
def list_cases(
    desk: DeskName,
    view: Annotated[View, typer.Option(help="waiting 待我办理，started 本单位已办未结，all 全部")] = View.WAITING,
    as_json: AsJson = False,
) -> None:
    """业务列表"""
    from console.commands import case_work  # noqa: PLC0415 - see the package

    case_work.list_cases(desk, view.value, as_json=as_json)


@app.command("show")
def show(case_id: CaseId, desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """一份业务：学生、自动核对结果、办理经过"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.show(desk, case_id, full=full, as_json=as_json)


@app.command("approve")
def approve(
    case_id: CaseId,
    desk: DeskName,
    excepted: Annotated[
        list[str],
        typer.Option("--except", metavar="学生=理由", help="退回个别学生：cases show 中的序号或 item_id，可重复"),
    ] = [],  # noqa: B006 - typer copies it
    as_json: AsJson = False,
) -> None:
    """核准，可以退回个别学生"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.approve(desk, case_id, excepted, as_json=as_json)


@app.command("return")
def return_case(case_id: CaseId, reason: Reason, desk: DeskName, as_json: AsJson = False) -> None:
    """整份退回修改"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.return_case(desk, case_id, reason, as_json=as_json)


@app.command("reject")
def reject(
    case_id: CaseId,
    reason: Reason,
    desk: DeskName,
    reason_code: Annotated[
        str, typer.Option("--reason-code", metavar="代码", help="转出方不同意转学时的理由代码，如 not_a_pupil")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """整份不予核准"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.reject(desk, case_id, reason, reason_code, as_json=as_json)


@app.command("withdraw")
def withdraw(
    case_id: CaseId,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="撤销的理由")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """撤销本单位申请的业务"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.withdraw(desk, case_id, reason, as_json=as_json)
