"""One transaction of a hub, with everything that its use cases remember."""

from __future__ import annotations

from functools import cached_property

from chassis.deadlines import DeadlineBook, Timed
from chassis.evidence.store import EvidenceStore
from chassis.ledger import CaseLedger, Feeding, Following, Sending
from chassis.notices import NoticeBook
from chassis.organisations import Registered, RegisterStore
from chassis.reviews import ProgressBook, ReviewBook, Reviewing
from chassis.sql import Cursors, Feed, Outbox
from chassis.staff import StaffBook, Staffed
from chassis.supervision import Supervising, SupervisionBook
from kernel.organisations import KINDS
from province_hub.store import schema
from province_hub.store.adjudications import Adjudications
from province_hub.store.attending import Attending
from province_hub.store.decisions import Decisions
from province_hub.store.figure_reports import FigureReports
from province_hub.store.figures import Figures
from province_hub.store.handovers import Handovers
from province_hub.store.letters import Letters
from province_hub.store.numberings import Numberings
from province_hub.store.organisations import Organisations
from province_hub.store.passages import Passages
from province_hub.store.promotions import Promotions
from province_hub.store.stages import Stages
from province_hub.store.students import Students
from province_hub.store.transfers import Transfers
from province_hub.store.witness import SeenLog


class HubTransaction(Timed, Sending, Feeding, Following, Reviewing, Staffed, Supervising, Registered):
    """Remembers cases, is followed by the province's authorities, and follows the nation's receipts."""

    @cached_property
    def cases(self) -> CaseLedger:
        return CaseLedger(self, schema.ledger)

    @cached_property
    def evidence(self) -> EvidenceStore:
        return EvidenceStore(self, schema.evidence)

    @cached_property
    def students(self) -> Students:
        return Students(self)

    @cached_property
    def adjudications(self) -> Adjudications:
        return Adjudications(self)

    @cached_property
    def attending(self) -> Attending:
        return Attending(self)

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(self)

    @cached_property
    def numberings(self) -> Numberings:
        return Numberings(self)

    @cached_property
    def promotions(self) -> Promotions:
        return Promotions(self)

    @cached_property
    def handovers(self) -> Handovers:
        return Handovers(self)

    @cached_property
    def schools(self) -> RegisterStore:
        return RegisterStore(self, schema.register)

    @cached_property
    def organisations(self) -> Organisations:
        return Organisations(self)

    @cached_property
    def stages(self) -> Stages:
        return Stages(self)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self)

    @cached_property
    def figure_reports(self) -> FigureReports:
        return FigureReports(self)

    @cached_property
    def seen_log(self) -> SeenLog:
        return SeenLog(self)

    @cached_property
    def passages(self) -> Passages:
        return Passages(self, reorganising=sorted(KINDS))

    @cached_property
    def transfers(self) -> Transfers:
        return Transfers(self)

    @cached_property
    def letters(self) -> Letters:
        return Letters(self)

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
    def notices(self) -> NoticeBook:
        return NoticeBook(self, schema.notices)

    @cached_property
    def staff(self) -> StaffBook:
        return StaffBook(self, schema.staff)

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
    def deadlines(self) -> DeadlineBook:
        return DeadlineBook(self, schema.ledger, schema.overdue)
