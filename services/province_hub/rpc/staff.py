"""Staff: the province's own, and whom it lets work at its authorities."""

from __future__ import annotations

from chassis.notices import NoticePost
from chassis.sql import Database
from chassis.staff.servicer import StaffDeskServicer
from kernel.clock import Clock
from kernel.office import Role
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.report_staff import report_staff


def staff_desk(
    database: Database[HubTransaction], *, post: NoticePost, clock: Clock
) -> StaffDeskServicer[HubTransaction]:
    officers = (Role.OFFICER,)
    return StaffDeskServicer(database, post=post, roles=officers, entering=officers, clock=clock, report=report_staff)
