"""What ``xueji index`` does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chassis.keys import Verifier
from console import plain, tables
from console.commands.asking import EXIT_REFUSED, ask, progress_bar, refuse
from console.desk import Desk
from console.index_log import Standing, keep, read_kept, standing_of, verify_log
from kernel.divisions import province_name
from kernel.identity import IdentityDocument
from kernel.number import StudentNumber
from kernel.refusals import Refusal, RequestMalformed
from xueji.index.v1 import index_pb2


def look_up(desk: str, numbers: Sequence[str], documents: Sequence[str], *, full: bool, as_json: bool) -> None:
    try:
        handles = [*map(_number, numbers), *map(_document, documents)]
        if not handles:
            raise RequestMalformed(field="handles", why="请给出学籍号，或用 --document 给出证件")
    except Refusal as no:
        refuse(no, as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        return {"found": [plain.found(one, full=full) for one in await opened.look_up(handles)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.found(answer["found"])])


_ALARM_REASONS = {
    "BUDGET": "本小时额度用完",
    "PUPIL": "同一学生一天内被查询二十次",
    "MISSES": "省级节点一小时内查无此人上千次",
}


def is_registered(desk: str, number: str | None, document: str | None, *, as_json: bool) -> None:
    try:
        if (number is None) == (document is None):
            raise RequestMalformed(field="handle", why="请给出一个学籍号，或用 --document 给出一个证件")
        handle = _number(number) if number is not None else _document(document or "")
    except Refusal as no:
        refuse(no, as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        return {"registered": await opened.is_registered(handle)}

    ask(desk, question, as_json=as_json, show=lambda answer: [Text("有学籍" if answer["registered"] else "没有学籍")])


def list_alarms(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {
            "alarms": [
                {"at": one.at, "caller": one.caller, "reason": one.reason, "reason_title": _ALARM_REASONS[one.reason]}
                for one in await opened.look_up_alarms()
            ]
        }

    def show(answer: plain.Plain) -> list[RenderableType]:
        table = tables.new_table("时间", "谁", "原因")
        for one in answer["alarms"]:
            table.add_row(one["at"], one["caller"], one["reason_title"])
        return [table]

    ask(desk, question, as_json=as_json, show=show)


def show_log(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"log": _standing(await standing_of(opened, verify=Verifier(opened.authority_certificate).verify))}

    ask(desk, question, as_json=as_json, show=lambda answer: [_log_table(answer["log"])])


def verify(desk: str, kept: Path | None, *, as_json: bool) -> None:
    """Ends with ``EXIT_REFUSED`` where something is wrong with the log, so that a nightly run is seen to fail."""

    async def question(opened: Desk) -> plain.Plain:
        check = Verifier(opened.authority_certificate).verify
        earlier = await asyncio.to_thread(read_kept, kept, verify=check)
        with progress_bar("条", hidden=as_json) as bar:
            task = bar.add_task("读取登记日志", total=None)
            found = await verify_log(
                opened,
                verify=check,
                earlier=earlier,
                read=lambda count, of: bar.update(task, completed=count, total=of),
            )
        if kept is not None and found.good:
            await asyncio.to_thread(keep, kept, found.standing)
        return {
            "log": _standing(found.standing),
            "root_is_of_the_entries": found.whole,
            "continues_size": found.continues,
            "findings": [
                {"index": one.index, "violation": one.violation.value, "violation_title": one.violation.label}
                for one in found.findings
            ],
            "good": found.good,
        }

    def show(answer: plain.Plain) -> list[RenderableType]:
        if answer["good"]:
            since = f"，延续上次核对的 {answer['continues_size']} 条" if answer["continues_size"] else ""
            said = Text(f"核对无误：没有一人两号，历史没有改写{since}", style="green")
        else:
            why = [f"第 {one['index']} 条：{one['violation_title']}" for one in answer["findings"]]
            said = Text("\n".join(why or ["日志内容与检查点的根不符"]), style="red")
        return [_log_table(answer["log"]), said]

    told = ask(desk, question, as_json=as_json, show=show)
    if not told["good"]:
        raise SystemExit(EXIT_REFUSED)


def _standing(one: Standing) -> plain.Plain:
    checkpoint = one.checkpoint
    return {
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "at_ms": checkpoint.at_ms,
        "incarnation": checkpoint.incarnation,
        "witnesses": list(one.provinces),
    }


def _log_table(log: plain.Plain) -> Table:
    table = tables.new_table("条数", "根", "时间", "见证的省")
    names = "、".join(province_name(code) for code in log["witnesses"]) or "—"
    table.add_row(str(log["size"]), log["root"], plain.moment(log["at_ms"]), names)
    return table


def _number(text: str) -> index_pb2.Handle:
    return index_pb2.Handle(number=StudentNumber.parse(text).text)


def _document(text: str) -> index_pb2.Handle:
    """``1:11010520110307…`` as a handle; of a passport with its issuer between, ``A:BRA:FH…``."""
    kind, _, rest = text.partition(":")
    country, colon, number = rest.partition(":")
    document = IdentityDocument.parse(kind, number if colon else rest, country=country.upper() if colon else "")
    document.require_issuer()
    return index_pb2.Handle(
        document=index_pb2.Document(kind=document.kind.value, number=document.number, country=document.country)
    )
