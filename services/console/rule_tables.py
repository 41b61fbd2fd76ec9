"""Rule packs as tables that a registrar reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console.tables import new_table
from kernel.stages import Stage

Plain = dict[str, Any]

_ALL_STAGES = len(Stage)
_CONFIDENCE_STYLES = {"found_weak": "yellow", "assumed": "yellow"}


def packs(rows: Sequence[Plain]) -> Table:
    table = new_table("规则", "适用", "名称", "施行", "至")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows:
        table.add_row(row["pack"], row["province_name"], row["title"], row["in_force_from"], row["in_force_to"] or "—")
    return table


def pack(told: Plain) -> list[RenderableType]:
    table = new_table("参数", "含义", "学段", "规定", "《办法》", "省级", "出处")
    table.columns[0].no_wrap = True
    for row in told["rules"]:
        table.add_row(
            row["key"],
            row["meaning"],
            _stages(row["stages"]),
            row["value_title"],
            "、".join(row["clauses"]),
            row["change_title"],
            _source(row),
        )
    return [packs([told]), "", table]


def differences(told: Plain) -> list[RenderableType]:
    left, right = told["left"], told["right"]
    table = new_table("参数", "含义", "学段", left["pack"], right["pack"], "出处")
    table.columns[0].no_wrap = True
    for row in told["differences"]:
        table.add_row(
            row["key"],
            row["meaning"],
            _stages(row["stages"]),
            row["left"]["value_title"],
            row["right"]["value_title"],
            _source(row["right"]),
        )
    if not told["differences"]:
        table.caption = "没有不同"
    return [packs([left, right]), "", table]


def _stages(names: Sequence[str]) -> str:
    if not names or len(names) == _ALL_STAGES:
        return "各学段"
    return "、".join(Stage[name.upper()].label for name in names)


def _source(value: Plain) -> Text:
    """Where it is from, and how well it is known; what is not well known stands out."""
    said = "，".join(filter(None, (value["article"], value["source"], value["note"])))
    text = Text(said)
    text.append(f"（{value['confidence_title']}）", style=_CONFIDENCE_STYLES.get(value["confidence"], ""))
    return text
