"""What each term is owed in writing, as answers and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from chassis.rpc import office_label
from console import plain, tables
from console.desk import PAGE_SIZE, Desk
from kernel.office import Office
from xueji.term.v1 import term_pb2


async def direct_schools(desk: Desk) -> list[term_pb2.DirectSchool]:
    """Every directly run school that the desk may see, with the notice of its last term, page by page."""
    found: list[term_pb2.DirectSchool] = []
    token = ""
    while True:
        page: term_pb2.ListDirectSchoolsResponse = await desk.terms.ListDirectSchools(
            term_pb2.ListDirectSchoolsRequest(page_size=PAGE_SIZE, page_token=token)
        )
        found.extend(page.schools)
        token = page.next_page_token
        if not token:
            return found


def school(one: term_pb2.DirectSchool) -> plain.Plain:
    return {
        "school": one.school,
        "school_name": one.school_name,
        "county": one.county,
        "county_name": office_label(Office.parse(one.county)),
        "term": one.term,
        "due_on": one.due_on,
        "notice_id": one.notice_id,
        "state": one.state,
        "state_title": one.state_title,
    }


def school_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("学校", "名称", "所在县（区）", "学期", "期限", "书面告知", "编号")
    table.columns[6].no_wrap = True  # it is copied into the next command
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        columns = ("school", "school_name", "county_name", "term", "due_on", "state_title", "notice_id")
        table.add_row(*(row[column] for column in columns))
    tables.say_what_is_left_out(table, len(rows))
    return table
