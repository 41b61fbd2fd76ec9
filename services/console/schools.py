"""Schools over time as a terminal asks for them and tells them: questions page by page, answers as plain values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from chassis.rpc.wire import refusal_from_message
from console import plain
from console.desk import PAGE_SIZE, Desk
from console.plain import Plain, moment, refused
from kernel.organisations import TITLES, Ending
from kernel.refusals import RequestMalformed
from kernel.school import SchoolCode
from xueji.organisation.v1 import organisation_pb2, register_pb2

T = TypeVar("T")
Complete = Callable[[Desk], Awaitable[None]]

_STATES = {
    "proposed": "待省级审批",
    "approved": "已批准，待生效",
    "in_force": "已生效",
    "refused": "未批准",
    "lapsed": "未能生效",
}
_KINDS = {
    "opening": "school_opening",
    "renaming": "school_renaming",
    "merger": "school_merger",
    "split": "school_split",
    "closure": "school_closure",
    "reclassification": "school_reclassification",
    "handover": "school_handover",
    "reform": "division_reform",
}


async def as_it_is(_opened: Desk) -> None:
    """A change that is whole as it was typed."""


async def all_of(opened: Desk, on: str, place: str, authority: str) -> list[register_pb2.Span]:
    """The schools that this office knows, page by page."""
    found: list[register_pb2.Span] = []
    token = ""
    while True:
        page: organisation_pb2.ListSchoolsResponse = await opened.schools.ListSchools(
            organisation_pb2.ListSchoolsRequest(
                on=on, place=place, authority=authority, page_size=PAGE_SIZE, page_token=token
            )
        )
        found.extend(page.schools)
        token = page.next_page_token
        if not token:
            return found


async def changes_of(opened: Desk) -> list[organisation_pb2.ChangeView]:
    """The changes that concern this office, page by page."""
    found: list[organisation_pb2.ChangeView] = []
    token = ""
    while True:
        page: organisation_pb2.ListChangesResponse = await opened.schools.ListChanges(
            organisation_pb2.ListChangesRequest(page_size=PAGE_SIZE, page_token=token)
        )
        found.extend(page.changes)
        token = page.next_page_token
        if not token:
            return found


def placed_class(typed: str, *, out_of: str) -> register_pb2.Placing:
    """``小学一年级/1班=2141000002/3班``: where a class goes, and what it is called there; what is left out is all.

    Raises:
        RequestMalformed: it is not written so. GradeUnknown, SchoolCodeMalformed.
    """
    seat, equals, goal = typed.partition("=")
    if not equals:
        raise RequestMalformed(field="class", why=f"“{typed}”应写成 年级/班级=学校/新班级")
    grade, _, school_class = seat.partition("/")
    to_school, _, becomes = goal.partition("/")
    return register_pb2.Placing(
        from_school=out_of,
        to_school=SchoolCode.parse(to_school).text,
        grade=plain.grade_code(grade) if grade else "",
        school_class=school_class,
        becomes=becomes,
    )


def renamed_class(typed: str, *, into: str) -> register_pb2.Placing:
    """``2141000001/小学一年级/1班=3班``: what a class is called in the school into which its own is merged."""
    seat, equals, becomes = typed.partition("=")
    parts = seat.split("/")
    if not equals or len(parts) != 3:
        raise RequestMalformed(field="class", why=f"“{typed}”应写成 原学校/年级/班级=新班级")
    code, grade, school_class = parts
    return register_pb2.Placing(
        from_school=SchoolCode.parse(code).text,
        to_school=into,
        grade=plain.grade_code(grade) if grade else "",
        school_class=school_class,
        becomes=becomes,
    )


def school(answer: organisation_pb2.GetSchoolResponse) -> Plain:
    keeper = answer.archives_at_school or answer.archives_at_unit
    return {
        "span": span(answer.span) if answer.HasField("span") else None,
        "life": [span(one) for one in answer.life.spans],
        "authority_chain": list(answer.authority_chain),
        "goes_on": answer.goes_on,
        "archives_at": keeper,
        "archives_county": answer.archives_county,
    }


def span(message: register_pb2.Span) -> Plain:
    told = message.school
    return {
        "code": told.code,
        "name": told.name,
        "place": told.place,
        "authority": told.authority,
        "school_system": told.school_system,
        "valid_from": message.valid_from,
        "valid_to": message.valid_to,
        "ending": Ending(message.end.kind).label if message.HasField("end") else "",
        "archives_at": (message.end.archives_to or message.end.archive_unit) if message.HasField("end") else "",
    }


def plan(message: organisation_pb2.Plan) -> Plain:
    return {
        "pupils": message.pupils,
        "waiting": message.waiting,
        "open_cases": message.open_cases,
        "refused": refused(refusal_from_message(message.refused)) if message.HasField("refused") else None,
        "schools": [_planned(one) for one in message.schools],
    }


def change(view: organisation_pb2.ChangeView) -> Plain:
    told = view.change
    return {
        "change_id": told.change_id,
        "kind": TITLES[_KINDS[told.WhichOneof("what") or ""]],
        "effective_on": told.effective_on,
        "order_number": told.order_number,
        "state": view.state,
        "state_title": _STATES[view.state],
        "proposed_by": view.proposed_by,
        "proposed_at": moment(view.proposed_at_ms),
        "entered_at": moment(view.entered_at_ms),
        "moved": view.moved,
        "waiting": view.waiting,
        "reason": view.reason,
        "lapsed": refused(refusal_from_message(view.lapsed)) if view.HasField("lapsed") else None,
    }


def _planned(message: organisation_pb2.PlannedSchool) -> Plain:
    before = _school(message.before) if message.HasField("before") else None
    after = _school(message.after) if message.HasField("after") else None
    return {
        "before": before,
        "after": after,
        "ending": Ending(message.ending).label if message.ending else "",
        "pupils": message.pupils,
        "archives": message.archives,
        "classes": [
            {
                "grade": plain.grade_label(seat.grade),
                "school_class": seat.school_class,
                "pupils": seat.pupils,
                "to_school": seat.to_school,
                "to_class": seat.to_class,
            }
            for seat in message.seats
        ],
    }


def _school(message: register_pb2.School) -> Plain:
    return {"code": message.code, "name": message.name, "place": message.place, "authority": message.authority}
