"""``xueji index``: what the national index knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

WithDifferent = Annotated[bool, typer.Option("--with-different", help="连同已认定为两名学生的")]
FirstNumber = Annotated[str, typer.Argument(metavar="学籍号", help="一名学生的学籍号")]
SecondNumber = Annotated[str, typer.Argument(metavar="学籍号", help="另一名学生的学籍号")]
CaseId = Annotated[str, typer.Argument(metavar="核查编号")]
WithSettled = Annotated[bool, typer.Option("--with-settled", help="连同已办结的")]
Why = Annotated[str, typer.Option("--why", metavar="理由", help="核查单上的理由；不写姓名和证件号")]

app = typer.Typer(help="全国索引：学籍号归谁保管，登记日志", no_args_is_help=True)


@app.command("lookup")
def look_up(
    desk: DeskName,
    numbers: Annotated[list[str] | None, typer.Argument(metavar="学籍号", help="学籍号，现用的或以前的")] = None,
    documents: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            metavar="类型:号码",
            help="按证件查，现用的或以前的，如 1:身份证号；护照加签发国家，如 A:BRA:护照号；可重复",
        ),
    ] = None,
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """按学籍号或证件查询"""
    from console.commands import index_work  # noqa: PLC0415 - see the package

    index_work.look_up(desk, numbers or [], documents or [], full=full, as_json=as_json)


@app.command("registered")
def is_registered(
    desk: DeskName,
    number: Annotated[str | None, typer.Argument(metavar="学籍号", help="学籍号，现用的或以前的")] = None,
    document: Annotated[
        str | None, typer.Option("--document", metavar="类型:号码", help="按证件查，如 1:身份证号")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """是否有学籍：只答有或没有，不显示学籍"""
    from console.commands import index_work  # noqa: PLC0415 - see the package

    index_work.is_registered(desk, number, document, as_json=as_json)


@app.command("alarms")
def list_alarms(desk: DeskName, as_json: AsJson = False) -> None:
    """查询预警：谁的查询超过了工作需要，最近的在前"""
    from console.commands import index_work  # noqa: PLC0415 - see the package

    index_work.list_alarms(desk, as_json=as_json)


@app.command("log")
def show_log(desk: DeskName, as_json: AsJson = False) -> None:
    """登记日志的最新检查点：有多少条，哪些省见证过"""
    from console.commands import index_work  # noqa: PLC0415 - see the package

    index_work.show_log(desk, as_json=as_json)


@app.command("verify")
def verify(
    desk: DeskName,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="上次核对过的检查点存放的文件；核对无误后改写", dir_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """从外部核对登记日志：没有一人两号，没有改写过历史"""
    from console.commands import index_work  # noqa: PLC0415 - see the package

    index_work.verify(desk, keep, as_json=as_json)


@app.command("suspicions")
def list_suspicions(
    desk: DeskName, with_different: WithDifferent = False, full: Full = False, as_json: AsJson = False
) -> None:
    """疑似重复的学籍：哪两号可能是同一名学生，为什么；最可疑的在前"""
    from console.commands import suspicion_work  # noqa: PLC0415 - see the package

    suspicion_work.list_suspicions(desk, with_different=with_different, full=full, as_json=as_json)


@app.command("keep-apart")
def keep_apart(desk: DeskName, first: FirstNumber, second: SecondNumber, as_json: AsJson = False) -> None:
    """认定是两名学生（多胞胎、同名），以后不再提示；可用 reopen 撤回"""
    from console.commands import suspicion_work  # noqa: PLC0415 - see the package

    suspicion_work.decide(desk, first, second, apart=True, as_json=as_json)


@app.command("reopen")
def reopen(desk: DeskName, first: FirstNumber, second: SecondNumber, as_json: AsJson = False) -> None:
    """撤回“两名学生”的认定，重新列为疑似重复"""
    from console.commands import suspicion_work  # noqa: PLC0415 - see the package

    suspicion_work.decide(desk, first, second, apart=False, as_json=as_json)


@app.command("adjudications")
def list_adjudications(
    desk: DeskName, with_settled: WithSettled = False, full: Full = False, as_json: AsJson = False
) -> None:
    """问题学籍核查：两省在核查哪两份学籍，哪些待全国裁定；最早的在前"""
    from console.commands import adjudication_work  # noqa: PLC0415 - see the package

    adjudication_work.list_of_the_nation(desk, with_settled=with_settled, full=full, as_json=as_json)


@app.command("adjudicate")
def adjudicate(
    desk: DeskName,
    first: FirstNumber,
    second: SecondNumber,
    why: Annotated[str, typer.Option("--why", metavar="理由", help="比对结果以外的理由；不写姓名和证件号")] = "",
    as_json: AsJson = False,
) -> None:
    """请两省核查两份学籍是不是同一名学生"""
    from console.commands import adjudication_work  # noqa: PLC0415 - see the package

    adjudication_work.open_by_the_nation(desk, first, second, why=why, as_json=as_json)


@app.command("decide")
def decide(
    *,
    desk: DeskName,
    case: CaseId,
    why: Why,
    stands: Annotated[str, typer.Option("--stands", metavar="学籍号", help="同一名学生，保留这一号")] = "",
    different: Annotated[bool, typer.Option("--different", help="两名学生，以后不再提示")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="不需要核查，撤回")] = False,
    as_json: AsJson = False,
) -> None:
    """全国裁定（双佐证、逾期未答复）：两名学生，或者同一名学生、保留哪一号"""
    from console.commands import adjudication_work  # noqa: PLC0415 - see the package

    adjudication_work.decide(
        desk, case, stands=stands, different=different, withdraw=withdraw, why=why, as_json=as_json
    )


@app.command("split")
def split(*, desk: DeskName, case: CaseId, why: Why, as_json: AsJson = False) -> None:
    """撤销合并：两名学生各自恢复原有的学籍"""
    from console.commands import adjudication_work  # noqa: PLC0415 - see the package

    adjudication_work.split(desk, case, why=why, as_json=as_json)


@app.command("gaps")
def list_gaps(desk: DeskName, as_json: AsJson = False) -> None:
    """预发核对：县级预发过、却一直没有登记的临时学籍号"""
    from console.commands import number_work  # noqa: PLC0415 - see the package

    number_work.gaps(desk, as_json=as_json)
