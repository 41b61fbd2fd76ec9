"""``xueji evidence``: proofs (证明材料, Articles 7.2.2, 10 and 13), brought before the case that names them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.options import AsJson, CaseId, DeskName

app = typer.Typer(help="证明材料：上传、取出、种类", no_args_is_help=True)


@app.command("put")
def put(
    file: Annotated[Path, typer.Argument(metavar="文件", help="JPG、PNG 或 PDF，最多 2 MB")],
    kind: Annotated[str, typer.Option("--kind", metavar="种类", help="见 evidence kinds，如 household_register")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """上传一份证明材料，给出它的摘要；一天内没有用于业务的自动删除"""
    from console.commands import evidence_work  # noqa: PLC0415 - see the package

    evidence_work.put(desk, file, kind, as_json=as_json)


@app.command("get")
def get(
    case_id: CaseId,
    digest: Annotated[str, typer.Argument(metavar="摘要", help="证明材料的摘要，见 cases show")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写到哪个文件")],
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """取出业务中的一份证明材料"""
    from console.commands import evidence_work  # noqa: PLC0415

    evidence_work.get(desk, case_id, digest, out, as_json=as_json)


@app.command("kinds")
def kinds(as_json: AsJson = False) -> None:
    """证明材料的种类和依据"""
    from console.commands import evidence_work  # noqa: PLC0415

    evidence_work.kinds(as_json=as_json)
