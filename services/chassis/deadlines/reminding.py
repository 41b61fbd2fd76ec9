"""A person asks the office where a case waits to go on (催办): once a working day, seen by those who are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.deadlines.transactions import Timed
from chassis.ledger import CaseHeading, CaseRecord
from chassis.notices import NoticePost, send_notice
from chassis.notices.book import NoticeView
from kernel.calendar import national_calendar
from kernel.case import CaseState
from kernel.notice import Notice, NoticeKind, content_of, id_of_occasion
from kernel.office import Identity, Office, Tier
from kernel.refusals import AlreadyReminded, DigestReused, NobodyToRemind

REMINDED = "reminded"  # 催办


@dataclass(frozen=True)
class RemindCommand:
    """The caller makes ``notice_id``: a replay asks nobody twice. ``text``: what the person says, where anything."""

    case_id: str
    notice_id: str
    text: str = ""


def remind_case(tx: Timed, command: RemindCommand, /, *, by: Identity, now: datetime, post: NoticePost) -> CaseHeading:
    """Write to the office whose turn it is.

    Raises:
        CaseNotFound: no such case. NobodyToRemind: it is over, or this office's own turn, or the machines'.
        AlreadyReminded: this office asked already, on this working day.
        DigestReused: another notice was written under this id.
    """
    record = tx.cases.get(command.case_id, lock=True)
    known = tx.notices.find(command.notice_id)
    if known is not None:
        if (known.heading.kind, known.heading.subject) != (NoticeKind.REMINDER, command.case_id):
            raise DigestReused(field="notice_id")
        return record.heading
    office = _asked(record, post)
    _require_not_today(tx, command.case_id, now=now, post=post)
    tx.cases.note(command.case_id, step=REMINDED, office=post.here, at=now)
    tx.deadlines.reminded(command.case_id, at=now)
    _write(tx, record, command.notice_id, command.text or "请核办本业务。", office, by=by.person, now=now, post=post)
    return tx.cases.get(command.case_id).heading


def take_reminder(tx: Timed, notice: Notice, /, *, now: datetime, post: NoticePost) -> None:
    """The case shows that somebody asked. Where this office's part is done, whoever has it now is asked in its name.

    Of another province's steps a school that filed is not told: it asks the school that it knows, and that one passes
    it on, once.
    """
    record = tx.cases.find(notice.subject, lock=True) if notice.subject else None
    if record is None or record.state is CaseState.CLOSED or notice.from_office == post.here:
        return
    tx.cases.note(notice.subject, step=REMINDED, office=notice.from_office, at=now)
    tx.deadlines.reminded(notice.subject, at=now)
    by_a_person = "written_by" in notice.content
    office = Office.parse(record.awaited.office) if record.awaited.office else post.here
    if by_a_person and office not in (post.here, notice.from_office) and office.tier is not Tier.NATION:
        on = id_of_occasion(NoticeKind.REMINDER, sender=post.here, to=office, occasion=notice.notice_id, anchor=now)
        text = f"{notice.from_office}催办：{notice.content.get('text', '')}"
        _write(tx, record, on, text, office, by="", now=now, post=post)


def _asked(record: CaseRecord, post: NoticePost) -> Office:
    awaited = record.awaited.office
    if record.state is not CaseState.OPEN or not awaited:
        raise NobodyToRemind(awaited=record.state.label)
    office = Office.parse(awaited)
    if office == post.here or office.tier is Tier.NATION:
        raise NobodyToRemind(awaited="本单位办理" if office == post.here else "全国系统处理")
    return office


def _require_not_today(tx: Timed, case_id: str, *, now: datetime, post: NoticePost) -> None:
    """A day of rest counts with the working day before it."""
    page = tx.notices.page(NoticeView.OUTGOING, office=post.here, size=1, subject=case_id, kind=NoticeKind.REMINDER)
    calendar = national_calendar()
    if any(calendar.last_working_day(one.recorded_at) >= calendar.last_working_day(now) for one in page.notices):
        raise AlreadyReminded


def _write(
    tx: Timed, record: CaseRecord, notice_id: str, text: str, to: Office, *, by: str, now: datetime, post: NoticePost
) -> None:
    case = record.case
    send_notice(
        tx,
        notice_id=notice_id,
        kind=NoticeKind.REMINDER,
        to=to,
        content=content_of(
            text=text,
            written_by=by or None,
            procedure=case.procedure.title,
            school=case.school,
        ),
        subject=case.case_id,
        post=post,
        now=now,
    )
