"""What every use case of an authority is given: who it is, and by what it judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chassis.deadlines import Watch, deadline_arrivals
from chassis.notices import NoticePost
from chassis.notices.post import OnArrival
from chassis.organisations import LiveRegister
from chassis.staff import staff_arrivals
from chassis.supervision import arrivals
from county_node.store.transaction import CountyTransaction
from kernel.calendar import Due
from kernel.case import Case
from kernel.notice import NoticeKind
from kernel.office import Office
from kernel.packs import Packs, RulePack, step_deadline
from kernel.statement import Sign, Verify

LANE_UP = "up"

# What a timeline shows beside endorsements.
RECEIVED = "received"  # 已接收
SETTLED = "settled"  # 办结
REFUSED_ABOVE = "refused_above"  # 上级未受理


@dataclass(frozen=True)
class Bench:
    """The authority's own desk and tools.

    Attributes:
        here: this authority. hub: the province's. register: the schools it has heard of.
        packs: every rule pack that is known here. below: the schools of this authority.
        arrivals: what notices set off here beside supervision; the use cases are given this bench without them.
        packs: every rule pack that is known here.
        superior: the prefecture's authority above a county's, where it has a node; else the province is next.
    """

    here: Office
    hub: Office
    register: LiveRegister
    sign: Sign
    verify: Verify
    packs: Packs
    below: Callable[[], Sequence[Office]] = tuple
    arrivals: Mapping[NoticeKind, OnArrival] = field(default_factory=dict)
    superior: Office | None = None

    def pack_of(self, case: Case) -> RulePack:
        """The pack that the case is judged by to its end; of another province's case, the nation's part of it.

        Raises:
            RulePackUnknown: it is not known here.
        """
        return self.packs.judging(case.rule_pack, filed_in=case.school[2:4], here=self.here.province)

    def due(self, case: Case, asked_at: datetime, step: str) -> Due:
        """Art. 14: each office has its time, from the day after it is asked."""
        return step_deadline(self.pack_of(case).read(), step).due(asked_at)

    @property
    def notices(self) -> NoticePost:
        """What tells other offices (``chassis.notices.send_notice``), and what their notices set off here."""
        plain = NoticePost(self.here, self.register, self.sign, self.verify)
        staff = staff_arrivals(self.here, register=self.register)
        due = deadline_arrivals(lambda: self.notices)
        return replace(plain, on_arrival={**staff, **due, **arrivals(plain), **self.arrivals})

    @property
    def watch(self) -> Watch:
        """What looks at the time of this authority's cases (Art. 14, 26)."""
        return Watch(self.notices, self.packs, superior=self.superior or self.hub, province=self.hub)


def send_up(tx: CountyTransaction, case: Case, *, now: datetime) -> None:
    """Due at the hub until it has answered; the same chain is the same row."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:{case.head}", {"case_id": case.case_id}, now=now)


def send_withdrawal_up(tx: CountyTransaction, case: Case, jws: str, *, now: datetime) -> None:
    """The school's word that it takes the case back: due above until it is answered; one for each case."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:withdrawal", {"case_id": case.case_id, "withdrawal": jws}, now=now)
