"""``xueji supervision``: what was not kept, who is ordered to put it right, and the register of that (Art. 26, 27)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(help="监督：线索、责令改正、整改、登记簿", no_args_is_help=True)

FindingId = Annotated[str, typer.Argument(metavar="线索编号", help="线索编号，见 supervision findings")]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="写明理由，记入登记簿")]


@app.command("findings")
def findings(
    desk: DeskName,
    state: Annotated[
        str,
        typer.Option(
            "--state", metavar="状态", help="found、confirmed、ordered、answered、closed、dismissed；默认全部"
        ),
    ] = "",
    subject: Annotated[str, typer.Option("--office", metavar="单位", help="只看一个单位，如 school/2141000001")] = "",
    as_json: AsJson = False,
) -> None:
    """线索：核办时发现的、逾期的、复核发现的、工作人员登记的"""
    from console.commands import supervision_work  # noqa: PLC0415 - see the package

    supervision_work.findings(desk, state, subject, as_json=as_json)


@app.command("show")
def show(finding_id: FindingId, desk: DeskName, as_json: AsJson = False) -> None:
    """一条线索，和登记簿中关于它的每一条"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.show(desk, finding_id, as_json=as_json)


@app.command("grounds")
def grounds(as_json: AsJson = False) -> None:
    """情形一览：违反哪一条款，属于第二十七条哪一项"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.grounds(as_json=as_json)


@app.command("enter")
def enter(  # noqa: PLR0917 - options
    subject: Annotated[str, typer.Option("--office", metavar="单位", help="哪个单位，如 school/2141000001")],
    ground: Annotated[str, typer.Option("--ground", metavar="情形", help="见 supervision grounds，如 DATA_LEAKED")],
    text: Annotated[str, typer.Option("--text", metavar="内容", help="发现了什么；不写学生姓名和号码")],
    evidence: Annotated[list[Path], typer.Option("--evidence", metavar="文件", help="证明材料，可给多次")],
    desk: DeskName,
    count: Annotated[int, typer.Option("--count", metavar="人数", help="涉及多少名学生")] = 0,
    finding_id: Annotated[str, typer.Option("--finding-id", metavar="编号", help="重发没有得到答复的登记时给出")] = "",
    as_json: AsJson = False,
) -> None:
    """登记一条线索，附证明材料"""
    from console.commands import supervision_work  # noqa: PLC0415

    entered = supervision_work.Entered(subject, ground, text, tuple(evidence), count, finding_id)
    supervision_work.enter(desk, entered, as_json=as_json)


@app.command("confirm")
def confirm(finding_id: FindingId, reason: Reason, desk: DeskName, as_json: AsJson = False) -> None:
    """认定：情况属实"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.decide(desk, finding_id, reason, confirmed=True, as_json=as_json)


@app.command("dismiss")
def dismiss(finding_id: FindingId, reason: Reason, desk: DeskName, as_json: AsJson = False) -> None:
    """不予认定，写明理由"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.decide(desk, finding_id, reason, confirmed=False, as_json=as_json)


@app.command("order")
def order(
    finding_id: FindingId,
    measure: Annotated[str, typer.Option("--measure", metavar="要求", help="怎样改正")],
    due_on: Annotated[str, typer.Option("--due", metavar="日期", help="改正期限，如 2026-10-30")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """责令改正：发出责令改正通知书，限期改正并报告"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.order(desk, finding_id, measure, due_on, as_json=as_json)


@app.command("orders")
def orders(desk: DeskName, as_json: AsJson = False) -> None:
    """本单位收到的责令改正通知书"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.orders(desk, as_json=as_json)


@app.command("answer")
def answer(
    order_id: Annotated[str, typer.Argument(metavar="通知书编号", help="见 supervision orders")],
    measure: Annotated[str, typer.Option("--measure", metavar="措施", help="已经怎样改正")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """报告整改情况（学校由审核人报告）"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.answer(desk, order_id, measure, as_json=as_json)


@app.command("refer")
def refer(  # noqa: PLR0917
    finding_id: FindingId,
    to: Annotated[str, typer.Option("--to", metavar="单位", help="移送给谁，如 区纪委监委")],
    persons: Annotated[list[str], typer.Option("--person", metavar="职务", help="追究谁的责任，如 校长；可给多次")],
    reason: Reason,
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """情节严重的，移送追究责任；责令改正照常进行"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.refer(desk, finding_id, to, persons, reason, as_json=as_json)


@app.command("close")
def close(finding_id: FindingId, reason: Reason, desk: DeskName, as_json: AsJson = False) -> None:
    """复查通过，已整改"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.close(desk, finding_id, reason, as_json=as_json)


@app.command("register")
def register(
    desk: DeskName,
    after: Annotated[int, typer.Option("--after", metavar="序号", help="只看此后的")] = 0,
    as_json: AsJson = False,
) -> None:
    """监督登记簿：谁在什么时候做了什么，只增不改"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.register(desk, after, as_json=as_json)


@app.command("verify")
def verify(
    desk: DeskName,
    digest: Annotated[
        str, typer.Option("--digest", metavar="摘要", help="通知书上的封存摘要：查它在登记簿的哪一条")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """验证登记簿：每条签名有效、首尾相接，没有被抽走或改过的"""
    from console.commands import supervision_work  # noqa: PLC0415

    supervision_work.verify(desk, digest, as_json=as_json)
