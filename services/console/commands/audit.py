"""``xueji audit``: whether what a province holds is what the nation says."""

from __future__ import annotations

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(help="核对：本省保管的学籍与全国索引是否一致", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """核对本省保管的学籍与全国索引"""


@app.command("transfers")
def transfers(desk: DeskName, as_json: AsJson = False) -> None:
    """逐条核对保管权；不一致的隔几秒再核一次，仍不一致的列出；有不一致时以 2 结束"""
    from console.commands import audit_work  # noqa: PLC0415 - see the package

    audit_work.transfers(desk, as_json=as_json)
