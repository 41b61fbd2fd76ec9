"""Between the clock's messages and plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chassis.deadlines.book import OfficeOverdue, OverduePage, OverdueStep
from chassis.deadlines.overdue import OverdueQuery
from chassis.deadlines.reminding import RemindCommand
from chassis.deadlines.titles import procedure_title, step_title
from kernel.calendar import Due, working_days_left
from kernel.clock import milliseconds
from kernel.office import Office
from xueji.deadline.v1 import deadline_pb2


def reminder_from_message(message: deadline_pb2.RemindCaseRequest) -> RemindCommand:
    return RemindCommand(message.case_id, message.notice_id, message.text.strip())


def list_from_message(message: deadline_pb2.ListOverdueRequest) -> OverdueQuery:
    """Raises IdentityNotProven: no such office."""
    return OverdueQuery(
        size=message.page_size,
        under=_office(message.under),
        token=message.page_token,
        long_overdue=message.long_overdue,
    )


def count_from_message(message: deadline_pb2.CountOverdueRequest) -> OverdueQuery:
    """Raises IdentityNotProven: no such office."""
    return OverdueQuery(
        size=message.page_size, under=_office(message.under), token=message.page_token, month=message.month
    )


def page_to_message(page: OverduePage, *, long_since: datetime, now: datetime) -> deadline_pb2.ListOverdueResponse:
    return deadline_pb2.ListOverdueResponse(
        steps=[_step(step, long_since=long_since, now=now) for step in page.steps], next_page_token=page.next_token
    )


def offices_to_message(
    offices: Sequence[OfficeOverdue], *, size: int, now: datetime
) -> deadline_pb2.CountOverdueResponse:
    return deadline_pb2.CountOverdueResponse(
        offices=[
            deadline_pb2.OfficeOverdue(
                office=one.office,
                open=one.open,
                long_overdue=one.long,
                oldest_due_at_ms=milliseconds(one.oldest) if one.oldest else 0,
                oldest_days_late=_days_late(one.oldest, now) if one.oldest else 0,
                begun=one.begun,
                ended=one.ended,
            )
            for one in offices
        ],
        next_page_token=offices[-1].office if len(offices) == size else "",
    )


def _step(step: OverdueStep, *, long_since: datetime, now: datetime) -> deadline_pb2.OverdueStep:
    return deadline_pb2.OverdueStep(
        case_id=step.case_id,
        procedure=step.procedure,
        procedure_title=procedure_title(step.procedure),
        school=step.school,
        step=step.step,
        step_title=step_title(step.step),
        office=step.office,
        due_at_ms=milliseconds(step.due_at),
        days_late=_days_late(step.due_at, now),
        long_overdue=step.due_at <= long_since,
        told_by=step.told_by,
    )


def _days_late(due_at: datetime, now: datetime) -> int:
    return max(0, -working_days_left(Due(due_at, provisional=False, calendar_version=""), now))


def _office(text: str) -> Office | None:
    return Office.parse(text) if text else None
