"""Notices, for the school's two people."""

from __future__ import annotations

from chassis.notices.servicers import NoticeDeskServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def notice_desk(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> NoticeDeskServicer[SchoolTransaction]:
    return NoticeDeskServicer(database, post=office.notices, roles=(Role.REGISTRAR, Role.PRINCIPAL), clock=clock)
