"""Figures as tables that an officer reads: a bar beside each count, and what is not told said as such."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console.plain import Plain
from kernel.figures.definitions import DEFINITIONS
from kernel.figures.flows import CLOSING, FRESHMEN, INWARD, OPENING, OUTWARD, UNPLACED, Flow

BAR_CELLS = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_TOTALS = frozenset({OPENING, INWARD, OUTWARD, CLOSING})
# Flows as people read them: what came, what left, and what stands beside.
_FLOW_ORDER = (
    OPENING,
    INWARD,
    *(flow.value for flow in Flow if flow.inward),
    OUTWARD,
    *(flow.value for flow in Flow if not flow.inward),
    CLOSING,
    FRESHMEN,
    UNPLACED,
)


def figures(answer: Plain) -> list[RenderableType]:
    cells = answer["cells"]
    dimensions = list(dict.fromkeys(key for cell in cells for key in cell["by"]))
    table = _table(*(DEFINITIONS[key].label for key in dimensions), answer["label"], "")
    table.columns[len(dimensions)].justify = "right"
    most = _most(cell for cell in cells if len(cell["by"]) == len(dimensions) or not dimensions)
    for cell in cells:
        is_total = not cell["by"]
        words = [cell["labels"].get(key, "合计" if is_total and key == dimensions[0] else "小计") for key in dimensions]
        words = [("" if is_total and place else word) for place, word in enumerate(words)]
        bar = "" if len(cell["by"]) < len(dimensions) else _bar(cell["pupils"], most)
        table.add_row(*words, _number(cell), bar, style="bold" if is_total else "")
    return [_title(answer, answer["on"]), table, *_remarks(answer), answer["definition"]]


def flows(answer: Plain) -> list[RenderableType]:
    table = _table("项目", "学段", "省份", "人次", "")
    table.columns[3].justify = "right"
    order = {figure: place for place, figure in enumerate(_FLOW_ORDER)}
    rows = sorted(answer["flows"], key=lambda row: (order[row["figure"]], row["stage"], row["province"]))
    most = _most(row for row in rows if row["figure"] not in _TOTALS)
    for row in rows:
        total = row["figure"] in _TOTALS
        if total and row["stage"]:
            continue
        table.add_row(
            row["label"] if not row["stage"] and not row["province"] else "",
            row["stage_label"] or ("未知" if row["stage"] else ""),
            row["province_label"],
            _number(row),
            "" if total else _bar(row["pupils"], most),
            style="bold" if total else "",
        )
    return [_title(answer, f"{answer['first']} 至 {answer['last']}"), table, *_remarks(answer)]


def retention(answer: Plain) -> list[RenderableType]:
    table = _table("指标", "毕业年级在校生", "入学时在校生", "入学统计日", "巩固率", "")
    for column in (1, 2, 4):
        table.columns[column].justify = "right"
    for row in answer["retentions"]:
        percent = row["percent"]
        hidden = "不公布" if row["withheld"] else ""
        table.add_row(
            row["label"],
            hidden or f"{row['remaining']:,}",
            hidden or (f"{row['entrants']:,}" if row["entrants"] else "无记录"),
            "、".join(row["entered_on"]),
            "—" if percent is None else f"{percent:.2f}%",
            "" if percent is None else _bar(min(percent, 100), 100),
        )
    definitions = [f"{row['label']}：{row['definition']}" for row in answer["retentions"]]
    return [_title(answer, answer["on"]), table, *_remarks(answer), *definitions]


def classes(answer: Plain) -> list[RenderableType]:
    table = _table("学校", "年级", "班级", "人数", "", "")
    table.columns[3].justify = "right"
    most = _most(answer["listed"])
    for row in answer["listed"]:
        huge = row["pupils"] >= answer["huge_from"]
        style = "bold red" if huge else "dark_orange" if row["kind"] else ""
        table.add_row(
            row["school_name"] or row["school"],
            row["grade_label"],
            row["school_class"],
            f"{row['pupils']:,}",
            _bar(row["pupils"], most),
            Text(row["kind"], style=style),
        )
    told = (
        f"班级 {answer['classes']:,} 个，大班额（≥{answer['large_from']} 人）{answer['large']:,} 个，"
        f"其中超大班额（≥{answer['huge_from']} 人）{answer['huge']:,} 个"
    )
    return [_title(answer, answer["on"]), told, table, *_remarks(answer)]


def definitions(rows: Sequence[Plain]) -> Table:
    table = _table("代码", "名称", "定义", "单位", "来源")
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(row["key"], row["label"], row["sentence"], row["unit"], row["source"])
    return table


def _title(answer: Plain, when: str) -> Text:
    return Text(f"{answer['scope']['name']}　{when}（截至 {answer['known_at'][:16]} 的记录）", style="bold")


def _remarks(answer: Plain) -> list[RenderableType]:
    remarks: list[RenderableType] = []
    counts = [*answer.get("cells", ()), *answer.get("flows", ()), *answer.get("retentions", ())]
    if any(one["withheld"] for one in counts):
        remarks.append(f"“不公布”：不足 {answer['threshold']} 人，或可由其推算出不足 {answer['threshold']} 人的数")
    if any(one.get("provinces_withholding") for one in counts):
        remarks.append("“≥”：有省份的数不足规定人数未报，合计为至少人数")
    if answer["missing"]:
        names = "、".join(
            f"{one['name']}（最近 {one['last_on']}）" if one["last_on"] else one["name"] for one in answer["missing"]
        )
        remarks.append(f"尚未上报的省份：{names}")
    return remarks


def _number(count: Plain) -> str:
    if count["pupils"] is None:
        return "不公布"
    return f"{'≥' if count['withheld'] else ''}{count['pupils']:,}"


def _bar(value: float | None, most: float) -> str:
    """As long as the value is of the largest, in eighths of a character."""
    if not value or not most:
        return ""
    eighths = max(1, round(value / most * BAR_CELLS * 8))
    whole, rest = divmod(eighths, 8)
    return _EIGHTHS[8] * whole + (_EIGHTHS[rest] if rest else "")


def _most(counts: Iterable[Plain]) -> int:
    return max((one["pupils"] or 0 for one in counts), default=0)


def _table(*headers: str) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in headers:
        table.add_column(Text(header), overflow="fold")
    return table
