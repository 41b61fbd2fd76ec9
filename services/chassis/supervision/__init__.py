"""Supervision as an office keeps it: findings about the offices below, and the sealed register of what was done.

The same at an authority, for its schools (Article 27), and at a province, for its authorities (Article 26); what it
means is in ``kernel.supervision``.

    ``book``      the two tables, and what is read and written there
    ``acts``      what an officer does with a finding: enter, confirm or dismiss, order, refer, close
    ``orders``    the other side: an office that was ordered reports what it did
    ``watch``     the clock's part: steps of Article 14 that an office below has let pass
    ``servicers`` the desk

An order is a notice with a receipt, and so is its answer: they take the way that all notices take, and what a school
was told can be proved by the paper that it holds. ``servicers`` and ``wire`` see the wire, ``watch`` has a loop of its
own; so nothing of them is imported here.
"""

from chassis.supervision.acts import (
    Decide,
    Entering,
    Ordering,
    Referring,
    arrivals,
    close_finding,
    decide_finding,
    enter_finding,
    find,
    order_rectification,
    refer_finding,
)
from chassis.supervision.book import Known, SupervisionBook
from chassis.supervision.looking import list_findings, list_register, show_finding, verify_register
from chassis.supervision.orders import Answering, answer_order, list_orders
from chassis.supervision.tables import SupervisionTables, supervision_tables
from chassis.supervision.transactions import Supervising

__all__ = [
    "Answering",
    "Decide",
    "Entering",
    "Known",
    "Ordering",
    "Referring",
    "Supervising",
    "SupervisionBook",
    "SupervisionTables",
    "answer_order",
    "arrivals",
    "close_finding",
    "decide_finding",
    "enter_finding",
    "find",
    "list_findings",
    "list_orders",
    "list_register",
    "order_rectification",
    "refer_finding",
    "show_finding",
    "supervision_tables",
    "verify_register",
]
