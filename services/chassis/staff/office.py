"""What an office says of staff: it proposes its own people and reports them; of an office below, it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from chassis.notices.post import NoticePost, send_notice
from chassis.staff.book import StaffPage, TurnoverPage
from chassis.staff.transactions import Staffed, StaffKeeping
from kernel.clock import day_of, milliseconds, moment_of
from kernel.notice import Notice, NoticeKind, Value, content_of, id_of_occasion
from kernel.office import NATION, Office
from kernel.refusals import OutsideJurisdiction
from kernel.staff import DEPLOYMENT, StaffAct, StaffEntry, handed_over, require_next, superior_of

# Of one notice: a hundred entries are some 40 KB.
ENTRIES_PER_NOTICE_MAX = 100


def enter_staff(
    tx: Staffed, said: StaffEntry, /, *, taken_over_from: str = "", now: datetime, post: NoticePost
) -> tuple[StaffEntry, ...]:
    """Enter what is said of one person, and tell the office that it concerns. The same id again says nothing new.

    An office proposes its own people, and the office above it is told. The office above says everything else, and may
    propose as well: that is how an office gets its first person.

    Args:
        said: as the person at the desk has it; who decides and when is put in here.
        taken_over_from: the predecessor of an appointment that is a hand-over (交接), who leaves the day before.

    Raises:
        OutsideJurisdiction: it is not this office's to say. SchoolUnknown: the register does not have the school.
        StaffNotFound, NotTrained, RequestMalformed: it may not follow what is known (``kernel.staff.require_next``).
        DigestReused: another entry was made under this id.
    """
    known = tx.staff.find(said.entry_id)
    entry = replace(said, decided_by=str(post.here), at_ms=known.at_ms if known else milliseconds(now))
    entry = replace(entry, other=taken_over_from or entry.other)
    entries = handed_over(entry, to=entry.person) if taken_over_from else (entry,)
    if known is not None:
        tx.staff.add(entries)  # or DigestReused
        return entries
    to, kind = _whom_to_tell(entry, post)
    for one in entries:
        require_next(one, tx.staff.of(one.office, one.role, one.person))
    tx.staff.add(entries)
    _tell(tx, entry.entry_id, kind, to, entries, post=post, now=now)
    return entries


def report_staff(tx: Staffed, /, *, now: datetime, post: NoticePost) -> tuple[str, ...]:
    """Report this office's people to the office above (Art. 23.2); the same people again are reported once.

    Returns:
        The ids of the notices.
    """
    lists = registrar_lists(tx, now=now, post=post)
    for notice in lists:
        send_notice(
            tx,
            notice_id=notice.notice_id,
            kind=notice.kind,
            to=notice.to_office,
            content=notice.content,
            post=post,
            now=now,
        )
    return tuple(notice.notice_id for notice in lists)


def registrar_lists(tx: StaffKeeping, /, *, now: datetime, post: NoticePost) -> list[Notice]:
    """This office's people as they are told to the office above, in as many notices as it takes."""
    to = _above(post)
    assert to is not None, "whoever reports has somebody above"
    entries = tx.staff.of(post.here)
    lists = []
    for first in range(0, len(entries), ENTRIES_PER_NOTICE_MAX):
        part = entries[first : first + ENTRIES_PER_NOTICE_MAX]
        notice_id = id_of_occasion(
            NoticeKind.REGISTRAR_LIST,
            sender=post.here,
            to=to,
            occasion="~".join(entry.entry_id for entry in part),
            anchor=_last_said(part),
        )
        lists.append(Notice(notice_id, NoticeKind.REGISTRAR_LIST, post.here, to, milliseconds(now), _told(part)))
    return lists


def list_staff(tx: StaffKeeping, /, *, office: Office, below: bool, size: int, token: str, here: Office) -> StaffPage:
    """This office's people, those of one office below, or those of all below.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    return tx.staff.page(office=None if below else office, but=here, size=size, token=token)


def list_turnover(
    tx: StaffKeeping, /, *, on: date | None, size: int, token: str, here: Office, now: datetime
) -> TurnoverPage:
    """How stable each office below keeps its staff, in the twelve months to a day (相对稳定, Art. 23.2)."""
    return tx.staff.turnover(but=here, on=on or day_of(milliseconds(now)), size=size, token=token)


def declare_staff(tx: StaffKeeping, entries: Sequence[StaffEntry], /) -> None:
    """At each start: what the deployment's file says; what it said before stays."""
    assert all(entry.decided_by == DEPLOYMENT for entry in entries), "what others decide comes by notice"
    tx.staff.add(entries)


def _whom_to_tell(entry: StaffEntry, post: NoticePost) -> tuple[Office, NoticeKind]:
    if entry.office == post.here:
        above = _above(post)
        if entry.act is not StaffAct.PROPOSED or above is None or above == NATION:
            raise OutsideJurisdiction(office=str(post.here), what=f"本单位学籍管理员的{entry.act.label}登记")
        return above, NoticeKind.REGISTRAR_LIST
    if superior_of(entry.office, register=post.register) != post.here:
        raise OutsideJurisdiction(office=str(post.here), what=f"{entry.office}的学籍管理员登记")
    return entry.office, NoticeKind.REGISTRAR_DECISION


def _above(post: NoticePost) -> Office | None:
    return superior_of(post.here, register=post.register)


def _tell(
    tx: Staffed,
    notice_id: str,
    kind: NoticeKind,
    to: Office,
    entries: Sequence[StaffEntry],
    *,
    post: NoticePost,
    now: datetime,
) -> None:
    send_notice(tx, notice_id=notice_id, kind=kind, to=to, content=_told(entries), post=post, now=now)


def _told(entries: Sequence[StaffEntry]) -> dict[str, Value]:
    return content_of(registrars=[entry.to_content() for entry in entries])


def _last_said(entries: Sequence[StaffEntry]) -> datetime:
    return moment_of(max(entry.at_ms for entry in entries))
