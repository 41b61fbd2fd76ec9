"""What happened, for this authority's schools to read: each its own."""

from __future__ import annotations

from chassis.exchange import FeedServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from kernel.office import Tier


def feed(database: Database[CountyTransaction]) -> FeedServicer[CountyTransaction]:
    return FeedServicer(database, readers=(Tier.SCHOOL,))
