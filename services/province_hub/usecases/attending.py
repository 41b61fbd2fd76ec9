"""What schools hear of a record beside its case: where it is, and where its pupil attends (Articles 13 and 17)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chassis.attending.book import AttendingPage, after, page_of
from kernel.attending import RecordTold, attended, told_where_attending, told_where_held
from kernel.case import Case
from kernel.clock import day_of, milliseconds
from kernel.endorsement import Register, authority_of
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told


def told_beside(case: Case, before: Student, after: Student, *, now: datetime, register: Register) -> list[Told]:
    """For the authorities of schools that the case itself does not tell; a school that is closed is told nothing."""
    told = [told_where_held(after, at_ms=milliseconds(now))] if _unheard(case, after) else []
    return addressed([*told, *attendance_told(before, after, now=now)], register=register)


def attendance_told(before: Student, after: Student | None, *, now: datetime) -> list[RecordTold]:
    """For the school that the pupil attends, and for the one that it attends no more.

    Args:
        after: None where the record went to another province.
    """
    at_ms = milliseconds(now)
    was, there = attended(before), attended(after) if after else ""
    ended = [told_where_attending(before, at_ms=at_ms, until=day_of(at_ms).isoformat())] if was and was != there else []
    return [*ended, *([told_where_attending(after, at_ms=at_ms)] if after and there else [])]


def list_attending(tx: HubTransaction, /, *, size: int, token: str, ended: bool) -> AttendingPage:
    """Pupils of the province who attend a school that has not their record; who did is in the histories.

    Raises:
        RequestMalformed: the token is none of ours.
    """
    del ended
    found = tx.attending.page(after=after(token), size=size + 1)
    return page_of([told_where_attending(student, at_ms=0) for student in found], size=size)


def _unheard(case: Case, after: Student) -> bool:
    """Whether the school that has the record hears nothing of the case: the province began it, or the school where the
    pupil attends."""
    by_the_province = case.procedure.filer.above_the_school
    return by_the_province or after.school not in (case.school, case.releasing_school)


def addressed(told: Iterable[RecordTold], *, register: Register) -> list[Told]:
    """Each for the authority of the school that it names."""
    return [(authority_of(one.school, register=register), one) for one in told if register(one.school) is not None]
