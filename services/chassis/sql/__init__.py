"""Transactions on PostgreSQL, and the tables that every tier has.

    Database       runs a use case in one transaction, and again where two collided
    Gathering      answers questions of one moment in one transaction
    Transaction    what a use case is given; tiers hang their stores on a subclass of it
    Outbox         what must leave, sent by somebody else after the commit
    Feed           what an audience is told: numbered without gaps, in the order of commit
    Cursors        how far this tier has followed others
    Signal         a wake for what waits in the event loop
    migrate        brings a database to this program's form, forward only

Tables are declared by functions on each tier's own metadata and created by each tier's own migrations, with the frozen
helpers of ``chassis.sql.migrations_v1``.
"""

from chassis.backoff import Backoff
from chassis.sql.cursors import Cursors, cursor_table
from chassis.sql.database import Database
from chassis.sql.feed import Feed, FeedEntry, FeedRow, FeedTables, feed_tables
from chassis.sql.gathering import Gathering
from chassis.sql.migrations import difference, migrate
from chassis.sql.outbox import Backlog, Outbox, OutboxRow, outbox_table
from chassis.sql.signals import Signal
from chassis.sql.transaction import Transaction

__all__ = [
    "Backlog",
    "Backoff",
    "Cursors",
    "Database",
    "Feed",
    "FeedEntry",
    "FeedRow",
    "FeedTables",
    "Gathering",
    "Outbox",
    "OutboxRow",
    "Signal",
    "Transaction",
    "cursor_table",
    "difference",
    "feed_tables",
    "migrate",
    "outbox_table",
]
