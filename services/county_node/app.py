"""Builds an authority's node: the only file that knows all its rooms."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chassis.deadlines import Recount
from chassis.deadlines.servicer import DeadlineServicer, calendar_loop, deadline_loop
from chassis.evidence.sweeping import SWEEP_SECONDS, EvidenceSweep
from chassis.inquiry.servicer_records import RecordRelayServicer
from chassis.loops import Loop
from chassis.node import Node, Parts, Rooms, Service
from chassis.notices import LANE_NOTICES
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
from county_node.links.upward import follower, inquiry_relay, notice_relay, submitter
from county_node.rpc import notices
from county_node.rpc.allocations import AllocationServicer
from county_node.rpc.attending import attending_desk
from county_node.rpc.desk import desk
from county_node.rpc.disclosures import DisclosureServicer
from county_node.rpc.evidence import evidence_desk, evidence_relay
from county_node.rpc.feed import feed
from county_node.rpc.inquiry import inquiry
from county_node.rpc.intake import intake
from county_node.rpc.organisations import AuthorityOrganisations
from county_node.rpc.review import review
from county_node.rpc.staff import staff_desk
from county_node.rpc.supervision import supervision
from county_node.rpc.year import year
from county_node.settings import CountySettings
from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import recount_told
from county_node.usecases.bench import LANE_UP, Bench
from county_node.usecases.disclosures import take_request
from county_node.usecases.review import review_arrivals
from kernel.notice import NoticeKind
from kernel.office import Office, Role, Tier
from xueji.attending.v1 import attending_pb2_grpc
from xueji.deadline.v1 import deadline_pb2_grpc
from xueji.desk.v1 import desk_pb2_grpc, paper_archive_pb2_grpc
from xueji.disclosure.v1 import disclosure_pb2_grpc
from xueji.evidence.v1 import evidence_pb2_grpc
from xueji.exchange.v1 import exchange_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2_grpc
from xueji.notice.v1 import notice_pb2_grpc
from xueji.numbers.v1 import county_pb2_grpc
from xueji.organisation.v1 import organisation_pb2_grpc
from xueji.record.v1 import record_pb2_grpc
from xueji.review.v1 import review_pb2_grpc
from xueji.staff.v1 import staff_pb2_grpc
from xueji.supervision.v1 import supervision_pb2_grpc
from xueji.term.v1 import term_pb2_grpc
from xueji.year.v1 import year_pb2_grpc

LANE_IDLE_SECONDS = 1.0  # how long a row that became due, or that another process wrote, may lie unseen


class App(Node[CountySettings, CountyTransaction]):
    """One node of an authority."""

    package = "county_node"
    transaction = CountyTransaction

    async def rooms(self, parts: Parts[CountyTransaction]) -> Rooms:
        settings = self.settings
        register = LiveRegister()
        await register.begin(parts.database, load_schools(settings.schools_file))
        bench = Bench(
            here=parts.here,
            hub=Office.parse(settings.upstream_office),
            register=register,
            sign=parts.sign,
            verify=parts.verify,
            packs=load_packs(settings.policies_dir),
            below=lambda: _schools_of(parts.here, register),
            superior=Office.parse(settings.superior_office) if settings.superior_office else None,
        )
        asked = partial(take_request, here=bench.here, register=bench.register)
        bench = replace(bench, arrivals={**review_arrivals(bench), NoticeKind.DISCLOSURE_REQUEST: asked})
        again = Recount(bench.here, bench.due, partial(recount_told, bench=bench))
        overseen = Overseen(register.schools, partial(bench.packs.in_force, bench.here.province))
        database, clock = parts.database, parts.clock
        await database.run(declare_staff, load_staff(settings.staff_file, parts.here))
        hub = open_channel(settings.upstream_address, office=bench.hub, tls=parts.tls)
        parts.closing.push_async_callback(hub.close)
        up = submitter(database, hub, bench=bench, clock=clock)
        down = follower(database, hub, bench=bench, clock=clock)
        notices_up = notice_relay(database, hub, bench=bench, clock=clock)
        watch = OverdueWatch(database, schools=bench.below, post=bench.notices, clock=clock)
        failed = parts.metrics.loop_failed
        wake, told = database.signal(f"outbox:{LANE_UP}"), database.signal(f"outbox:{LANE_NOTICES}")
        return Rooms(
            services=(
                Service(
                    exchange_pb2_grpc.add_IntakeServiceServicer_to_server,
                    intake(database, bench=bench, clock=clock),
                    "xueji.exchange.v1.IntakeService",
                ),
                Service(
                    exchange_pb2_grpc.add_FeedServiceServicer_to_server,
                    feed(database),
                    "xueji.exchange.v1.FeedService",
                ),
                Service(
                    desk_pb2_grpc.add_DeskServiceServicer_to_server,
                    desk(database, bench=bench, clock=clock),
                    "xueji.desk.v1.DeskService",
                ),
                Service(
                    notice_pb2_grpc.add_RelayServiceServicer_to_server,
                    notices.notice_relay(database, bench=bench, clock=clock),
                    "xueji.notice.v1.RelayService",
                ),
                Service(
                    notice_pb2_grpc.add_NoticeDeskServiceServicer_to_server,
                    notices.notice_desk(database, bench=bench, clock=clock),
                    "xueji.notice.v1.NoticeDeskService",
                ),
                Service(
                    paper_archive_pb2_grpc.add_PaperArchiveServiceServicer_to_server,
                    notices.paper_archive_desk(
                        database, bench=bench, schools=lambda: [one.code for one in bench.below()], clock=clock
                    ),
                    "xueji.desk.v1.PaperArchiveService",
                ),
                Service(
                    county_pb2_grpc.add_AllocationServiceServicer_to_server,
                    AllocationServicer(database, here=bench.here),
                    "xueji.numbers.v1.AllocationService",
                ),
                Service(
                    attending_pb2_grpc.add_AttendingServiceServicer_to_server,
                    attending_desk(database, bench=bench),
                    "xueji.attending.v1.AttendingService",
                ),
                Service(
                    evidence_pb2_grpc.add_EvidenceDeskServiceServicer_to_server,
                    evidence_desk(database, hub, bench=bench, clock=clock),
                    "xueji.evidence.v1.EvidenceDeskService",
                ),
                Service(
                    evidence_pb2_grpc.add_EvidenceRelayServiceServicer_to_server,
                    evidence_relay(database, hub, bench=bench, clock=clock),
                    "xueji.evidence.v1.EvidenceRelayService",
                ),
                Service(
                    disclosure_pb2_grpc.add_DisclosureServiceServicer_to_server,
                    DisclosureServicer(database, bench=bench, clock=clock),
                    "xueji.disclosure.v1.DisclosureService",
                ),
                Service(
                    staff_pb2_grpc.add_StaffDeskServiceServicer_to_server,
                    staff_desk(database, bench=bench, clock=clock),
                    "xueji.staff.v1.StaffDeskService",
                ),
                Service(
                    year_pb2_grpc.add_YearServiceServicer_to_server,
                    year(database, bench=bench, clock=clock),
                    "xueji.year.v1.YearService",
                ),
                Service(
                    review_pb2_grpc.add_ReviewServiceServicer_to_server,
                    review(database, bench=bench, clock=clock),
                    "xueji.review.v1.ReviewService",
                ),
                Service(
                    supervision_pb2_grpc.add_SupervisionServiceServicer_to_server,
                    supervision(database, bench=bench, clock=clock),
                    "xueji.supervision.v1.SupervisionService",
                ),
                Service(
                    inquiry_pb2_grpc.add_InquiryServiceServicer_to_server,
                    inquiry(inquiry_relay(hub, bench=bench), bench=bench),
                    "xueji.inquiry.v1.InquiryService",
                ),
                Service(
                    record_pb2_grpc.add_RecordServiceServicer_to_server,
                    RecordRelayServicer(
                        hub, above=bench.hub, here=bench.here, roles=(Role.OFFICER,), school=bench.register
                    ),
                    "xueji.record.v1.RecordService",
                ),
                Service(
                    deadline_pb2_grpc.add_DeadlineServiceServicer_to_server,
                    DeadlineServicer(database, watch=bench.watch, roles=(Role.OFFICER,), clock=clock),
                    "xueji.deadline.v1.DeadlineService",
                ),
                Service(
                    term_pb2_grpc.add_TermServiceServicer_to_server,
                    TermServicer(database, office=bench.here, overseen=overseen, clock=clock),
                    "xueji.term.v1.TermService",
                ),
                Service(
                    organisation_pb2_grpc.add_OrganisationServiceServicer_to_server,
                    AuthorityOrganisations(hub, bench=bench, register=register, clock=clock),
                    "xueji.organisation.v1.OrganisationService",
                ),
            ),
            loops=(
                register_loop(register, database, failed=failed),
                Loop("submit", up.step, wake=wake, idle_seconds=LANE_IDLE_SECONDS, failed=failed),
                deadline_loop(parts, bench.watch),
                calendar_loop(parts, settings.calendars_dir, again),
                Loop("notices", notices_up.step, wake=told, idle_seconds=LANE_IDLE_SECONDS, failed=failed),
                Loop("supervision", watch.step, idle_seconds=WATCH_IDLE_SECONDS, failed=failed),
                Loop(
                    "evidence-sweep",
                    EvidenceSweep(database, clock=clock).step,
                    idle_seconds=SWEEP_SECONDS,
                    failed=failed,
                ),
            ),
            listeners=(Loop("follow", down.step, idle_seconds=LANE_IDLE_SECONDS, failed=failed),),
            lanes=(LANE_UP, LANE_NOTICES),
            on_duty=duty(database, here=parts.here, clock=clock),
        )


def _schools_of(here: Office, register: LiveRegister) -> tuple[Office, ...]:
    """The schools of this authority today."""
    schools = register.dated.schools_now.items()
    return tuple(Office(Tier.SCHOOL, code) for code, school in schools if school.authority == here.code)
