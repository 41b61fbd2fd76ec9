"""Staff: this authority's own, and whom it lets work at its schools."""

from __future__ import annotations

from chassis.sql import Database
from chassis.staff.servicer import StaffDeskServicer
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import Clock
from kernel.office import Role


def staff_desk(
    database: Database[CountyTransaction], *, bench: Bench, clock: Clock
) -> StaffDeskServicer[CountyTransaction]:
    officers = (Role.OFFICER,)
    return StaffDeskServicer(database, post=bench.notices, roles=officers, entering=officers, clock=clock)
