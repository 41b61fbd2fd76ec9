"""Who is taught here without having the record here, for the school's two people."""

from __future__ import annotations

from chassis.attending.servicers import AttendingServicer
from chassis.sql import Database
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.list_attending import list_attending
from school_node.usecases.office import SchoolOffice


def attending_desk(
    database: Database[SchoolTransaction], *, office: SchoolOffice
) -> AttendingServicer[SchoolTransaction]:
    roles = (Role.REGISTRAR, Role.PRINCIPAL)
    return AttendingServicer(database, office=office.here, roles=roles, pupils=list_attending)
