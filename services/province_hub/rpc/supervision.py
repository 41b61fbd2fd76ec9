"""Supervision of the province's authorities (Article 26)."""

from __future__ import annotations

from chassis.notices import NoticePost
from chassis.sql import Database
from chassis.supervision.servicers import SupervisionServicer
from kernel.clock import Clock
from kernel.office import Role
from province_hub.store.transaction import HubTransaction


def supervision(
    database: Database[HubTransaction], *, post: NoticePost, clock: Clock
) -> SupervisionServicer[HubTransaction]:
    return SupervisionServicer(database, post=post, roles=(Role.OFFICER,), clock=clock)
