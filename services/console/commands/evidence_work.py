"""What ``xueji evidence`` does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console, RenderableType
from rich.table import Table

from console import plain
from console.commands.asking import ask, fail, print_json, refuse
from console.desk import Desk
from console.evidence import get as fetch
from console.evidence import put as bring
from console.parts.private_files import write_private
from kernel.evidence import EvidenceKind
from kernel.refusals import EvidenceKindUnknown


def put(desk: str, file: Path, kind: str, *, as_json: bool) -> None:
    try:
        parsed = EvidenceKind.parse(kind)
    except EvidenceKindUnknown as no:
        refuse(no, as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        brought = await bring(opened, file, parsed)
        return {"digest": brought.digest.hex(), "media_type": brought.media_type, "kind": parsed.value}

    ask(desk, question, as_json=as_json, show=lambda answer: [str(answer["digest"])])


def get(desk: str, case_id: str, digest: str, out: Path, *, as_json: bool) -> None:
    try:
        asked = bytes.fromhex(digest)
    except ValueError:
        fail(f"“{digest[:80]}”不是摘要", as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        header, content = await fetch(opened, case_id, asked)
        # A family's papers: for whoever asked, and not for others who use this machine.
        await asyncio.to_thread(write_private, out, content)
        return {"file": str(out), "media_type": header.media_type, "size_bytes": header.size_bytes}

    ask(desk, question, as_json=as_json, show=lambda answer: [f"{answer['file']}（{answer['size_bytes']} 字节）"])


def kinds(*, as_json: bool) -> None:
    listed = [{"kind": kind.value, "label": kind.label, "clauses": list(kind.clauses)} for kind in EvidenceKind]
    if as_json:
        print_json({"kinds": listed})
        return
    Console(soft_wrap=False).print(_table())


def _table() -> RenderableType:
    table = Table("种类", "名称", "依据（条.款.项）", title="证明材料")
    for kind in EvidenceKind:
        table.add_row(kind.value, kind.label, "、".join(kind.clauses))
    return table
