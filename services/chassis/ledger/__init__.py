"""The case ledger: every tier that cases pass through remembers them in the same three tables.

``cases`` has a row per case with whose turn it is; ``case_items`` a row per pupil in it; ``case_events`` its timeline.
The ledger stores what the kernel defines and decides nothing.
"""

from chassis.ledger.ledger import CaseLedger
from chassis.ledger.publishing import publish
from chassis.ledger.records import (
    NOBODY,
    Awaited,
    CaseFilter,
    CaseHeading,
    CasePage,
    CaseRecord,
    ItemRecord,
    TimelineEvent,
    View,
)
from chassis.ledger.tables import LedgerTables, ledger_tables
from chassis.ledger.transactions import Climbing, Feeding, Following, Ledgered, Sending

__all__ = [
    "NOBODY",
    "Awaited",
    "CaseFilter",
    "CaseHeading",
    "CaseLedger",
    "CasePage",
    "CaseRecord",
    "Climbing",
    "Feeding",
    "Following",
    "ItemRecord",
    "LedgerTables",
    "Ledgered",
    "Sending",
    "TimelineEvent",
    "View",
    "ledger_tables",
    "publish",
]
