"""What ``xueji audit`` does."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from console import plain, tables
from console.commands.asking import EXIT_REFUSED, ask, progress_bar
from console.desk import Desk
from xueji.transfer.v1 import audit_pb2


def transfers(desk: str, *, as_json: bool) -> None:
    """Ends with ``EXIT_REFUSED`` where something differs, so that a nightly run is seen to fail."""

    async def question(opened: Desk) -> plain.Plain:
        progress, found = audit_pb2.AuditProgress(), list[plain.Plain]()
        with progress_bar("条", hidden=as_json) as bar:
            task = bar.add_task("核对保管权", total=None)
            async for news in opened.audit.ListDifferences(audit_pb2.ListDifferencesRequest()):
                if news.HasField("progress"):
                    progress = news.progress
                    bar.update(task, completed=progress.held)
                else:
                    one = news.difference
                    found.append({"student_key": one.student_key, "kind": one.kind, "title": one.title})
        return {
            "held": progress.held,
            "named": progress.named,
            "differences": found,
            "good": progress.finished and not found,
        }

    def show(answer: plain.Plain) -> list[RenderableType]:
        counted = f"本省学籍 {answer['held']} 条，全国索引记为本省的 {answer['named']} 人"
        if answer["good"]:
            return [Text(f"核对无误：{counted}", style="green")]
        table = tables.new_table("学籍记录", "不一致")
        for one in answer["differences"]:
            table.add_row(one["student_key"], one["title"])
        return [table, Text(f"{counted}，不一致 {len(answer['differences'])} 条", style="red")]

    told = ask(desk, question, as_json=as_json, show=show)
    if not told["good"]:
        raise SystemExit(EXIT_REFUSED)
