"""The hub's doors: each conversation with what answers it."""

from __future__ import annotations

from collections.abc import Callable

import grpc

from chassis.deadlines.servicer import DeadlineServicer
from chassis.node import Parts, Service
from kernel.office import Role
from kernel.titles import Titles
from province_hub.rpc import notices
from province_hub.rpc.archive import ArchiveServicer
from province_hub.rpc.attending import attending_service
from province_hub.rpc.decisions import DecisionServicer
from province_hub.rpc.desk import desk
from province_hub.rpc.evidence import evidence_desk, evidence_reader, evidence_relay
from province_hub.rpc.feed import feed
from province_hub.rpc.intake import intake
from province_hub.rpc.record import RecordServicer
from province_hub.rpc.staff import staff_desk
from province_hub.rpc.supervision import supervision
from province_hub.rpc.year import YearServicer
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import Handshake
from xueji.deadline.v1 import deadline_pb2_grpc
from xueji.decision.v1 import decision_pb2_grpc
from xueji.desk.v1 import desk_pb2_grpc
from xueji.evidence.v1 import evidence_pb2_grpc
from xueji.exchange.v1 import exchange_pb2_grpc
from xueji.notice.v1 import notice_pb2_grpc
from xueji.record.v1 import record_pb2_grpc
from xueji.staff.v1 import staff_pb2_grpc
from xueji.supervision.v1 import supervision_pb2_grpc
from xueji.transfer.v1 import archive_pb2_grpc
from xueji.year.v1 import year_pb2_grpc


def doors(
    parts: Parts[HubTransaction],
    rules: Rules,
    handshake: Handshake,
    *,
    peer: Callable[[str], grpc.aio.Channel | None],
) -> tuple[Service, ...]:
    """The services that need nothing but the hub's own rules and handshake.

    Args:
        peer: a line to another province's hub; None where there is none.
    """
    database, clock = parts.database, parts.clock
    reader = evidence_reader(database, here=parts.here, peer=peer)
    return (
        Service(
            exchange_pb2_grpc.add_IntakeServiceServicer_to_server,
            intake(database, rules=rules, handshake=handshake, clock=clock),
            "xueji.exchange.v1.IntakeService",
        ),
        Service(exchange_pb2_grpc.add_FeedServiceServicer_to_server, feed(database), "xueji.exchange.v1.FeedService"),
        Service(
            desk_pb2_grpc.add_DeskServiceServicer_to_server,
            desk(database, rules=rules, handshake=handshake, clock=clock),
            "xueji.desk.v1.DeskService",
        ),
        Service(
            deadline_pb2_grpc.add_DeadlineServiceServicer_to_server,
            DeadlineServicer(database, watch=handshake.watch, roles=(Role.OFFICER,), clock=clock),
            "xueji.deadline.v1.DeadlineService",
        ),
        Service(
            decision_pb2_grpc.add_DecisionServiceServicer_to_server,
            DecisionServicer(database, rules=rules),
            "xueji.decision.v1.DecisionService",
        ),
        Service(
            year_pb2_grpc.add_YearServiceServicer_to_server,
            YearServicer(database, rules=rules, clock=clock),
            "xueji.year.v1.YearService",
        ),
        Service(
            archive_pb2_grpc.add_ArchiveServiceServicer_to_server,
            ArchiveServicer(database),
            "xueji.transfer.v1.ArchiveService",
        ),
        Service(
            record_pb2_grpc.add_RecordServiceServicer_to_server,
            RecordServicer(database, here=parts.here, register=rules.register, titles=Titles(rules.packs)),
            "xueji.record.v1.RecordService",
        ),
        Service(
            notice_pb2_grpc.add_RelayServiceServicer_to_server,
            notices.notice_relay(database, post=handshake.notices, clock=clock),
            "xueji.notice.v1.RelayService",
        ),
        Service(
            notice_pb2_grpc.add_NoticeDeskServiceServicer_to_server,
            notices.notice_desk(database, post=handshake.notices, clock=clock),
            "xueji.notice.v1.NoticeDeskService",
        ),
        Service(
            staff_pb2_grpc.add_StaffDeskServiceServicer_to_server,
            staff_desk(database, post=handshake.notices, clock=clock),
            "xueji.staff.v1.StaffDeskService",
        ),
        Service(
            supervision_pb2_grpc.add_SupervisionServiceServicer_to_server,
            supervision(database, post=handshake.notices, clock=clock),
            "xueji.supervision.v1.SupervisionService",
        ),
        attending_service(database, here=parts.here),
        Service(
            evidence_pb2_grpc.add_EvidenceDeskServiceServicer_to_server,
            evidence_desk(database, reader, here=parts.here, clock=clock),
            "xueji.evidence.v1.EvidenceDeskService",
        ),
        Service(
            evidence_pb2_grpc.add_EvidenceRelayServiceServicer_to_server,
            evidence_relay(database, reader, here=parts.here, register=handshake.register, clock=clock),
            "xueji.evidence.v1.EvidenceRelayService",
        ),
    )
