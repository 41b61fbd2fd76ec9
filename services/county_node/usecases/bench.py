"""What every use case of an authority is given: who it is, and by what it judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from county_node.store.transaction import CountyTransaction
from kernel.calendar import Due, working_days_after
from kernel.case import Case
from kernel.endorsement import Register
from kernel.office import Office
from kernel.policy import Policy
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
        policy: the province's rule pack, that pre-checks read.
    """

    here: Office
    hub: Office
    register: Register
    sign: Sign
    verify: Verify
    policy: Policy

    def due(self, case: Case, asked_at: datetime) -> Due:
        """Art. 14: each office has its working days, from the day after it is asked."""
        return working_days_after(asked_at, case.procedure.step_working_days)


def send_up(tx: CountyTransaction, case: Case, *, now: datetime) -> None:
    """Due at the hub until it has answered; the same chain is the same row."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:{case.head}", {"case_id": case.case_id}, now=now)
