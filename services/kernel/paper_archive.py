"""The paper archive that follows a pupil (学籍档案转出): due within the month, sent, received (Art. 15, 16).

The electronic archive goes with the record by itself. What lies in a cupboard (Art. 8) a person must send: the
releasing school owes it from the day of the transfer, says in a signed notice that it has gone, and the receiving
school confirms that it is there, for it goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.calendar import Due
from kernel.clock import day_of, milliseconds, moment_of
from kernel.facts import stage_of
from kernel.notice import NoticeKind, NoticeState, id_of_occasion
from kernel.office import Office, Tier
from kernel.packs import Packs
from kernel.packs.keys import ARCHIVE_HANDOVER


class PaperArchiveState(StrEnum):
    DUE = "due"  # the releasing school has it
    SENT = "sent"  # on its way, as the releasing school says
    RECEIVED = "received"  # the receiving school has confirmed it

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    PaperArchiveState.DUE: "待转出",
    PaperArchiveState.SENT: "已转出，待接收学校确认",
    PaperArchiveState.RECEIVED: "已接收",
}


@dataclass(frozen=True)
class Departure:
    """A pupil who has gone from one school to another, by a case that is done.

    Attributes:
        school: code of the receiving school. left_at: when this office heard that it was done.
    """

    case_id: str
    school: str
    releasing_school: str
    filed_at_ms: int
    name: str
    number: str
    grade: str
    left_at: datetime

    @property
    def sender(self) -> Office:
        return Office(Tier.SCHOOL, self.releasing_school)

    @property
    def receiver(self) -> Office:
        return Office(Tier.SCHOOL, self.school)

    @property
    def notice_id(self) -> str:
        """The one notice by which the releasing school says that the archive has gone."""
        return id_of_occasion(
            NoticeKind.PAPER_ARCHIVE,
            sender=self.sender,
            to=self.receiver,
            occasion=self.case_id,
            anchor=moment_of(self.filed_at_ms),
        )


@dataclass(frozen=True)
class PaperArchive:
    """How far the archive of one departure has come; ``due`` by the releasing province's pack of the day."""

    departure: Departure
    due: Due
    state: PaperArchiveState

    def overdue(self, now: datetime) -> bool:
        """Whether the releasing school let its time pass; what is on its way is the post's."""
        return self.state is PaperArchiveState.DUE and self.due.passed(now)


def paper_archive_of(departure: Departure, *, told: NoticeState | None, packs: Packs) -> PaperArchive:
    """The duty that follows from a departure.

    Args:
        told: how far the notice has come that it was sent; None while there is none.
    """
    pack = packs.in_force(departure.releasing_school[2:4], day_of(milliseconds(departure.left_at)))
    term = pack.read(stage_of(departure.grade))(ARCHIVE_HANDOVER)
    match told:
        case None:
            state = PaperArchiveState.DUE
        case NoticeState.CONFIRMED:
            state = PaperArchiveState.RECEIVED
        case _:
            state = PaperArchiveState.SENT
    return PaperArchive(departure, term.due(departure.left_at), state)
