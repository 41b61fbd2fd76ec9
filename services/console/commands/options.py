"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

DESK_VARIABLE = "XUEJI_DESK"

DeskName = Annotated[
    str,
    typer.Option(
        "--desk",
        envvar=DESK_VARIABLE,
        metavar="代码/岗位",
        help="以谁的身份办理，如 2141000001/registrar、2141000001/principal、410105、41、00",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="在标准输出只打印一个 JSON 对象")]
Full = Annotated[bool, typer.Option("--full", help="显示完整的证件号和学籍号（默认脱敏）")]
CaseId = Annotated[str, typer.Argument(metavar="业务编号", help="业务编号")]
