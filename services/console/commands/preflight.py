"""``xueji preflight``: what stands against a case, before it is filed."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from console.commands.filing import of_field, option
from console.commands.options import AsJson, DeskName
from kernel.regulation import of_family
from kernel.regulation.transfers import TRANSFER

app = typer.Typer(help="预检：申请之前先问清楚有没有不符合规定之处，不留下任何业务", no_args_is_help=True)


def transfer(**given: Any) -> None:
    """转学预检（《办法》第十四条）：本省规定、转出方学籍情况，一次说全"""
    from console.commands import preflight_work  # noqa: PLC0415 - see the package

    preflight_work.transfer(given)


def _signature() -> inspect.Signature:
    (row, *_) = of_family(TRANSFER)
    document = Annotated[
        str,
        typer.Option("--document", metavar="证件号", help="学生的证件号，用来确认是哪名学生；没有证件的填出生日期"),
    ]
    proofs = Annotated[list[str] | None, typer.Option("--evidence", metavar="材料", help="已有的证明材料，可重复")]
    return inspect.Signature(
        [
            option(DeskName, "desk", inspect.Parameter.empty),
            option(Annotated[str, typer.Option("--number", metavar="学籍号", help="学生的学籍号")], "number"),
            option(Annotated[str, typer.Option("--name", metavar="姓名", help="学生的姓名")], "name"),
            option(document, "document"),
            option(
                Annotated[str, typer.Option("--from", metavar="学校标识码", help="转出学校")],
                "releasing_school",
            ),
            *map(of_field, row.fields),
            option(proofs, "evidence", None),
            option(AsJson, "as_json", False),
        ]
    )


_SIGNATURE = _signature()
transfer.__signature__ = _SIGNATURE  # type: ignore[attr-defined]  # what the command line is drawn from
transfer.__annotations__ = {one.name: one.annotation for one in _SIGNATURE.parameters.values()}
app.command("transfer")(transfer)


@app.callback()
def _group() -> None:
    """One command is still a group: others may follow."""
