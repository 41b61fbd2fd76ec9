"""Who attends a school that has not the record, as plain values and as a table."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from console.plain import Plain, number_shown, values
from console.tables import new_table
from kernel.record_items import read_value
from xueji.attending.v1 import attending_pb2


def attending(one: attending_pb2.Attending, *, full: bool) -> Plain:
    return {
        "number": number_shown(one.number, full=full),
        "school": one.school,
        "record_school": one.record_school,
        "since": one.since,
        "until": one.until,
        "mode": one.mode,
        "mode_title": one.mode_title,
        "status": one.status,
        "status_title": one.status_title,
        "values": values(one.values, full=full),
    }


def attending_table(rows: Iterable[Plain]) -> Table:
    table = new_table("学籍号", "姓名", "年级", "就读学校", "学籍所在学校", "起", "止", "就读形式", "学籍状态")
    for row in rows:
        told = row["values"]
        table.add_row(
            row["number"],
            told.get("name", ""),
            read_value("grade", told.get("grade", "")),
            row["school"],
            row["record_school"],
            row["since"],
            row["until"],
            row["mode_title"],
            row["status_title"],
        )
    return table
