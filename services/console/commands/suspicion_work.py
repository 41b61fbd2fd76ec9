"""What ``xueji index suspicions``, ``keep-apart`` and ``reopen`` do."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from console import plain, tables
from console.commands.asking import ask
from console.desk import Desk
from kernel.divisions import province_name
from kernel.number import StudentNumber
from kernel.refusals import StudentNotFound
from xueji.index.v1 import index_pb2
from xueji.suspicion.v1 import suspicion_pb2


def list_suspicions(desk: str, *, with_different: bool, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        found = await opened.suspicions.all(with_different=with_different)
        return {"suspicions": [_plain(one, full=full) for one in found]}

    ask(desk, question, as_json=as_json, show=lambda answer: [_table(answer["suspicions"])])


def decide(desk: str, first: str, second: str, *, apart: bool, as_json: bool) -> None:
    """By numbers, which people have before them; the pair itself is of keys."""

    async def question(opened: Desk) -> plain.Plain:
        numbers = [StudentNumber.parse(one).text for one in (first, second)]
        found = await opened.look_up([index_pb2.Handle(number=number) for number in numbers])
        if not all(one.student_key for one in found):
            raise StudentNotFound(field="number")
        decision = opened.suspicions.keep_apart if apart else opened.suspicions.reopen
        await decision(*(one.student_key for one in found))
        return {"first": numbers[0], "second": numbers[1], "different": apart}

    said = "已认定为两名学生，不再提示" if apart else "已重新列为疑似重复"
    ask(desk, question, as_json=as_json, show=lambda _: [Text(said, style="green")])


def _plain(one: suspicion_pb2.Suspicion, *, full: bool) -> plain.Plain:
    return {
        "first": _side(one.first, full=full),
        "second": _side(one.second, full=full),
        "weight": round(one.weight, 1),
        "reasons": list(one.reasons),
        "found_at": one.found_at,
        "different_since": one.different_since,
        "decided_by": one.decided_by,
    }


def _side(one: suspicion_pb2.Side, *, full: bool) -> plain.Plain:
    return {
        "number": plain.number_shown(one.number, full=full),
        "custodian": one.custodian,
        "custodian_name": province_name(one.custodian),
    }


def _table(rows: Iterable[plain.Plain]) -> Table:
    table = tables.new_table("一号", "另一号", "为什么", "结论")
    for row in rows:
        sides = [f"{row[side]['number']}\n{row[side]['custodian_name']}" for side in ("first", "second")]
        decision = f"两名学生（{row['decided_by']}）" if row["different_since"] else "待核查"
        table.add_row(*sides, "、".join(row["reasons"]), decision)
    return table
