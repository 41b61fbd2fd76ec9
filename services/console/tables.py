"""Plain answers as tables that a registrar reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from console.federation.running import Whereabouts
from console.plain import Plain, grade_label
from console.portals import one_time_password
from kernel.calendar import Due, Urgency
from kernel.clock import SHANGHAI

_ITEM_STATES = {"pending": "待办", "done": "已核准", "returned": "退回修改", "refused": "不予核准"}
_CUSTODY = {"held": "保管", "frozen": "冻结", "gone": "已转出（备份）", "none": "—", "": ""}
ROWS_SHOWN_MAX = 50
_URGENCIES = {one.word: one for one in Urgency}
_URGENCY_STYLES = {
    Urgency.CALM: "",
    Urgency.NEAR: "yellow",
    Urgency.PRESSING: "dark_orange",
    Urgency.LAST_DAY: "red",
    Urgency.OVERDUE: "bold red",
}


def cases(rows: Sequence[Plain]) -> Table:
    table = new_table("业务编号", "业务", "学校", "现在", "人数", "已办", "未成", "收到", "期限")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows:
        table.add_row(
            row["case_id"],
            row["procedure_title"],
            row["school"],
            row["state_title"] + (f"（自{row['waits_since'][:10]}）" if row["waits_since"] else ""),
            *(str(row[count]) for count in ("items_total", "items_done", "items_refused")),
            row["received_at"][:16],
            _due(row),
        )
    return table


def _due(row: Plain) -> Text:
    """The last day of the awaited office's time, coloured as its node says: when seven, nine and ten days are used."""
    if not row["due_at"]:
        return Text("")
    due = Due(datetime.fromisoformat(row["due_at"]).replace(tzinfo=SHANGHAI), row["due_provisional"], "")
    day = f"{due.last_day:%Y-%m-%d}" + ("（暂定）" if due.provisional else "")
    how_near = _URGENCIES.get(row["urgency"], Urgency.CALM)
    said = [day] if how_near is Urgency.CALM else [day, _days(how_near, row["working_days_left"])]
    if row["reminded_at"]:
        said.append("已催办")
    return Text(" ".join(said), style=_URGENCY_STYLES[how_near])


def _days(how_near: Urgency, left: int) -> str:
    match how_near:
        case Urgency.OVERDUE:
            return f"{how_near.label}{-left}个工作日"
        case Urgency.NEAR | Urgency.PRESSING:
            return f"{how_near.label}，还剩{left}个工作日"
        case _:
            return how_near.label


def items(rows: Sequence[Plain]) -> Table:
    """A case's pupils; each by the number that ``--except`` takes as well."""
    table = new_table("序号", "姓名", "证件号", "年级", "状态", "学籍号", "说明")
    for place, row in enumerate(rows[:ROWS_SHOWN_MAX], start=1):
        values = row["values"]
        remarks = [check["sentence"] for check in row["pre_checks"]]
        if row["refusal"]:
            remarks.insert(0, row["refusal"]["sentence"])
        table.add_row(
            str(place),
            values.get("name", ""),
            values.get("document_number", ""),
            grade_label(values.get("grade", "")),
            _ITEM_STATES.get(row["state"], row["state"]),
            row["number"],
            "\n".join(remarks),
        )
    say_what_is_left_out(table, len(rows))
    return table


def evidence(rows: Iterable[Plain]) -> Table:
    table = new_table("证明材料", "形式", "摘要")
    table.columns[2].no_wrap = True  # it is copied into the next command
    for row in rows:
        table.add_row(row["kind_title"], row["media_type"], row["digest"])
    return table


def timeline(rows: Iterable[Plain]) -> Table:
    table = new_table("时间", "环节", "单位")
    for row in rows:
        table.add_row(row["at"], row["title"], row["office_name"])
    return table


def students(rows: Sequence[Plain]) -> Table:
    at_hub = any(row["custody"] for row in rows)
    table = new_table("学籍号", "姓名", "学校", "年级", "班级", "状态", *(("保管", "轮次") if at_hub else ()))
    for row in rows[:ROWS_SHOWN_MAX]:
        custody = (_CUSTODY.get(row["custody"], row["custody"]), str(row["epoch"])) if at_hub else ()
        table.add_row(
            *(row[key] for key in ("number", "name", "school")),
            grade_label(row["grade"]),
            *(row[key] for key in ("school_class", "status_title")),
            *custody,
        )
    say_what_is_left_out(table, len(rows))
    return table


def drafts(rows: Sequence[Plain]) -> Table:
    table = new_table("编号", "姓名", "证件号", "年级", "状态", "说明")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows[:ROWS_SHOWN_MAX]:
        values = row["values"]
        table.add_row(
            row["item_id"],
            values.get("name", ""),
            values.get("document_number", ""),
            grade_label(values.get("grade", "")),
            row["state_title"],
            row["refusal"]["sentence"] if row["refusal"] else "",
        )
    say_what_is_left_out(table, len(rows))
    return table


def findings(rows: Sequence[Plain]) -> Table:
    table = new_table("行", "项目", "代码", "原因")
    for row in rows[:ROWS_SHOWN_MAX]:
        table.add_row(str(row["row"]), row["label"], row["code"], row["sentence"])
    say_what_is_left_out(table, len(rows))
    return table


def found(rows: Iterable[Plain]) -> Table:
    table = new_table("学籍号", "保管省份", "轮次", "转接", "所查证件")
    for row in rows:
        if row["known"]:
            custodian = f"{row['custodian']} {row['custodian_name']}"
            moving = "办理中" if row["in_transfer"] else "无"
            table.add_row(row["number"], custodian, str(row["epoch"]), moving, _document_span(row))
        else:
            table.add_row("查无此人", "", "", "", "")
    return table


def _document_span(row: Plain) -> str:
    """Until when the document asked for was the child's, where it is no more; from when on, where it came later."""
    since, until = row["document_valid_from"], row["document_valid_to"]
    if until:
        return f"原证件，{since or '建立学籍'}至{until}"
    return f"现用证件，{since}起" if since else ""


def desks(whereabouts: Whereabouts) -> Table:
    table = new_table("单位", "岗位（--desk）", "地址")
    for reach in whereabouts.desks:
        table.add_row(reach.name, f"{reach.who.office.code}/{reach.who.role}", reach.address)
    return table


def portals(whereabouts: Whereabouts) -> Table:
    """Where each tier's pages are, and what everybody types to come in, now."""
    table = new_table("网页", "单位代码", "人员编号", "岗位", "密码", "动态口令")
    for portal in whereabouts.portals:
        for place, one in enumerate(portal.accounts):
            url = portal.url if place == 0 else ""
            role = one.who.role.label if one.who.role else ""
            table.add_row(url, one.who.office.code, one.who.person, role, Text(one.password), one_time_password(one))
    return table


def new_table(*headers: str) -> Table:
    """A table in the one style, its headers as they are."""
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in headers:
        table.add_column(Text(header), overflow="fold")
    return table


def say_what_is_left_out(table: Table, total: int) -> None:
    if total > ROWS_SHOWN_MAX:
        table.caption = f"共 {total} 行，只显示前 {ROWS_SHOWN_MAX} 行；用 --json 看全部"
