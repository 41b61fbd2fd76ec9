"""Builds a school's node: the only file that knows all its rooms."""

from __future__ import annotations

from chassis.deadlines.servicer import DeadlineServicer, calendar_loop, deadline_loop
from chassis.evidence.sweeping import SWEEP_SECONDS, EvidenceSweep
from chassis.inquiry.servicer_records import RecordRelayServicer
from chassis.loops import Loop
from chassis.node import Node, Parts, Rooms, Service
from chassis.notices import LANE_NOTICES
from chassis.organisations import LiveRegister
from chassis.organisations.following import register_loop
from chassis.organisations.servicer import OrganisationServicer
from chassis.packs import load_packs
from chassis.rpc import open_channel
from chassis.schools import load_schools
from chassis.staff.declared import load_staff
from chassis.staff.duty import duty
from chassis.staff.office import declare_staff
from kernel.office import Office, Role, Tier
from school_node.links.review import ReviewRoll
from school_node.links.upward import follower, inquiry_relay, notice_relay, submitter
from school_node.rpc.attending import attending_desk
from school_node.rpc.desk import desk
from school_node.rpc.disclosures import DisclosureServicer
from school_node.rpc.evidence import evidence_desk
from school_node.rpc.inquiry import inquiry
from school_node.rpc.notices import notice_desk, paper_archive_desk
from school_node.rpc.review import review
from school_node.rpc.roster import RosterServicer
from school_node.rpc.staff import staff_desk
from school_node.rpc.supervision import supervision
from school_node.rpc.year import year
from school_node.settings import SchoolSettings
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import LANE_UP, SchoolOffice
from school_node.usecases.review import ROLL_WANTED
from school_node.usecases.tell_county import tell_county
from xueji.attending.v1 import attending_pb2_grpc
from xueji.deadline.v1 import deadline_pb2_grpc
from xueji.desk.v1 import desk_pb2_grpc, paper_archive_pb2_grpc, roster_pb2_grpc
from xueji.disclosure.v1 import disclosure_pb2_grpc
from xueji.evidence.v1 import evidence_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2_grpc
from xueji.notice.v1 import notice_pb2_grpc
from xueji.organisation.v1 import organisation_pb2_grpc
from xueji.record.v1 import record_pb2_grpc
from xueji.review.v1 import review_pb2_grpc
from xueji.staff.v1 import staff_pb2_grpc
from xueji.supervision.v1 import supervision_pb2_grpc
from xueji.year.v1 import year_pb2_grpc

TERM_IDLE_SECONDS = 5.0  # a look is one row of the book, and a clock may be put forward
_BOTH = (Role.REGISTRAR, Role.PRINCIPAL)
LANE_IDLE_SECONDS = 1.0  # how long a row that became due, or that another process wrote, may lie unseen


class App(Node[SchoolSettings, SchoolTransaction]):
    """One node of a school."""

    package = "school_node"
    transaction = SchoolTransaction

    async def rooms(self, parts: Parts[SchoolTransaction]) -> Rooms:
        settings = self.settings
        register = LiveRegister()
        await register.begin(parts.database, load_schools(settings.schools_file))
        upstream = Office.parse(settings.upstream_office)
        life = register.dated.lives.get(parts.here.code, ())
        # One of before too: what was begun with it is finished there, before the node turns to the other.
        if upstream not in [Office(Tier.AUTHORITY, span.school.authority) for span in life]:
            raise ValueError(f"upstream_office {upstream} is no authority that the register has for {parts.here}")
        office = SchoolOffice(
            here=parts.here,
            upstream=upstream,
            register=register,
            sign=parts.sign,
            verify=parts.verify,
            packs=load_packs(settings.policies_dir),
        )
        database, clock = parts.database, parts.clock
        await database.run(declare_staff, load_staff(settings.staff_file, parts.here))
        authority = open_channel(settings.upstream_address, office=office.upstream, tls=parts.tls)
        parts.closing.push_async_callback(authority.close)
        up = submitter(database, authority, office=office, clock=clock)
        down = follower(database, authority, office=office, clock=clock)
        notices = notice_relay(database, authority, office=office, clock=clock)
        relay = inquiry_relay(authority, office=office)
        roll = ReviewRoll(database, relay, post=office.notices, clock=clock)
        failed = parts.metrics.loop_failed
        wake, told = database.signal(f"outbox:{LANE_UP}"), database.signal(f"outbox:{LANE_NOTICES}")
        return Rooms(
            services=(
                Service(
                    desk_pb2_grpc.add_DeskServiceServicer_to_server,
                    desk(database, office=office, clock=clock),
                    "xueji.desk.v1.DeskService",
                ),
                Service(
                    roster_pb2_grpc.add_RosterServiceServicer_to_server,
                    RosterServicer(database, office=office, clock=clock),
                    "xueji.desk.v1.RosterService",
                ),
                Service(
                    notice_pb2_grpc.add_NoticeDeskServiceServicer_to_server,
                    notice_desk(database, office=office, clock=clock),
                    "xueji.notice.v1.NoticeDeskService",
                ),
                Service(
                    paper_archive_pb2_grpc.add_PaperArchiveServiceServicer_to_server,
                    paper_archive_desk(database, office=office, clock=clock),
                    "xueji.desk.v1.PaperArchiveService",
                ),
                Service(
                    attending_pb2_grpc.add_AttendingServiceServicer_to_server,
                    attending_desk(database, office=office),
                    "xueji.attending.v1.AttendingService",
                ),
                Service(
                    evidence_pb2_grpc.add_EvidenceDeskServiceServicer_to_server,
                    evidence_desk(database, authority, office=office, clock=clock),
                    "xueji.evidence.v1.EvidenceDeskService",
                ),
                Service(
                    staff_pb2_grpc.add_StaffDeskServiceServicer_to_server,
                    staff_desk(database, office=office, clock=clock),
                    "xueji.staff.v1.StaffDeskService",
                ),
                Service(
                    year_pb2_grpc.add_YearServiceServicer_to_server,
                    year(database, office=office, clock=clock),
                    "xueji.year.v1.YearService",
                ),
                Service(
                    review_pb2_grpc.add_ReviewServiceServicer_to_server,
                    review(database, office=office, clock=clock),
                    "xueji.review.v1.ReviewService",
                ),
                Service(
                    supervision_pb2_grpc.add_SupervisionServiceServicer_to_server,
                    supervision(database, office=office, clock=clock),
                    "xueji.supervision.v1.SupervisionService",
                ),
                Service(
                    disclosure_pb2_grpc.add_DisclosureServiceServicer_to_server,
                    DisclosureServicer(database, office=office, clock=clock),
                    "xueji.disclosure.v1.DisclosureService",
                ),
                Service(
                    inquiry_pb2_grpc.add_InquiryServiceServicer_to_server,
                    inquiry(relay, office=office),
                    "xueji.inquiry.v1.InquiryService",
                ),
                Service(
                    record_pb2_grpc.add_RecordServiceServicer_to_server,
                    RecordRelayServicer(
                        authority, above=office.upstream, here=office.here, roles=_BOTH, school=office.register
                    ),
                    "xueji.record.v1.RecordService",
                ),
                Service(
                    deadline_pb2_grpc.add_DeadlineServiceServicer_to_server,
                    DeadlineServicer(database, watch=office.watch, roles=_BOTH, clock=clock),
                    "xueji.deadline.v1.DeadlineService",
                ),
                Service(
                    organisation_pb2_grpc.add_OrganisationServiceServicer_to_server,
                    OrganisationServicer(here=parts.here, roles=_BOTH, register=register, clock=clock),
                    "xueji.organisation.v1.OrganisationService",
                ),
            ),
            loops=(
                register_loop(register, database, failed=failed),
                Loop("submit", up.step, wake=wake, idle_seconds=LANE_IDLE_SECONDS, failed=failed),
                deadline_loop(parts, office.watch),
                calendar_loop(parts, settings.calendars_dir, office.recount),
                _term_notice(parts, office),
                Loop("notices", notices.step, wake=told, idle_seconds=LANE_IDLE_SECONDS, failed=failed),
                Loop(
                    "review-roll",
                    roll.step,
                    wake=database.signal(ROLL_WANTED),
                    idle_seconds=LANE_IDLE_SECONDS,
                    failed=failed,
                ),
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


def _term_notice(parts: Parts[SchoolTransaction], office: SchoolOffice) -> Loop:
    """A directly run school tells the county of each term (Art. 18), by itself."""

    async def step() -> bool:
        await parts.database.run(tell_county, now=parts.clock.now(), office=office)
        return False

    return Loop("term-notice", step, idle_seconds=TERM_IDLE_SECONDS, failed=parts.metrics.loop_failed)
