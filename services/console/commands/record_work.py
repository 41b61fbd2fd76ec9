"""What ``xueji record`` does."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rich.console import RenderableType

from console import plain, records
from console.commands.asking import ask, fail
from console.desk import Desk
from console.trail_form import trail_form
from kernel.clock import SHANGHAI, milliseconds


def show(desk: str, number: str, on: str, known_at: str, *, full: bool, as_json: bool) -> None:
    try:
        known_at_ms = _moment(known_at)
    except ValueError:
        fail(f"“{known_at}”不是日期或时间", as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        answer = await opened.record(number, on=on, known_at_ms=known_at_ms)
        return {"on": on, "known_at": known_at, **records.record(answer, full=full)}

    ask(desk, question, as_json=as_json, show=lambda answer: [records.record_table(answer)])


def history(desk: str, number: str, print_to: Path | None, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        record, entries = await opened.history(number)
        answer = records.history(record, entries, full=full)
        if print_to is not None:
            form = trail_form(answer, printed_at=milliseconds(datetime.now(UTC)), printed_by=opened.who)
            await asyncio.to_thread(print_to.write_text, form, encoding="utf-8")
        return answer

    def shown(answer: plain.Plain) -> list[RenderableType]:
        return [records.history_table(answer), *([f"已保存到 {print_to}"] if print_to else [])]

    ask(desk, question, as_json=as_json, show=shown)


def _moment(text: str) -> int:
    """Milliseconds since 1970 UTC of a moment in Beijing time; of a day, its last one; 0 where none is told."""
    if not text:
        return 0
    if len(text) == len("2026-10-01"):
        return milliseconds(datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), SHANGHAI)) - 1
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))
