"""``xueji cases``: an office's worklist, its decisions, and its deadlines."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from console.commands.options import AsJson, CaseId, DeskName, Full

app = typer.Typer(help="业务：查看、核准、退回、不予核准、撤销、催办、逾期", no_args_is_help=True)

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
    allocate: Annotated[
        bool, typer.Option("--allocate", help="县级核准新生时连不上全国索引的，预发临时学籍号，上报后即为该生学籍号")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """核准，可以退回个别学生"""
    from console.commands import case_work  # noqa: PLC0415

    case_work.approve(desk, case_id, excepted, allocate=allocate, as_json=as_json)


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


@app.command("remind")
def remind(
    case_id: CaseId,
    desk: DeskName,
    text: Annotated[str, typer.Option("--text", metavar="正文", help="要说的话")] = "",
    notice_id: Annotated[
        str, typer.Option("--notice-id", metavar="编号", help="重发一次没有得到答复的催办时，给出原来的编号")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """催办：请现在办理的单位尽快核办，每个工作日一次"""
    from console.commands import deadline_work  # noqa: PLC0415

    deadline_work.remind(desk, case_id, notice_id, text, as_json=as_json)


@app.command("overdue")
def overdue(
    desk: DeskName,
    under: Annotated[
        str, typer.Option("--under", metavar="单位", help="只看该单位及其下级，如 authority/410100、school/2141000001")
    ] = "",
    month: Annotated[str, typer.Option("--month", metavar="年-月", help="通报的月份，如 2026-09；默认本月")] = "",
    long_overdue: Annotated[bool, typer.Option("--long", help="只列已报告省级的")] = False,
    as_json: AsJson = False,
) -> None:
    """逾期未办：本单位和下级单位的环节，以及按单位的通报"""
    from console.commands import deadline_work  # noqa: PLC0415

    deadline_work.overdue(desk, under, month, long_overdue=long_overdue, as_json=as_json)
