"""One transaction of a school, with everything that its use cases remember."""

from __future__ import annotations

from functools import cached_property

from chassis.attending import AttendingBook
from chassis.deadlines import DeadlineBook, Timed
from chassis.disclosures import Disclosing, DisclosureBook
from chassis.evidence.store import EvidenceStore
from chassis.ledger import CaseLedger, Climbing, Following
from chassis.ledger.departures import Departures
from chassis.notices import NoticeBook, Relaying
from chassis.notices.paper_archives import Departing
from chassis.organisations import Registered, RegisterStore
from chassis.reviews import ReviewBook, Reviewing
from chassis.sql import Cursors, Outbox
from chassis.staff import StaffBook, Staffed
from school_node.store import schema
from school_node.store.filings import Filings
from school_node.store.moves import Moves
from school_node.store.pupils import Pupils
from school_node.store.reviews import SchoolReviews


class SchoolTransaction(Climbing, Following, Relaying, Departing, Reviewing, Staffed, Timed, Registered, Disclosing):
    """Remembers cases and pupils, sends cases up, and follows the authority."""

    @cached_property
    def cases(self) -> CaseLedger:
        return CaseLedger(self, schema.ledger)

    @cached_property
    def attending(self) -> AttendingBook:
        return AttendingBook(self, schema.attending)

    @cached_property
    def evidence(self) -> EvidenceStore:
        return EvidenceStore(self, schema.evidence)

    @cached_property
    def pupils(self) -> Pupils:
        return Pupils(self)

    @cached_property
    def filings(self) -> Filings:
        return Filings(self)

    @cached_property
    def moves(self) -> Moves:
        return Moves(self)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self, schema.outbox)

    @cached_property
    def cursors(self) -> Cursors:
        return Cursors(self, schema.cursors)

    @cached_property
    def departures(self) -> Departures:
        return Departures(self, schema.ledger)

    @cached_property
    def notices(self) -> NoticeBook:
        return NoticeBook(self, schema.notices)

    @cached_property
    def staff(self) -> StaffBook:
        return StaffBook(self, schema.staff)

    @cached_property
    def disclosures(self) -> DisclosureBook:
        return DisclosureBook(self, schema.disclosures)

    @cached_property
    def reviews(self) -> ReviewBook:
        return ReviewBook(self, schema.reviews)

    @cached_property
    def reviewed(self) -> SchoolReviews:
        return SchoolReviews(self)

    @cached_property
    def deadlines(self) -> DeadlineBook:
        return DeadlineBook(self, schema.ledger, schema.overdue)

    @cached_property
    def schools(self) -> RegisterStore:
        return RegisterStore(self, schema.register)
