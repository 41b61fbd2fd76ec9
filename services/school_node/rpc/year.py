"""The school year, as this office's own people see it."""

from __future__ import annotations

from functools import partial

from chassis.desk.servicer_year import BlockersServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.list_blockers import list_blockers
from school_node.usecases.office import SchoolOffice


def year(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> BlockersServicer[SchoolTransaction]:
    return BlockersServicer(
        database,
        office=office.here,
        list_blockers=partial(list_blockers, office=office),
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        clock=clock,
    )
