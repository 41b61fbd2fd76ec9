"""What ``xueji roster`` does."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import RenderableType

from console import plain, tables
from console.commands.asking import ask
from console.desk import Desk
from console.parts.private_files import write_private
from kernel.ids import new_uuid7


def template(desk: str, file: Path, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        content = await opened.template()
        write_private(file, content)
        return {"file": str(file), "bytes": len(content)}

    ask(desk, question, as_json=as_json, show=lambda answer: [f"空白花名册：{answer['file']}"])


def import_roster(desk: str, roster: Path, *, dry_run: bool, result: Path | None, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer = await opened.import_roster(roster, dry_run=dry_run, want_workbook=result is not None)
        if result is not None:
            write_private(result, answer.workbook)  # it is full of personal data
        return {**plain.imported(answer), "dry_run": dry_run, "result": str(result) if result else ""}

    ask(desk, question, as_json=as_json, show=_imported)


def drafts(desk: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"drafts": [plain.draft(one, full=full) for one in await opened.drafts()]}

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.drafts(answer["drafts"])])


def discard(desk: str, item_ids: list[str], *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"asked": len(item_ids), "discarded": await opened.discard_drafts(item_ids)}

    ask(desk, question, as_json=as_json, show=lambda answer: [f"已删除草稿 {answer['discarded']} 份"])


def submit(desk: str, request_id: str, *, as_json: bool) -> None:
    wanted = request_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and makes no second case.
    sys.stderr.write(f"提交编号 {wanted}\n")

    async def question(opened: Desk) -> plain.Plain:
        answer = await opened.submit_drafts(wanted)
        return {"request_id": wanted, "case_ids": list(answer.case_ids), "pupils": answer.pupils}

    ask(desk, question, as_json=as_json, show=_submitted)


def _imported(answer: plain.Plain) -> list[RenderableType]:
    kept = "可以保存" if answer["dry_run"] else "已保存"
    shown: list[RenderableType] = [
        f"共 {answer['rows_read']} 行：{kept} {answer['rows_kept']}，未变 {answer['rows_unchanged']}，"
        f"有问题 {answer['rows_refused']}"
    ]
    shown += [f"提示：{warning}" for warning in answer["warnings"]]
    if answer["findings"]:
        shown.append(tables.findings(answer["findings"]))
    if answer["result"]:
        shown.append(f"核对结果：{answer['result']}")
    return shown


def _submitted(answer: plain.Plain) -> list[RenderableType]:
    return [f"已提交 {answer['pupils']} 名学生，待学校审核人审核：", *answer["case_ids"]]
