"""Supervision as plain JSON values, and as tables that an officer reads."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table

from chassis.rpc import office_label
from console import plain, tables
from kernel.measures import CLAUSES, citation
from kernel.office import Office
from kernel.supervision import Ground
from xueji.supervision.v1 import supervision_pb2


def finding(one: supervision_pb2.Finding) -> plain.Plain:
    return {
        "finding_id": one.finding_id,
        "subject": one.subject,
        "subject_name": office_label(Office.parse(one.subject)),
        "ground": one.ground,
        "ground_title": one.ground_title,
        "clause": one.clause,
        "citation": _cited(one.clause),
        "breached_clause": one.breached_clause,
        "source": one.source,
        "source_title": one.source_title,
        "sentence": one.sentence,
        "found_at": plain.moment(one.found_at_ms),
        "about": one.about,
        "days_late": one.days_late,
        "count": one.count,
        "state": one.state,
        "state_title": one.state_title,
        "due_on": one.due_on,
        "order_id": one.order_id,
        "referred_to": one.referred_to,
    }


def entry(one: supervision_pb2.RegisterEntry) -> plain.Plain:
    return {
        "sequence": one.sequence,
        "at": plain.moment(one.at_ms),
        "act": one.act,
        "act_title": one.act_title,
        "finding_id": one.finding_id,
        "subject": one.subject,
        "subject_name": office_label(Office.parse(one.subject)),
        "person": one.person,
        "told": dict(sorted(one.told.items())),
        "covers": one.covers,
        "digest": one.digest,
    }


def order(one: supervision_pb2.Order) -> plain.Plain:
    return {
        "order_id": one.order_id,
        "finding_id": one.finding_id,
        "from_office": one.from_office,
        "from_name": office_label(Office.parse(one.from_office)),
        "at": plain.moment(one.at_ms),
        "due_on": one.due_on,
        "state": one.state,
        "state_title": one.state_title,
    }


def grounds() -> list[plain.Plain]:
    return [
        {"ground": one.value, "title": one.label, "clause": _cited(one.clause), "item": _cited(one.item)}
        for one in Ground
    ]


def finding_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("线索编号", "单位", "情形", "条款", "来源", "逾期天数", "人数", "状态", "改正期限")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        referred = f"，已移送{row['referred_to']}" if row["referred_to"] else ""
        table.add_row(
            *(row[key] for key in ("finding_id", "subject_name", "ground_title", "citation", "source_title")),
            *(str(row[key] or "") for key in ("days_late", "count")),
            row["state_title"] + referred,
            row["due_on"],
        )
    tables.say_what_is_left_out(table, len(rows))
    return table


def register_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("序号", "时间", "事项", "单位", "经办人", "内容")
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        told = "\n".join(text for key, text in row["told"].items() if key in _TOLD and text)
        table.add_row(
            str(row["sequence"]), row["at"][:16], row["act_title"], row["subject_name"], row["person"] or "系统", told
        )
    tables.say_what_is_left_out(table, len(rows))
    return table


def order_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("通知书编号", "发文单位", "时间", "改正期限", "状态")
    table.columns[0].no_wrap = True
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        table.add_row(row["order_id"], row["from_name"], row["at"][:16], row["due_on"], row["state_title"])
    tables.say_what_is_left_out(table, len(rows))
    return table


def ground_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("代码", "情形", "违反", "属于")
    for row in rows:
        table.add_row(*(row[key] for key in ("ground", "title", "clause", "item")))
    return table


def verdict(answer: plain.Plain, digest: str) -> list[RenderableType]:
    """What the check found, in sentences."""
    told = [f"登记簿 {answer['entries']} 条，逐条签名有效、首尾相接；末条摘要 {answer['head']}"]
    if answer["broken_at"]:
        told = [answer["why"]]
    if digest:
        found = answer["found_at"]
        told.append(f"该摘要是第 {found} 条" if found else "登记簿中没有该摘要对应的条目")
    return [*told]


# What an act says for people; ids and digests are for ``--json``.
_TOLD = ("sentence", "reason", "measure", "to", "persons", "due_on")


def _cited(clause: str) -> str:
    return citation(clause) if clause in CLAUSES else clause
