"""Staff, for the school's two people: both see who may work, and the principal proposes."""

from __future__ import annotations

from chassis.sql import Database
from chassis.staff.servicer import StaffDeskServicer
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def staff_desk(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> StaffDeskServicer[SchoolTransaction]:
    return StaffDeskServicer(
        database,
        post=office.notices,
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        entering=(Role.PRINCIPAL,),
        clock=clock,
    )
