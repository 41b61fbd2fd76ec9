"""The school year, as this office's own people see it."""

from __future__ import annotations

from functools import partial

from chassis.desk.servicer_year import BlockersServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.list_blockers import list_blockers
from kernel.clock import Clock
from kernel.office import Role


def year(database: Database[CountyTransaction], *, bench: Bench, clock: Clock) -> BlockersServicer[CountyTransaction]:
    return BlockersServicer(
        database,
        office=bench.here,
        list_blockers=partial(list_blockers, bench=bench),
        roles=(Role.OFFICER,),
        clock=clock,
    )
