"""Proofs at the authority: brought by its schools before their cases, seen by its officers and by schools it asks."""

from __future__ import annotations

import grpc

from chassis.evidence.reading import Asked, EvidenceReader
from chassis.evidence.servicers import EvidenceDeskServicer, EvidenceRelayServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import Clock
from kernel.office import Office, Role, Tier
from kernel.refusals import OutsideJurisdiction
from xueji.evidence.v1 import evidence_pb2

_OFFICERS = (Role.OFFICER,)


def evidence_desk(
    database: Database[CountyTransaction], hub: grpc.aio.Channel, *, bench: Bench, clock: Clock
) -> EvidenceDeskServicer[CountyTransaction]:
    return EvidenceDeskServicer(
        database, _reader(database, hub), office=bench.here, roles=_OFFICERS, bringing=_OFFICERS, clock=clock
    )


def evidence_relay(
    database: Database[CountyTransaction], hub: grpc.aio.Channel, *, bench: Bench, clock: Clock
) -> EvidenceRelayServicer[CountyTransaction]:
    """Schools of this authority send; those that are party to a case, or have the record, are shown."""

    def require_sender(sender: Office) -> None:
        if bench.register.answers_for(sender.code) != bench.here.code:
            raise OutsideJurisdiction(office=str(sender), what=f"向{bench.here}上报")

    def asked(request: evidence_pb2.GetRequest, school: Office) -> Asked:
        require_sender(school)

        def require_party(schools: tuple[str, ...]) -> None:
            if school.code not in schools:
                raise OutsideJurisdiction(office=str(school), what="本业务")

        return Asked(request.case_id, request.digest.hex(), school=school.code, require_party=require_party)

    return EvidenceRelayServicer(
        database,
        _reader(database, hub),
        senders=(Tier.SCHOOL,),
        asking=(Tier.SCHOOL,),
        require_sender=require_sender,
        asked=asked,
        clock=clock,
    )


def _reader(database: Database[CountyTransaction], hub: grpc.aio.Channel) -> EvidenceReader[CountyTransaction]:
    return EvidenceReader(database, above=lambda _: hub)
