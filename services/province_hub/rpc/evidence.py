"""Proofs at the hub: sent by authorities before their cases, shown to those it asks, here and in other provinces."""

from __future__ import annotations

from collections.abc import Callable

import grpc

from chassis.evidence.reading import Asked, EvidenceReader
from chassis.evidence.servicers import EvidenceDeskServicer, EvidenceRelayServicer
from chassis.sql import Database
from kernel.case import Case
from kernel.clock import Clock
from kernel.endorsement import Register
from kernel.office import Office, Role, Tier
from kernel.refusals import OutsideJurisdiction
from province_hub.store.transaction import HubTransaction
from xueji.evidence.v1 import evidence_pb2

_OFFICERS = (Role.OFFICER,)

# A channel to the hub of a province, or None where this hub speaks to no other.
Peer = Callable[[str], grpc.aio.Channel | None]


def evidence_reader(database: Database[HubTransaction], *, here: Office, peer: Peer) -> EvidenceReader[HubTransaction]:
    """What another province's school filed is asked of that province's hub; above a hub is nobody."""

    def above(case: Case | None) -> grpc.aio.Channel | None:
        return peer(case.school[2:4]) if case is not None and case.school[2:4] != here.code else None

    return EvidenceReader(database, above=above, records=_schools_of_records)


def evidence_desk(
    database: Database[HubTransaction], reader: EvidenceReader[HubTransaction], *, here: Office, clock: Clock
) -> EvidenceDeskServicer[HubTransaction]:
    return EvidenceDeskServicer(database, reader, office=here, roles=_OFFICERS, bringing=_OFFICERS, clock=clock)


def evidence_relay(
    database: Database[HubTransaction],
    reader: EvidenceReader[HubTransaction],
    *,
    here: Office,
    register: Register,
    clock: Clock,
) -> EvidenceRelayServicer[HubTransaction]:
    """The province's authorities send; authorities and hubs that are party to a case, or have the record, are shown."""

    def require_sender(sender: Office) -> None:
        if sender.province != here.code:
            raise OutsideJurisdiction(office=str(sender), what=f"向{here}上报")

    def asked(request: evidence_pb2.GetRequest, office: Office) -> Asked:
        def require_party(schools: tuple[str, ...]) -> None:
            # An authority asks for its school alone, where it asks for a school: each school sees its own.
            concerned = tuple(code for code in schools if request.asking_school in ("", code))
            if office not in _parties(concerned, here=here, register=register):
                raise OutsideJurisdiction(office=str(office), what="本业务")

        return Asked(request.case_id, request.digest.hex(), require_party=require_party)

    return EvidenceRelayServicer(
        database,
        reader,
        senders=(Tier.AUTHORITY,),
        asking=(Tier.AUTHORITY, Tier.PROVINCE),
        require_sender=require_sender,
        asked=asked,
        clock=clock,
    )


def _parties(schools: tuple[str, ...], *, here: Office, register: Register) -> set[Office]:
    """The authorities of the schools in this province, and other provinces where schools are theirs."""
    parties = set()
    for code in filter(None, schools):
        ours = code[2:4] == here.code
        answering = register.answers_for(code) if ours else None
        if answering is not None:
            parties.add(Office(Tier.AUTHORITY, answering))
        elif not ours:
            parties.add(Office(Tier.PROVINCE, code[2:4]))
    return parties


def _schools_of_records(tx: HubTransaction, case_id: str, digest: str, /) -> tuple[str, ...]:
    return tx.students.schools_with_proof(case_id, digest)
