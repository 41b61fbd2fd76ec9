"""The paper archive that follows a pupil, as offices see and do it: a duty, a notice, a receipt (Art. 15, 16)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.ledger.departures import Departures
from chassis.notices.desk import confirm_notice
from chassis.notices.post import NoticePost, send_notice
from chassis.notices.transactions import Noticing
from kernel.clock import SHANGHAI
from kernel.notice import NoticeKind
from kernel.office import Identity
from kernel.packs import Packs
from kernel.paper_archive import Departure, PaperArchive, paper_archive_of
from kernel.refusals import CaseNotFound, NotOfferedHere


class Departing(Noticing, ABC):
    """Knows who has gone, and what offices wrote of it."""

    @property
    @abstractmethod
    def departures(self) -> Departures: ...


@dataclass(frozen=True)
class PaperArchiveQuery:
    """``overdue``: those alone that a releasing school has let pass. ``token``: where the page before ended."""

    size: int
    token: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class PaperArchivePage:
    paper_archives: tuple[PaperArchive, ...]
    next_token: str = ""


def list_paper_archives(
    tx: Departing, query: PaperArchiveQuery, /, *, schools: Sequence[str], packs: Packs, now: datetime
) -> PaperArchivePage:
    """A page of the archives that go from or to these schools; short where only overdue ones are asked for."""
    found = tx.departures.page(schools, after=query.token, limit=query.size + 1)
    shown = [_paper_archive(tx, departure, packs=packs) for departure in found[: query.size]]
    token = found[query.size - 1].case_id if len(found) > query.size else ""
    return PaperArchivePage(tuple(one for one in shown if not query.overdue or one.overdue(now)), token)


def mark_sent(
    tx: Departing, case_id: str, /, *, how: str, by: Identity, now: datetime, post: NoticePost, packs: Packs
) -> PaperArchive:
    """The releasing school says that the archive has gone, and how; said again it is said once.

    Raises:
        CaseNotFound: no transfer of this office's pupils that is done. NotOfferedHere: it is not the releasing school.
    """
    departure = _departure(tx, case_id)
    if departure.sender != post.here:
        raise NotOfferedHere(what="转出学籍档案（由转出学校办理）")
    send_notice(
        tx,
        notice_id=departure.notice_id,
        kind=NoticeKind.PAPER_ARCHIVE,
        to=departure.receiver,
        content={
            "text": how,
            "written_by": by.person,
            "date": now.astimezone(SHANGHAI).date().isoformat(),
            "students": [{"name": departure.name, "number": departure.number}],
        },
        subject=case_id,
        post=post,
        now=now,
    )
    return _paper_archive(tx, departure, packs=packs)


def confirm_received(
    tx: Departing, case_id: str, /, *, answer: str, by: Identity, now: datetime, post: NoticePost, packs: Packs
) -> PaperArchive:
    """The receiving school has the archive, and goes on with it (Art. 16).

    Raises:
        CaseNotFound: no transfer to this school that is done. NoticeNotFound: nobody said that it was sent.
        OutsideJurisdiction: it was sent by this school. NoticeAlreadyConfirmed: with another answer.
    """
    departure = _departure(tx, case_id)
    confirm_notice(tx, departure.notice_id, answer=answer, by=by, now=now, post=post)
    return _paper_archive(tx, departure, packs=packs)


def _departure(tx: Departing, case_id: str) -> Departure:
    departure = tx.departures.find(case_id)
    if departure is None:
        raise CaseNotFound(field="case_id")
    return departure


def _paper_archive(tx: Departing, departure: Departure, *, packs: Packs) -> PaperArchive:
    notice = tx.notices.find(departure.notice_id)
    return paper_archive_of(departure, told=notice.heading.state if notice else None, packs=packs)
