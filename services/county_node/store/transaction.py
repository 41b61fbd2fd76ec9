"""One transaction of an authority, with everything that its use cases remember."""

from __future__ import annotations

from functools import cached_property

from chassis.attending import AttendingBook
from chassis.deadlines import DeadlineBook, Timed
from chassis.disclosures import Disclosing, DisclosureBook
from chassis.evidence.store import EvidenceStore
from chassis.ledger import CaseLedger, Climbing, Feeding, Following
from chassis.ledger.departures import Departures
from chassis.notices import NoticeBook, Relaying
from chassis.notices.paper_archives import Departing
from chassis.organisations import Registered, RegisterStore
from chassis.reviews import ProgressBook, ReviewBook, Reviewing
from chassis.sql import Cursors, Feed, Outbox
from chassis.staff import StaffBook, Staffed
from chassis.supervision import Supervising, SupervisionBook
from county_node.store import schema
from county_node.store.allocations import Allocations
from county_node.store.reviews import CountyReviews
from county_node.store.students import KnownStudents


class CountyTransaction(
    Climbing, Feeding, Following, Relaying, Departing, Reviewing, Staffed, Supervising, Timed, Registered, Disclosing
):
    """Remembers cases, sends them up, is followed by schools, and follows the hub."""

    @cached_property
    def cases(self) -> CaseLedger:
        return CaseLedger(self, schema.ledger)

    @cached_property
    def allocations(self) -> Allocations:
        return Allocations(self)

    @cached_property
    def attending(self) -> AttendingBook:
        return AttendingBook(self, schema.attending)

    @cached_property
    def evidence(self) -> EvidenceStore:
        return EvidenceStore(self, schema.evidence)

    @cached_property
    def students(self) -> KnownStudents:
        return KnownStudents(self)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self, schema.outbox)

    @cached_property
    def feed(self) -> Feed:
        return Feed(self, schema.feed)

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
    def supervision(self) -> SupervisionBook:
        return SupervisionBook(self, schema.supervision)

    @cached_property
    def reviews(self) -> ReviewBook:
        return ReviewBook(self, schema.reviews)

    @cached_property
    def review_progress(self) -> ProgressBook:
        return ProgressBook(self, schema.review_progress)

    @cached_property
    def answers(self) -> CountyReviews:
        return CountyReviews(self)

    @cached_property
    def deadlines(self) -> DeadlineBook:
        return DeadlineBook(self, schema.ledger, schema.overdue)

    @cached_property
    def schools(self) -> RegisterStore:
        return RegisterStore(self, schema.register)
