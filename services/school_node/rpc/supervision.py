"""What the school was ordered to put right (Article 27): both its people see it, its second person answers for it."""

from __future__ import annotations

from chassis.sql import Database
from chassis.supervision.servicers import OrdersServicer
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def supervision(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> OrdersServicer[SchoolTransaction]:
    return OrdersServicer(
        database,
        post=office.notices,
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        answering=(Role.PRINCIPAL,),
        clock=clock,
    )
