"""``xueji demo`` and ``xueji up``: a whole federation on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson


def demo(
    once: Annotated[bool, typer.Option("--once", help="演示完就结束；不加则保持运行，直到 Ctrl-C")] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", file_okay=False, metavar="目录", help="把演示用的花名册和核对结果存到这里")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """启动两省、三个主管部门、五所学校和全国索引，演示招生入籍和跨省转学"""
    from console.demo import stage  # noqa: PLC0415 - see the package

    stage.demo(once=once, keep=keep, as_json=as_json)


def up(as_json: AsJson = False) -> None:
    """启动同样的体系，不演示，直到 Ctrl-C；在另一个终端用其他命令办理业务"""
    from console.demo import stage  # noqa: PLC0415

    stage.up(as_json=as_json)


def portals(as_json: AsJson = False) -> None:
    """正在运行的演示体系的网页地址，和每个岗位登录用的账号、密码与当前动态口令"""
    from console.commands import portal_work  # noqa: PLC0415

    portal_work.portals(as_json=as_json)
