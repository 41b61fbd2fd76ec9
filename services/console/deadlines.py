"""Who is late, as answers and as tables; and asking whoever has a case to go on with it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from chassis.rpc import office_label
from console import plain
from console.desk import PAGE_SIZE, Desk
from console.tables import ROWS_SHOWN_MAX, new_table, say_what_is_left_out
from kernel.office import Office
from xueji.deadline.v1 import deadline_pb2


async def remind(desk: Desk, case_id: str, notice_id: str, *, text: str = "") -> str:
    """Ask the office whose turn it is; which one was asked. The same ``notice_id`` again asks nobody twice."""
    answer: deadline_pb2.RemindCaseResponse = await desk.deadlines.RemindCase(
        deadline_pb2.RemindCaseRequest(case_id=case_id, notice_id=notice_id, text=text)
    )
    return answer.asked_office


async def overdue(desk: Desk, *, under: str = "", long_overdue: bool = False) -> list[deadline_pb2.OverdueStep]:
    """Every overdue step that the desk may see, page by page."""
    found: list[deadline_pb2.OverdueStep] = []
    token = ""
    while True:
        page: deadline_pb2.ListOverdueResponse = await desk.deadlines.ListOverdue(
            deadline_pb2.ListOverdueRequest(
                under=under, long_overdue=long_overdue, page_size=PAGE_SIZE, page_token=token
            )
        )
        found.extend(page.steps)
        token = page.next_page_token
        if not token:
            return found


async def overdue_by_office(desk: Desk, *, under: str = "", month: str = "") -> list[deadline_pb2.OfficeOverdue]:
    """The table of a month (``2026-09``; empty: this one), whoever owes most first."""
    found: list[deadline_pb2.OfficeOverdue] = []
    token = ""
    while True:
        page: deadline_pb2.CountOverdueResponse = await desk.deadlines.CountOverdue(
            deadline_pb2.CountOverdueRequest(under=under, month=month, page_size=PAGE_SIZE, page_token=token)
        )
        found.extend(page.offices)
        token = page.next_page_token
        if not token:
            return sorted(found, key=lambda one: (-one.open, one.oldest_due_at_ms, one.office))


def step(one: deadline_pb2.OverdueStep) -> plain.Plain:
    return {
        "case_id": one.case_id,
        "procedure": one.procedure,
        "procedure_title": one.procedure_title,
        "school": one.school,
        "step": one.step,
        "step_title": one.step_title,
        "office": one.office,
        "office_name": office_label(Office.parse(one.office)),
        "due_at": plain.moment(one.due_at_ms),
        "days_late": one.days_late,
        "long_overdue": one.long_overdue,
        "told_by": one.told_by,
    }


def office(one: deadline_pb2.OfficeOverdue) -> plain.Plain:
    return {
        "office": one.office,
        "office_name": office_label(Office.parse(one.office)),
        "open": one.open,
        "long_overdue": one.long_overdue,
        "oldest_due_at": plain.moment(one.oldest_due_at_ms),
        "oldest_days_late": one.oldest_days_late,
        "begun": one.begun,
        "ended": one.ended,
    }


def step_table(rows: Sequence[plain.Plain]) -> Table:
    table = new_table("业务编号", "业务", "学校", "待办环节", "单位", "逾期工作日", "")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows[:ROWS_SHOWN_MAX]:
        table.add_row(
            row["case_id"],
            row["procedure_title"],
            row["school"],
            row["step_title"],
            row["office_name"],
            str(row["days_late"]),
            "已报告省级" if row["long_overdue"] else "",
        )
    say_what_is_left_out(table, len(rows))
    return table


def office_table(rows: Sequence[plain.Plain]) -> Table:
    table = new_table("单位", "逾期未办", "其中长期逾期", "最长逾期工作日", "本月新逾期", "本月已办结")
    for row in rows[:ROWS_SHOWN_MAX]:
        counts = ("open", "long_overdue", "oldest_days_late", "begun", "ended")
        table.add_row(row["office_name"], *(str(row[count]) for count in counts))
    say_what_is_left_out(table, len(rows))
    return table
