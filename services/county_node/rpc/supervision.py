"""Supervision: of this authority's schools, and what the authority itself was ordered."""

from __future__ import annotations

from chassis.sql import Database
from chassis.supervision.servicers import SupervisionServicer
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import Clock
from kernel.office import Role


def supervision(
    database: Database[CountyTransaction], *, bench: Bench, clock: Clock
) -> SupervisionServicer[CountyTransaction]:
    return SupervisionServicer(database, post=bench.notices, roles=(Role.OFFICER,), clock=clock)
