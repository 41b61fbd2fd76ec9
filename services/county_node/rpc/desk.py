"""The desk of the authority's officers."""

from __future__ import annotations

from functools import partial

from chassis.desk.commands import DeskUseCases
from chassis.desk.servicer import DeskServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.check_case import check_case
from county_node.usecases.decide_case import decide_case
from county_node.usecases.list_students import list_students
from kernel.clock import Clock
from kernel.office import Role
from kernel.titles import Titles

_OFFICERS = (Role.OFFICER,)


def desk(database: Database[CountyTransaction], *, bench: Bench, clock: Clock) -> DeskServicer[CountyTransaction]:
    return DeskServicer(
        database,
        office=bench.here,
        use_cases=DeskUseCases(
            list_students=list_students,
            decide=partial(decide_case, bench=bench),
            pre_checks=partial(check_case, bench=bench),
        ),
        roles=_OFFICERS,
        entering=_OFFICERS,
        deciding=_OFFICERS,
        titles=Titles(bench.packs),
        clock=clock,
    )
