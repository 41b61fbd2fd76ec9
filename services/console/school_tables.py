"""Schools over time as tables that an officer reads."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console.plain import Plain
from console.tables import ROWS_SHOWN_MAX, new_table


def spans(rows: list[Plain]) -> Table:
    table = new_table("学校标识码", "校名", "所在地", "学籍主管部门", "起", "止", "停用原因", "档案管理")
    for row in rows:
        table.add_row(
            row["code"],
            row["name"],
            row["place"],
            row["authority"],
            row["valid_from"] or "—",
            row["valid_to"] or "—",
            row["ending"],
            row["archives_at"],
        )
    return table


def school(answer: Plain) -> list[RenderableType]:
    there = answer["span"]
    said = [Text("当天没有这所学校")] if there is None else [Text(f"{there['name']}（{there['code']}）")]
    if answer["authority_chain"]:
        said.append(Text("学籍主管部门及上级：" + " → ".join(answer["authority_chain"])))
    if there is None and answer["goes_on"]:
        said.append(Text(f"由 {answer['goes_on']} 接续"))
    if answer["archives_at"]:
        county = f"（{answer['archives_county']} 指定）" if answer["archives_county"] else ""
        said.append(Text(f"学籍档案由 {answer['archives_at']}{county} 管理"))
    return [*said, spans(answer["life"])]


def plan(answer: Plain) -> list[RenderableType]:
    """What would come of a change: the sums, what speaks against it, the schools, and their classes."""
    sums = f"移交学籍 {answer['pupils']} 人，其中 {answer['waiting']} 人有在办业务，办结后随之移交"
    told: list[RenderableType] = [Text(f"{sums}；相关学校在办业务 {answer['open_cases']} 份")]
    if answer["refused"]:
        told.append(Text(f"不能办理：{answer['refused']['sentence']}", style="red"))
    table = new_table("学校", "变更后", "在籍学生", "其他学籍档案")
    classes = new_table("学校", "年级", "班级", "人数", "去往学校", "班级")
    for one in answer["schools"][:ROWS_SHOWN_MAX]:
        before, after = one["before"], one["after"]
        table.add_row(
            f"{before['name']}（{before['code']}）" if before else "—",
            f"{after['name']}（{after['authority']}）" if after else f"停用（{one['ending']}）",
            str(one["pupils"]),
            str(one["archives"]),
        )
        for row in one["classes"]:
            code = before["code"] if before else ""
            goal = (row["to_school"] or "未写明", row["to_class"])
            classes.add_row(code, row["grade"], row["school_class"], str(row["pupils"]), *goal)
    return [*told, table, *([classes] if classes.row_count else [])]


def changes(rows: list[Plain]) -> Table:
    table = new_table("变更编号", "事项", "生效", "批文", "申报单位", "状态", "已移交", "在等", "说明")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows:
        why = row["lapsed"]["sentence"] if row["lapsed"] else row["reason"]
        table.add_row(
            row["change_id"],
            row["kind"],
            row["effective_on"],
            row["order_number"],
            row["proposed_by"],
            row["state_title"],
            str(row["moved"]),
            str(row["waiting"]),
            why,
        )
    return table
