"""The paper archives that follow pupils, at the desks of schools and authorities."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from console import plain, tables
from console.desk import PAGE_SIZE, Desk
from xueji.desk.v1 import paper_archive_pb2


async def paper_archives(desk: Desk, *, overdue: bool) -> list[plain.Plain]:
    """Every one from or to this office's schools, page by page."""
    found: list[plain.Plain] = []
    token = ""
    while True:
        page: paper_archive_pb2.ListPaperArchivesResponse = await desk.paper_archives.ListPaperArchives(
            paper_archive_pb2.ListPaperArchivesRequest(page_size=PAGE_SIZE, page_token=token, overdue=overdue)
        )
        found.extend(paper_archive(one) for one in page.paper_archives)
        token = page.next_page_token
        if not token:
            return found


def paper_archive(one: paper_archive_pb2.PaperArchive) -> plain.Plain:
    return {
        "case_id": one.case_id,
        "name": one.name,
        "number": plain.number_shown(one.number, full=False),
        "releasing_school": one.releasing_school,
        "school": one.school,
        "state": one.state,
        "state_title": one.state_title,
        "left_at": plain.moment(one.left_at_ms),
        "due_at": plain.moment(one.due_at_ms),
        "due_provisional": one.due_provisional,
        "overdue": one.overdue,
    }


def table(rows: Sequence[plain.Plain]) -> Table:
    shown = tables.new_table("业务编号", "学生", "转出学校", "转入学校", "转学办结", "期限", "档案")
    shown.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows:
        state = f"{row['state_title']}（逾期）" if row["overdue"] else row["state_title"]
        shown.add_row(
            row["case_id"],
            row["name"],
            row["releasing_school"],
            row["school"],
            row["left_at"][:10],
            row["due_at"][:10],
            state,
        )
    return shown
