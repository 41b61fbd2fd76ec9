"""Notices as an office remembers them, and their way from office to office: the same at every tier.

    ``book``      the two tables and what is read and written there
    ``post``      what happens to a paper: written, taken in, passed on, returned
    ``desk``      what an officer does with one: look, confirm, write a plain message
    ``relay``     the lane upward             ``servicers``  the doors: for the tier below, and for an office's people

A use case that has something to tell calls ``send_notice`` in its own transaction; everything else goes by itself:

    written  --outbox lane "notices"-->  the tier above  --...-->  feed of the tier below  -->  delivered
                                                                                                   |
    delivered / confirmed  <--------------------- receipts, the same way back <-------------------+

``relay``, ``servicers`` and ``wire`` see the wire, and use cases import the others alone; so nothing of the wire is
imported here.
"""

from chassis.notices.book import NoticeBook, NoticeHeading, NoticePage, NoticeView
from chassis.notices.desk import confirm_notice, list_notices, show_notice, write_message
from chassis.notices.post import (
    LANE_NOTICES,
    NoticePost,
    Paper,
    send_notice,
    take_from_above,
    take_from_across,
    take_from_below,
)
from chassis.notices.tables import NoticeTables, notice_tables
from chassis.notices.transactions import Noticing, Relaying

__all__ = [
    "LANE_NOTICES",
    "NoticeBook",
    "NoticeHeading",
    "NoticePage",
    "NoticePost",
    "NoticeTables",
    "NoticeView",
    "Noticing",
    "Paper",
    "Relaying",
    "confirm_notice",
    "list_notices",
    "notice_tables",
    "send_notice",
    "show_notice",
    "take_from_above",
    "take_from_across",
    "take_from_below",
    "write_message",
]
