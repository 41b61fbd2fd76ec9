"""What every use case of an authority is given: who it is, and by what it judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.ledger import publish
from county_node.domain.routing import is_mine
from county_node.store.transaction import CountyTransaction
from kernel.case import Case
from kernel.endorsement import Register
from kernel.feed import Entry
from kernel.office import Office, Tier
from kernel.policy import Policy
from kernel.statement import Sign, Verify

LANE_UP = "up"


@dataclass(frozen=True)
class Bench:
    """The authority's own desk and tools.

    Attributes:
        here: this authority. hub: the province's. register: the schools it has heard of.
    """

    here: Office
    hub: Office
    register: Register
    sign: Sign
    verify: Verify
    policy: Policy

    def schools_in(self, case: Case) -> list[Office]:
        """The case's schools that are this authority's: who below is to hear of it."""
        codes = dict.fromkeys(code for code in (case.school, case.releasing_school) if code)
        offices = [Office(Tier.SCHOOL, code) for code in codes]
        return [office for office in offices if is_mine(office, self.here, register=self.register)]


def send_up(tx: CountyTransaction, case: Case, *, now: datetime) -> None:
    """Due at the hub until it has answered; the same chain is the same row."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:{case.head}", {"case_id": case.case_id}, now=now)


def tell_schools(tx: CountyTransaction, case: Case, entry: Entry, *, bench: Bench, now: datetime) -> None:
    """Publish to each of the case's schools here, in one order, so that two cases cannot wait on each other's feeds."""
    for office in sorted(bench.schools_in(case)):
        publish(tx, entry, to=office, now=now)
