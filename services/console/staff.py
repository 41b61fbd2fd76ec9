"""Staff at a desk: asked page by page, as plain JSON values, and as tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from rich.table import Table

from chassis.rpc import office_label
from console import plain, tables
from console.desk import PAGE_SIZE, Desk
from kernel.office import Office
from xueji.staff.v1 import staff_pb2


async def members(
    desk: Desk, office: str = "", *, below: bool = False, on: str = ""
) -> AsyncIterator[staff_pb2.StaffMember]:
    """This office's people, those of one office below, or those of all below."""
    token = ""
    while True:
        page: staff_pb2.ListStaffResponse = await desk.staff.ListStaff(
            staff_pb2.ListStaffRequest(office=office, below=below, on=on, page_size=PAGE_SIZE, page_token=token)
        )
        for one in page.members:
            yield one
        token = page.next_page_token
        if not token:
            return


async def turnovers(desk: Desk, *, on: str = "") -> AsyncIterator[staff_pb2.Turnover]:
    """How stable each office below keeps its staff."""
    token = ""
    while True:
        page: staff_pb2.ListTurnoverResponse = await desk.staff.ListTurnover(
            staff_pb2.ListTurnoverRequest(on=on, page_size=PAGE_SIZE, page_token=token)
        )
        for one in page.offices:
            yield one
        token = page.next_page_token
        if not token:
            return


def member(one: staff_pb2.StaffMember) -> plain.Plain:
    return {
        "office": one.office,
        "office_name": office_label(Office.parse(one.office)),
        "role": one.role,
        "role_title": one.role_title,
        "person": one.person,
        "name": one.name,
        "phone": one.phone,
        "may_work": one.may_work,
        "state_title": one.state_title,
        "trained_on": one.trained_on,
        "trained_until": one.trained_until,
        "course": one.course,
        "certificate": one.certificate,
        "issued_by": one.issued_by,
        "stints": [{"since": s.since, "until": s.until, "deputy_for": s.deputy_for} for s in one.stints],
    }


def turnover(one: staff_pb2.Turnover) -> plain.Plain:
    return {
        "office": one.office,
        "office_name": office_label(Office.parse(one.office)),
        "on_duty": one.on_duty,
        "arrived": one.arrived,
        "left": one.left,
    }


def member_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("单位", "岗位", "人员编号", "姓名", "培训", "在岗", "状态")
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        trained = f"{row['trained_on']} {row['course']}".strip()
        stints = "；".join(
            f"{s['since']}–{s['until']}" + (f"（代理{s['deputy_for']}）" if s["deputy_for"] else "")
            for s in row["stints"]
        )
        named = (row[key] for key in ("office_name", "role_title", "person", "name"))
        table.add_row(*named, trained, stints, row["state_title"])
    tables.say_what_is_left_out(table, len(rows))
    return table


def turnover_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("单位", "在岗人数", "十二个月内到岗", "十二个月内离岗")
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        table.add_row(row["office_name"], *(str(row[key]) for key in ("on_duty", "arrived", "left")))
    tables.say_what_is_left_out(table, len(rows))
    return table
