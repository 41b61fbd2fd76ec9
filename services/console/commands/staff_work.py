"""What ``xueji staff`` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date

from rich.console import RenderableType

from console import plain, staff
from console.commands.asking import ask, fail
from console.desk import Desk
from kernel.ids import new_uuid7
from xueji.staff.v1 import staff_pb2

_ACTS = {
    "proposed": staff_pb2.STAFF_ACT_PROPOSED,
    "trained": staff_pb2.STAFF_ACT_TRAINED,
    "appointed": staff_pb2.STAFF_ACT_APPOINTED,
    "deputised": staff_pb2.STAFF_ACT_DEPUTISED,
    "left": staff_pb2.STAFF_ACT_LEFT,
}
_ROLES = ("registrar", "principal", "officer")


@dataclass(frozen=True)
class Said:
    """One thing that is said of one person; see ``staff.proto``."""

    act: str
    office: str
    role: str
    person: str
    day: str
    until: str = ""
    deputy_for: str = ""
    taken_over_from: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    course: str = ""
    certificate: str = ""
    issued_by: str = ""


def list_staff(desk: str, office: str, on: str, *, below: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"staff": [staff.member(one) async for one in staff.members(opened, office, below=below, on=on)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [staff.member_table(answer["staff"])])


def turnover(desk: str, on: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"offices": [staff.turnover(one) async for one in staff.turnovers(opened, on=on)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [staff.turnover_table(answer["offices"])])


def enter(desk: str, said: Said, entry_id: str, *, as_json: bool) -> None:
    if said.role not in _ROLES or not _is_day(said.day):
        fail("岗位应为 registrar、principal 或 officer，日期应如 2026-09-01", as_json=as_json)
    entry_id = entry_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and says nothing twice.
    sys.stderr.write(f"登记编号 {entry_id}\n")
    request = staff_pb2.EnterStaffRequest(
        entry_id=entry_id,
        act=_ACTS[said.act],
        office=said.office,
        role=said.role,
        person=said.person,
        day=said.day,
        until=said.until,
        deputy_for=said.deputy_for,
        taken_over_from=said.taken_over_from,
        name=said.name,
        phone=said.phone,
        course=said.course,
        certificate=said.certificate,
        issued_by=said.issued_by,
    )

    async def question(opened: Desk) -> plain.Plain:
        answer: staff_pb2.EnterStaffResponse = await opened.staff.EnterStaff(request)
        return staff.member(answer.member)

    ask(desk, question, as_json=as_json, show=_one)


def report(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer: staff_pb2.ReportStaffResponse = await opened.staff.ReportStaff(staff_pb2.ReportStaffRequest())
        return {"notice_ids": list(answer.notice_ids)}

    ask(
        desk,
        question,
        as_json=as_json,
        show=lambda answer: [f"已报送，告知书编号 {one}" for one in answer["notice_ids"]],
    )


def _one(answer: plain.Plain) -> list[RenderableType]:
    return [staff.member_table([answer])]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
