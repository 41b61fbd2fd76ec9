"""Notices: from the province's authorities, and for its own people."""

from __future__ import annotations

from chassis.notices import NoticePost
from chassis.notices.servicers import NoticeDeskServicer, RelayServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role, Tier
from province_hub.store.transaction import HubTransaction


def notice_desk(
    database: Database[HubTransaction], *, post: NoticePost, clock: Clock
) -> NoticeDeskServicer[HubTransaction]:
    return NoticeDeskServicer(database, post=post, roles=(Role.OFFICER,), clock=clock)


def notice_relay(
    database: Database[HubTransaction], *, post: NoticePost, clock: Clock
) -> RelayServicer[HubTransaction]:
    return RelayServicer(database, post=post, senders=(Tier.AUTHORITY,), clock=clock)
