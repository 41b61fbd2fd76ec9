"""Who attends a school of this authority's without having the record there, for its officers."""

from __future__ import annotations

from chassis.attending.servicers import AttendingServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.list_attending import list_attending
from kernel.office import Role


def attending_desk(database: Database[CountyTransaction], *, bench: Bench) -> AttendingServicer[CountyTransaction]:
    return AttendingServicer(database, office=bench.here, roles=(Role.OFFICER,), pupils=list_attending)
