"""Disclosure at a desk (Art. 25): asked page by page, as plain JSON values, and as tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from rich.table import Table

from console import plain, tables
from console.desk import PAGE_SIZE, Desk
from xueji.disclosure.v1 import disclosure_pb2


async def disclosures(desk: Desk, state: str = "") -> AsyncIterator[disclosure_pb2.Disclosure]:
    """The newest first."""
    token = ""
    while True:
        page: disclosure_pb2.ListDisclosuresResponse = await desk.disclosures.ListDisclosures(
            disclosure_pb2.ListDisclosuresRequest(state=state, page_size=PAGE_SIZE, page_token=token)
        )
        for one in page.disclosures:
            yield one
        token = page.next_page_token
        if not token:
            return


async def give(desk: Desk, disclosure_id: str) -> bytes:
    """The workbook that the permit allows."""
    request = disclosure_pb2.GiveDisclosureRequest(disclosure_id=disclosure_id)
    return b"".join([answer.chunk async for answer in desk.disclosures.GiveDisclosure(request)])


def disclosure(one: disclosure_pb2.Disclosure) -> plain.Plain:
    return {
        "disclosure_id": one.disclosure_id,
        "school": one.school,
        "recipient": one.recipient,
        "purpose": one.purpose,
        "basis": one.basis,
        "items": list(one.items),
        "item_titles": list(one.item_titles),
        "grade": one.grade,
        "until": one.until,
        "state": one.state,
        "state_title": one.state_title,
        "asked_by": one.asked_by,
        "confirmed_by": one.confirmed_by,
        "decided_by": one.decided_by,
        "reason": one.reason,
        "given": [
            {"person": each.person, "pupils": each.pupils, "digest": each.digest, "at": plain.moment(each.at_ms)}
            for each in one.given
        ],
    }


def disclosure_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("申请编号", "学校", "接收单位", "用途", "提供的项目", "截止", "状态", "已提供")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows:
        given = "；".join(f"{each['at'][:16]} {each['pupils']}人 {each['person']}" for each in row["given"])
        table.add_row(
            row["disclosure_id"],
            row["school"],
            row["recipient"],
            row["purpose"],
            "、".join(row["item_titles"]),
            row["until"],
            f"{row['state_title']}（{row['reason']}）" if row["reason"] else row["state_title"],
            given or "—",
        )
    return table
