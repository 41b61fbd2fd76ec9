"""``xueji notices``: what offices write to each other (书面告知、报告、通知书), and the receipts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="告知书：收到的、发出的、待签收的", no_args_is_help=True)

NoticeId = Annotated[str, typer.Argument(metavar="编号", help="告知书编号")]


class View(StrEnum):
    UNCONFIRMED = "unconfirmed"
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    OUTSTANDING = "outstanding"


@app.command("list")
def list_notices(
    desk: DeskName,
    view: Annotated[
        View, typer.Option(help="unconfirmed 待我签收，incoming 收到的，outgoing 发出的，outstanding 待对方签收")
    ] = View.UNCONFIRMED,
    subject: Annotated[str, typer.Option("--case", metavar="业务编号", help="只看关于这份业务的")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="种类", help="只看这一种，如 archive_handover")] = "",
    as_json: AsJson = False,
) -> None:
    """告知书列表"""
    from console.commands import notice_work  # noqa: PLC0415 - see the package

    notice_work.list_notices(desk, view.value, subject, kind, as_json=as_json)


@app.command("show")
def show(notice_id: NoticeId, desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """一份告知书：内容、依据条款、回执"""
    from console.commands import notice_work  # noqa: PLC0415

    notice_work.show(desk, notice_id, full=full, as_json=as_json)


@app.command("print")
def print_notice(notice_id: NoticeId, desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """打印成文：送乡镇人民政府等没有接入系统的单位"""
    from console.commands import notice_work  # noqa: PLC0415

    notice_work.print_notice(desk, notice_id, full=full, as_json=as_json)


@app.command("confirm")
def confirm(
    notice_id: NoticeId,
    desk: DeskName,
    answer: Annotated[str, typer.Option("--answer", metavar="答复", help="写给发文单位的答复")] = "",
    as_json: AsJson = False,
) -> None:
    """签收"""
    from console.commands import notice_work  # noqa: PLC0415

    notice_work.confirm(desk, notice_id, answer, as_json=as_json)


@app.command("archive")
def archive(notice_id: NoticeId, desk: DeskName, full: Full = False, as_json: AsJson = False) -> None:
    """随函转交的学籍档案（第二十二条）：核对摘要，显示学籍和全部变动记录"""
    from console.commands import notice_work  # noqa: PLC0415

    notice_work.archive(desk, notice_id, full=full, as_json=as_json)


@app.command("direct-schools")
def direct_schools(desk: DeskName, as_json: AsJson = False) -> None:
    """省、市直管学校每学期的书面告知（第十八条）：哪所已告知，哪所没有"""
    from console.commands import notice_work  # noqa: PLC0415

    notice_work.direct_schools(desk, as_json=as_json)


@app.command("write")
def write(  # noqa: PLR0917 - each is an option, named on the command line
    to: Annotated[str, typer.Option("--to", metavar="单位", help="收文单位，如 authority/410105、province/41")],
    text: Annotated[str, typer.Option("--text", metavar="正文", help="正文")],
    desk: DeskName,
    subject: Annotated[str, typer.Option("--case", metavar="业务编号", help="关于哪份业务")] = "",
    due_on: Annotated[str, typer.Option("--due", metavar="日期", help="期限，如 2026-09-30")] = "",
    wants_receipt: Annotated[bool, typer.Option("--receipt", help="要求签收")] = False,
    notice_id: Annotated[
        str, typer.Option("--notice-id", metavar="编号", help="重发一次没有得到答复的公务函时，给出原来的编号")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """给本系统上级或下级单位写一份公务函"""
    from console.commands import notice_work  # noqa: PLC0415

    message = notice_work.Message(
        to=to, text=text, subject=subject, due_on=due_on, wants_receipt=wants_receipt, notice_id=notice_id
    )
    notice_work.write(desk, message, as_json=as_json)
