"""What happened, for the province's authorities to read: each its own."""

from __future__ import annotations

from chassis.exchange import FeedServicer
from chassis.sql import Database
from kernel.office import Tier
from province_hub.store.transaction import HubTransaction


def feed(database: Database[HubTransaction]) -> FeedServicer[HubTransaction]:
    return FeedServicer(database, readers=(Tier.AUTHORITY,))
