"""Builds a hub: the only file that knows all its rooms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import grpc

from chassis.deadlines import Recount
from chassis.deadlines.servicer import calendar_loop, deadline_loop
from chassis.evidence.sweeping import SWEEP_SECONDS, EvidenceSweep
from chassis.exchange import Follower
from chassis.keys import ContentKey, Directory, Unsealer, Verifier
from chassis.loops import Loop
from chassis.mail import PostOffice
from chassis.node import Node, Parts, Rooms, Service
from chassis.notices.direct_schools import Overseen
from chassis.notices.servicer_terms import TermServicer
from chassis.organisations import LiveRegister
from chassis.organisations.following import register_loop
from chassis.packs import load_packs
from chassis.rpc import open_channel
from chassis.schools import load_schools
from chassis.staff.declared import load_staff
from chassis.staff.duty import duty
from chassis.staff.office import declare_staff
from chassis.supervision.watch import WATCH_IDLE_SECONDS, OverdueWatch
from kernel.calendar import Due
from kernel.case import Case
from kernel.office import NATION
from kernel.regulation import Step
from province_hub.links.adjudications import AdjudicationLink, AdjudicationWork
from province_hub.links.audit import AuditLink
from province_hub.links.documents import DocumentLink
from province_hub.links.figures import DailyFigures, FiguresLink
from province_hub.links.index import IndexLink
from province_hub.links.numbering import NumberingLink
from province_hub.links.numbers import NumberLink
from province_hub.links.organisations import ChangesLink
from province_hub.links.staff import StaffLink
from province_hub.links.transfer.archive import ArchiveLink
from province_hub.links.transfer.custody import CustodyLink
from province_hub.links.transfer.mail import Mail
from province_hub.links.transfer.peers import Peers
from province_hub.links.transfer.preflight import PreflightLink
from province_hub.links.waiting import WAITING_IDLE_SECONDS, WaitingCases
from province_hub.links.witness import WitnessLink
from province_hub.rpc.adjudications import AdjudicationDeskServicer, AdjudicationPeerServicer
from province_hub.rpc.audit import AuditServicer
from province_hub.rpc.doors import doors
from province_hub.rpc.figures import FiguresDeskServicer
from province_hub.rpc.inquiry import inquiry
from province_hub.rpc.numbering import NumberingServicer
from province_hub.rpc.organisations import ProvinceOrganisations
from province_hub.rpc.preflight import Preflight
from province_hub.rpc.review import review
from province_hub.settings import HubSettings
from province_hub.store.organisations import CHANGES_WAIT
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.absorb_feed import absorb_feed
from province_hub.usecases.adjudication import LANE_ADJUDICATION
from province_hub.usecases.announce import recount_told
from province_hub.usecases.counting import Counting
from province_hub.usecases.hand_over import hand_over
from province_hub.usecases.numbering import NUMBERING_WAITS
from province_hub.usecases.report_day import LANE_FIGURES
from province_hub.usecases.review import Reviewers, find_unsealed
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import (
    CASES_WAIT,
    LANE_ARCHIVE,
    LANE_INDEX,
    LANE_MAIL,
    LETTERS_WAIT,
    Handshake,
    begin_gaining,
    take_releasing_endorsement,
)
from province_hub.usecases.year import PROMOTION_WAITS, promote_next
from xueji.adjudication.v1 import province_pb2_grpc as adjudication_pb2_grpc
from xueji.figures.v1 import figures_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2_grpc
from xueji.numbers.v1 import province_pb2_grpc as numbering_pb2_grpc
from xueji.organisation.v1 import organisation_pb2_grpc
from xueji.review.v1 import review_pb2_grpc
from xueji.term.v1 import term_pb2_grpc
from xueji.transfer.v1 import audit_pb2_grpc, preflight_pb2_grpc

INDEX_WORKERS = 2  # so that a transfer's question need not wait behind an intake of 2,000
WITNESS_SECONDS = 10.0  # how long the index's log may grow unseen by this province
FIGURES_IDLE_SECONDS = 300.0  # how long after the end of a day its count may begin
TERM_IDLE_SECONDS = 5.0  # a look is one scan of those who dropped out, and a clock may be put forward
LANE_IDLE_SECONDS = 1.0  # how long a row that became due, or that another process wrote, may lie unseen


class App(Node[HubSettings, HubTransaction]):
    """One hub in this process."""

    package = "province_hub"
    transaction = HubTransaction

    async def rooms(self, parts: Parts[HubTransaction]) -> Rooms:
        register = LiveRegister()
        await register.begin(parts.database, load_schools(self.settings.schools_file))
        packs = load_packs(self.settings.policies_dir)
        handshake = Handshake(
            province=parts.here.code,
            sign=parts.sign,
            verify=parts.verify,
            register=register,
            new_content_key=lambda: ContentKey.new().to_text(),
            packs=packs,
        )
        rules = Rules(
            here=parts.here,
            register=register,
            sign=parts.sign,
            verify=parts.verify,
            packs=packs,
            notices=handshake.notices,
            begin_gaining=partial(begin_gaining, handshake=handshake),
            take_releasing_endorsement=partial(take_releasing_endorsement, handshake=handshake),
        )
        counting = Counting(here=parts.here, register=lambda: register.dated, packs=packs)
        index = open_channel(self.settings.index_address, office=NATION, tls=parts.tls)
        parts.closing.push_async_callback(index.close)
        nation = Follower(
            parts.database,
            index,
            name=str(NATION),
            absorb=partial(absorb_feed, handshake=handshake),
            clock=parts.clock,
        )
        loops = self._to_the_index(parts, index, rules, handshake, counting)
        listeners = [_lane(parts, "receipts", nation.step)]
        watch = OverdueWatch(parts.database, schools=tuple, post=rules.notices, clock=parts.clock)
        reviewers = Reviewers(rules.notices, packs, lambda: register.dated.schools_now)
        overseen = Overseen(register.schools, partial(packs.in_force, parts.here.code))
        changes = ChangesLink(parts.database, parts.here, register, parts.clock)
        loops = [
            *loops,
            _promotion(parts, rules),
            _lane(
                parts,
                "waiting",
                WaitingCases(parts.database, rules, handshake, parts.clock).step,
                wake=CASES_WAIT,
                idle_seconds=WAITING_IDLE_SECONDS,
            ),
            _lane(parts, "organisations", changes.step, wake=CHANGES_WAIT),
            register_loop(register, parts.database, failed=parts.metrics.loop_failed),
            _late_reviews(parts, reviewers),
            _lane(parts, "supervision", watch.step, idle_seconds=WATCH_IDLE_SECONDS),
            _handovers(parts, rules),
            deadline_loop(parts, handshake.watch),
            _lane(
                parts,
                "adjudications",
                AdjudicationWork(parts.database, rules, parts.clock).step,
                wake=f"outbox:{LANE_ADJUDICATION}",
            ),
            _lane(
                parts, "numbering", NumberingLink(parts.database, index, rules, parts.clock).step, wake=NUMBERING_WAITS
            ),
            self._calendar(parts, rules),
        ]
        peers = self._peers(parts)
        if peers is not None:
            letters, deliveries = await self._to_other_hubs(parts, handshake, peers)
            loops, listeners = [*loops, *letters], [*listeners, deliveries]
        sweep = EvidenceSweep(parts.database, clock=parts.clock).step
        await parts.database.run(declare_staff, load_staff(self.settings.staff_file, parts.here))
        return Rooms(
            services=(
                *doors(parts, rules, handshake, peer=peers.channel if peers else lambda _: None),
                *_question_services(parts, rules, counting, peers),
                Service(
                    audit_pb2_grpc.add_AuditServiceServicer_to_server,
                    AuditServicer(AuditLink(parts.database, index), here=parts.here),
                    "xueji.transfer.v1.AuditService",
                ),
                *_adjudications(
                    parts, rules, AdjudicationLink(index, nation.catch_up, peers.channel if peers else lambda _: None)
                ),
                Service(
                    review_pb2_grpc.add_ReviewServiceServicer_to_server,
                    review(parts.database, reviewers=reviewers, clock=parts.clock),
                    "xueji.review.v1.ReviewService",
                ),
                Service(
                    term_pb2_grpc.add_TermServiceServicer_to_server,
                    TermServicer(parts.database, office=parts.here, overseen=overseen, clock=parts.clock),
                    "xueji.term.v1.TermService",
                ),
                Service(
                    numbering_pb2_grpc.add_NumberingServiceServicer_to_server,
                    NumberingServicer(parts.database, rules=rules, clock=parts.clock),
                    "xueji.numbers.v1.NumberingService",
                ),
                Service(
                    organisation_pb2_grpc.add_OrganisationServiceServicer_to_server,
                    ProvinceOrganisations(parts.database, rules=rules, register=register, clock=parts.clock),
                    "xueji.organisation.v1.OrganisationService",
                ),
            ),
            loops=[*loops, _lane(parts, "evidence-sweep", sweep, idle_seconds=SWEEP_SECONDS)],
            listeners=listeners,
            lanes=(LANE_INDEX, LANE_MAIL, LANE_ARCHIVE, LANE_FIGURES, LANE_ADJUDICATION),
            on_duty=duty(parts.database, here=parts.here, clock=parts.clock),
        )

    def _calendar(self, parts: Parts[HubTransaction], rules: Rules) -> Loop:
        def due(case: Case, asked_at: datetime, step: str, /) -> Due:
            return rules.due(case, asked_at, Step(step))

        by = Recount(parts.here, due, partial(recount_told, register=rules.register))
        return calendar_loop(parts, self.settings.calendars_dir, by)

    def _to_the_index(
        self,
        parts: Parts[HubTransaction],
        index: grpc.aio.Channel,
        rules: Rules,
        handshake: Handshake,
        counting: Counting,
    ) -> list[Loop]:
        database, clock = parts.database, parts.clock
        numbers = NumberLink(database, index, rules, clock)
        custody = CustodyLink(database, index, handshake, clock)
        documents = DocumentLink(database, index, rules, clock)
        handlers = {**numbers.handlers(), **custody.handlers(), **documents.handlers()}
        questions = IndexLink(database, handlers=handlers, clock=clock)
        workers = [
            _lane(parts, f"index-{worker}", questions.step, wake=f"outbox:{LANE_INDEX}")
            for worker in range(INDEX_WORKERS)
        ]
        told = {**FiguresLink(index).handlers(), **StaffLink(index).handlers()}
        reports = IndexLink(database, handlers=told, clock=clock, lane=LANE_FIGURES)
        days = DailyFigures(parts.database, counting, parts.sign, parts.clock)
        workers += [
            _lane(parts, "figures-up", reports.step, wake=f"outbox:{LANE_FIGURES}"),
            Loop("figures", days.step, idle_seconds=FIGURES_IDLE_SECONDS, failed=parts.metrics.loop_failed),
        ]
        witness = WitnessLink(database, index, parts.here, parts.verify, parts.sign, clock)
        workers.append(_lane(parts, "witness", witness.step, idle_seconds=WITNESS_SECONDS))
        return workers

    def _peers(self, parts: Parts[HubTransaction]) -> Peers | None:
        settings = self.settings
        if not settings.brokers:
            return None
        assert settings.directory_file is not None, "checked with the settings"
        peers = Peers(Directory(settings.directory_file, verifier=Verifier(settings.authority_certificate)), parts.tls)
        parts.closing.push_async_callback(peers.close)
        return peers

    async def _to_other_hubs(
        self, parts: Parts[HubTransaction], handshake: Handshake, peers: Peers
    ) -> tuple[list[Loop], Loop]:
        settings = self.settings
        assert settings.sealing_key_file is not None, "checked with the settings"
        post = PostOffice(servers=settings.brokers, tls=parts.tls, office=parts.here)
        mail = Mail(
            database=parts.database,
            post=post,
            directory=peers.directory,
            unsealer=Unsealer(settings.sealing_key_file),
            handshake=handshake,
            clock=parts.clock,
        )
        archives = ArchiveLink(database=parts.database, peers=peers, handshake=handshake, clock=parts.clock)
        parts.closing.push_async_callback(post.close)
        await post.connect()

        async def deliveries() -> bool:
            await post.deliveries(mail.receive)
            return False

        letters = [
            _lane(parts, "mail-out", mail.send, wake=f"outbox:{LANE_MAIL}"),
            _lane(parts, "mail-read", mail.read, wake=LETTERS_WAIT),
            _lane(parts, "archives", archives.step, wake=f"outbox:{LANE_ARCHIVE}"),
        ]
        return letters, _lane(parts, "mail-in", deliveries)


def _lane(
    parts: Parts[HubTransaction],
    name: str,
    step: Callable[[], Awaitable[bool]],
    *,
    wake: str | None = None,
    idle_seconds: float = LANE_IDLE_SECONDS,
) -> Loop:
    signal = parts.database.signal(wake) if wake else None
    return Loop(name, step, wake=signal, idle_seconds=idle_seconds, failed=parts.metrics.loop_failed)


def _promotion(parts: Parts[HubTransaction], rules: Rules) -> Loop:
    """The night of promotion, where one has begun: a hub that was stopped in it goes on by itself."""

    async def step() -> bool:
        return await parts.database.run(promote_next, now=parts.clock.now(), rules=rules)

    return _lane(parts, "promotion", step, wake=PROMOTION_WAITS)


def _late_reviews(parts: Parts[HubTransaction], reviewers: Reviewers) -> Loop:
    """Authorities that have not sealed a term's review by its last day."""

    async def step() -> bool:
        await parts.database.run(find_unsealed, now=parts.clock.now(), reviewers=reviewers)
        return False

    return _lane(parts, "late-reviews", step, idle_seconds=WATCH_IDLE_SECONDS)


def _handovers(parts: Parts[HubTransaction], rules: Rules) -> Loop:
    """Archives of migrant workers' children who dropped out, at each term's end (Art. 22)."""

    async def step() -> bool:
        return await parts.database.run(hand_over, now=parts.clock.now(), rules=rules)

    return _lane(parts, "handovers", step, idle_seconds=TERM_IDLE_SECONDS)


def _adjudications(parts: Parts[HubTransaction], rules: Rules, link: AdjudicationLink) -> tuple[Service, ...]:
    desk = AdjudicationDeskServicer(parts.database, others=link, rules=rules, clock=parts.clock)
    peer = AdjudicationPeerServicer(parts.database, rules=rules, clock=parts.clock)
    return (
        Service(
            adjudication_pb2_grpc.add_AdjudicationDeskServiceServicer_to_server,
            desk,
            "xueji.adjudication.v1.AdjudicationDeskService",
        ),
        Service(
            adjudication_pb2_grpc.add_AdjudicationPeerServiceServicer_to_server,
            peer,
            "xueji.adjudication.v1.AdjudicationPeerService",
        ),
    )


def _question_services(
    parts: Parts[HubTransaction], rules: Rules, counting: Counting, peers: Peers | None
) -> tuple[Service, ...]:
    database, clock = parts.database, parts.clock
    preflight = Preflight(database, rules=rules, ask_across=PreflightLink(peers).ask, clock=clock)
    return (
        Service(
            inquiry_pb2_grpc.add_InquiryServiceServicer_to_server,
            inquiry(database, counting=counting, preflight=preflight, clock=clock),
            "xueji.inquiry.v1.InquiryService",
        ),
        Service(
            preflight_pb2_grpc.add_PreflightServiceServicer_to_server, preflight, "xueji.transfer.v1.PreflightService"
        ),
        Service(
            figures_pb2_grpc.add_FiguresDeskServiceServicer_to_server,
            FiguresDeskServicer(database, counting=counting, sign=parts.sign, clock=clock),
            "xueji.figures.v1.FiguresDeskService",
        ),
    )
