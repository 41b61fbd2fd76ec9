"""``xueji rules``: the rule packs, what they say and where they differ. No node needs to run."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(help="规则：国家和省的规则、参数与出处", no_args_is_help=True)


class StageName(StrEnum):
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    SPECIAL = "special"


Policies = Annotated[
    Path | None, typer.Option("--policies", metavar="目录", help="规则文件所在目录，默认为部署文件中的 policies")
]
Stage = Annotated[
    StageName | None,
    typer.Option("--stage", help="只看一个学段：primary 小学，junior 初中，senior 普通高中，special 特殊教育"),
]


@app.command("list")
def list_packs(
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="日期", help="只看当日施行的")
    ] = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """所有规则及其施行时间"""
    from console.commands import rules_work  # noqa: PLC0415 - see the package

    rules_work.list_packs(policies, on.date() if on else None, as_json=as_json)


@app.command("show")
def show(
    pack: Annotated[
        str, typer.Argument(metavar="规则", help="规则编号，如 2013.1、2025.1+41.1；或省级代码，即该省当日施行的")
    ] = "",
    stage: Stage = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """一份规则的全部参数，每项都注明出处；不写编号时为国家现行规则"""
    from console.commands import rules_work  # noqa: PLC0415

    rules_work.show(policies, pack, stage.name if stage else None, as_json=as_json)


@app.command("diff")
def diff(
    left: Annotated[str, typer.Argument(metavar="规则", help="规则编号或省级代码")],
    right: Annotated[str, typer.Argument(metavar="另一规则", help="规则编号或省级代码")],
    stage: Stage = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """两份规则的不同之处"""
    from console.commands import rules_work  # noqa: PLC0415

    rules_work.diff(policies, left, right, stage.name if stage else None, as_json=as_json)


@app.command("replay")
def replay(  # noqa: PLR0917 - each is an option, named on the command line
    pack: Annotated[str, typer.Argument(metavar="规则", help="规则编号，如 2025.1+41.1")],
    desk: DeskName,
    case_id: Annotated[str, typer.Option("--case", metavar="业务编号", help="只看这份业务")] = "",
    procedure: Annotated[str, typer.Option("--procedure", metavar="业务", help="只看这种业务，如 suspension")] = "",
    differing: Annotated[bool, typer.Option("--differing", help="只看结论不同的")] = False,
    as_json: AsJson = False,
) -> None:
    """已办业务按另一规则重新裁定：同样的事实，结论有何不同（省级）"""
    from console.commands import replay_work  # noqa: PLC0415

    replay_work.replay(desk, pack, case_id, procedure, differing=differing, as_json=as_json)
