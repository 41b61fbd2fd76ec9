"""Between staff and its messages."""

from __future__ import annotations

from datetime import date

from kernel.office import Office, Role
from kernel.refusals import RequestMalformed
from kernel.staff import StaffAct, StaffEntry, StaffMember, Turnover
from xueji.staff.v1 import staff_pb2

ACTS = {
    staff_pb2.STAFF_ACT_PROPOSED: StaffAct.PROPOSED,
    staff_pb2.STAFF_ACT_TRAINED: StaffAct.TRAINED,
    staff_pb2.STAFF_ACT_APPOINTED: StaffAct.APPOINTED,
    staff_pb2.STAFF_ACT_DEPUTISED: StaffAct.DEPUTISED,
    staff_pb2.STAFF_ACT_LEFT: StaffAct.LEFT,
}


def entry_from_message(message: staff_pb2.EnterStaffRequest, *, here: Office) -> StaffEntry:
    """What was said, before it is known who decides and when.

    Raises:
        RequestMalformed: no such day, or it lacks what such an entry must say. IdentityNotProven: no such office.
    """
    return StaffEntry(
        entry_id=message.entry_id,
        act=ACTS[message.act],
        office=office_from(message.office, here=here),
        role=Role(message.role),
        person=message.person,
        day=require_day(message.day, field="day"),
        decided_by="",
        at_ms=0,
        until=day_from(message.until, field="until"),
        other=message.deputy_for,
        name=message.name,
        phone=message.phone,
        course=message.course,
        certificate=message.certificate,
        issued_by=message.issued_by,
    )


def member_to_message(member: StaffMember, day: date) -> staff_pb2.StaffMember:
    """A person as they stand on a day."""
    training = member.training_on(day)
    return staff_pb2.StaffMember(
        office=str(member.office),
        role=member.role.value,
        role_title=member.role.label,
        person=member.person,
        name=member.name,
        phone=member.phone,
        may_work=member.may_work(day),
        state_title=member.state_on(day),
        trained_on=training.on.isoformat() if training else "",
        trained_until=training.until.isoformat() if training and training.until else "",
        course=training.course if training else "",
        certificate=training.certificate if training else "",
        issued_by=training.issued_by if training else "",
        stints=[
            staff_pb2.Stint(
                since=stint.since.isoformat(),
                until=stint.until.isoformat() if stint.until else "",
                deputy_for=stint.deputy_for,
            )
            for stint in member.stints
        ],
    )


def turnover_to_message(turnover: Turnover) -> staff_pb2.Turnover:
    return staff_pb2.Turnover(
        office=str(turnover.office), on_duty=turnover.on_duty, arrived=turnover.arrived, left=turnover.left
    )


def office_from(text: str, *, here: Office) -> Office:
    """Raises IdentityNotProven: no such office."""
    return Office.parse(text) if text else here


def day_from(text: str, *, field: str) -> date | None:
    """Raises RequestMalformed: no such day."""
    return require_day(text, field=field) if text else None


def require_day(text: str, *, field: str) -> date:
    """Raises RequestMalformed: no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError as malformed:
        raise RequestMalformed(field=field, why="没有这一天") from malformed
