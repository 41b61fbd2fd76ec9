"""Records and their histories as plain JSON values, and as tables that a registrar reads."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from chassis.rpc import office_label
from console.plain import Plain, moment, number_shown, values
from kernel.measures import CLAUSES, citation
from kernel.office import Office
from kernel.record_items import label_of, read_value
from xueji.record.v1 import record_pb2

_CUSTODY = {"held": "本省保管", "frozen": "转接中，冻结", "gone": "已转出，本省为备份"}
_NOTHING = "（无）"


def record(answer: record_pb2.GetRecordResponse, *, full: bool) -> Plain:
    return {**_record(answer.record, full=full), "custody": answer.custody, "epoch": answer.epoch}


def history(record: record_pb2.Record, entries: Iterable[record_pb2.HistoryEntry], *, full: bool) -> Plain:
    told = [_entry(entry, full=full) for entry in entries]
    return {"record": _record(record, full=full), "entries": told, "digest": told[-1]["digest"] if told else ""}


def record_table(answer: Plain) -> Table:
    table = _table("项目", "内容")
    table.add_row("学籍号", answer["number"])
    if answer["aliases"]:
        table.add_row("曾用学籍号", "、".join(answer["aliases"]))
    table.add_row("学生状态", answer["status_title"])
    table.add_row("学校标识码", answer["school"])
    for key, value in {**answer["values"], **answer["standing"]}.items():
        table.add_row(label_of(key), read_value(key, value))
    table.add_row("记录版本", str(answer["version"]))
    table.add_row("保管", _CUSTODY.get(answer["custody"], answer["custody"]))
    return table


def history_table(answer: Plain) -> Table:
    table = _table("序号", "记录时间", "生效日期", "业务", "单位", "办理人", "依据", "变动内容")
    for entry in answer["entries"]:
        table.add_row(
            str(entry["version"]),
            entry["recorded_at"][:16],
            entry["effective_on"],
            entry["procedure_title"],
            entry["office_name"],
            entry["person"],
            "、".join(entry["clauses"]),
            "\n".join([*remarks(entry), *change_lines(entry)]),
        )
    table.caption = f"共 {len(answer['entries'])} 条，校验码 {answer['digest']}"
    return table


def remarks(entry: Plain) -> list[str]:
    """What an entry has to do with another."""
    return [
        *([f"更正：撤回第 {entry['counters']} 条"] if entry["counters"] else []),
        *([f"已由第 {entry['countered_by']} 条更正"] if entry["countered_by"] else []),
    ]


def change_lines(entry: Plain) -> list[str]:
    """What an entry changed; of the one that begins a record, what it said."""
    first = entry["version"] == 1
    return [
        f"{change['label']}：{change['after_text']}"
        if first
        else f"{change['label']}：{change['before_text'] or _NOTHING} → {change['after_text'] or _NOTHING}"
        for change in entry["changes"]
    ]


def _record(one: record_pb2.Record, *, full: bool) -> Plain:
    return {
        "number": number_shown(one.number, full=full),
        "aliases": [number_shown(alias, full=full) for alias in one.aliases],
        "status": one.status,
        "status_title": one.status_title,
        "school": one.school,
        "values": values(one.values, full=full),
        "standing": dict(one.standing),
        "version": one.version,
    }


def _entry(one: record_pb2.HistoryEntry, *, full: bool) -> Plain:
    return {
        "version": one.version,
        "recorded_at": moment(one.recorded_at_ms),
        "effective_on": one.effective_on,
        "case_id": one.case_id,
        "procedure": one.procedure,
        "procedure_title": one.procedure_title,
        "step": one.step,
        "office": one.office,
        "office_name": office_label(Office.parse(one.office)),
        "person": one.person,
        "reason": one.reason,
        "articles": list(one.articles),
        "clauses": [_cited(article) for article in one.articles],
        "rule_pack": one.rule_pack,
        "evidence": list(one.evidence),
        "counters": one.counters,
        "countered_by": one.countered_by,
        "changes": [_change(change, full=full) for change in one.changes],
        "digest": one.digest.hex(),
    }


def _change(one: record_pb2.ChangedItem, *, full: bool) -> Plain:
    before, after = (values({one.key: text}, full=full)[one.key] for text in (one.before, one.after))
    return {
        "key": one.key,
        "label": one.label,
        "before": before,
        "after": after,
        "before_text": read_value(one.key, before),
        "after_text": read_value(one.key, after),
    }


def _cited(article: str) -> str:
    """``第十四条第二款``; where an earlier program noted the article alone, ``第14条``."""
    return citation(article) if article in CLAUSES else f"第{article}条"


def _table(*headers: str) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in headers:
        table.add_column(Text(header), overflow="fold")
    return table
