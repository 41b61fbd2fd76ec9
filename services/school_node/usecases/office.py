"""What every use case of a school is given: who it is, and what it signs with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from chassis.deadlines import Recount, Watch, deadline_arrivals
from chassis.notices import NoticePost
from chassis.organisations import LiveRegister
from chassis.staff import staff_arrivals
from kernel.calendar import Due
from kernel.case import Case
from kernel.clock import day_of, milliseconds
from kernel.endorsement import require_school
from kernel.notice import NoticeKind
from kernel.office import Office, Tier
from kernel.packs import Packs, step_deadline
from kernel.refusals import OfficeHasAnotherAuthority
from kernel.school import School
from kernel.statement import Sign, Verify
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.disclosure_decisions import take_decision
from school_node.usecases.review.opening import note_sealed, take_opening

LANE_UP = "up"


@dataclass(frozen=True)
class SchoolOffice:
    """The school's own desk.

    Attributes:
        upstream: the authority that this node asks, and with which its cases are begun. register: the schools it has
            heard of.
        packs: every rule pack that is known here.
    """

    here: Office
    upstream: Office
    register: LiveRegister
    sign: Sign
    verify: Verify
    packs: Packs

    @property
    def school(self) -> School:
        """This school as it is now. Raises SchoolNoLongerInForce where it has ended (Art. 9)."""
        return require_school(self.here.code, register=self.register)

    def require_own_authority(self) -> None:
        """That what is begun now is begun with the authority that the school has now (Art. 3).

        Raises:
            OfficeHasAnotherAuthority: it has another than this node asks; what was begun is finished there.
            SchoolNoLongerInForce: it has ended.
        """
        authority = Office(Tier.AUTHORITY, self.school.authority)
        if authority != self.upstream:
            raise OfficeHasAnotherAuthority(authority=str(authority))

    def rule_pack(self, now: datetime) -> str:
        """Id of the pack in force on the day of filing: new cases name it, and are judged by it to their end."""
        return self.packs.in_force(self.here.province, day_of(milliseconds(now))).id

    def due(self, case: Case, asked_at: datetime, step: str) -> Due:
        """Art. 14: each office has its time, from the day after it is asked."""
        pack = self.packs.judging(case.rule_pack, filed_in=case.school[2:4], here=self.here.province)
        return step_deadline(pack.read(), step).due(asked_at)

    @property
    def notices(self) -> NoticePost:
        """What tells other offices (``chassis.notices.send_notice``), and what their notices set off here."""
        plain = NoticePost(self.here, self.register, self.sign, self.verify)
        return replace(
            plain,
            on_arrival={
                **staff_arrivals(self.here, register=self.register),
                **deadline_arrivals(lambda: self.notices),
                NoticeKind.TERM_REVIEW_OPENED: partial(take_opening, post=plain),
                NoticeKind.TERM_REVIEW_RESULT: note_sealed,
                NoticeKind.DISCLOSURE_DECISION: partial(take_decision, authority=self.upstream),
            },
        )

    @property
    def watch(self) -> Watch:
        """What looks at the time of the cases that wait here; the authority sees them in its own ledger."""
        return Watch(self.notices, self.packs)

    @property
    def recount(self) -> Recount:
        """What counts provisional dates again; a school has nobody below to tell."""
        return Recount(self.here, self.due)


def send_up(tx: SchoolTransaction, case: Case, *, now: datetime) -> None:
    """Due at the authority until it has answered; the same chain is the same row."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:{case.head}", {"case_id": case.case_id}, now=now)


def send_withdrawal_up(tx: SchoolTransaction, case: Case, jws: str, *, now: datetime) -> None:
    """The school's word that it takes the case back: due above until it is answered; one for each case."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:withdrawal", {"case_id": case.case_id, "withdrawal": jws}, now=now)
