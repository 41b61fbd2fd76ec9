"""Proofs at the school's desk: the registrar brings them, both look."""

from __future__ import annotations

import grpc

from chassis.evidence.reading import EvidenceReader
from chassis.evidence.servicers import EvidenceDeskServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def evidence_desk(
    database: Database[SchoolTransaction], authority: grpc.aio.Channel, *, office: SchoolOffice, clock: Clock
) -> EvidenceDeskServicer[SchoolTransaction]:
    """What a case of another school shows comes from the authority, as long as this school is party to it."""
    return EvidenceDeskServicer(
        database,
        EvidenceReader(database, above=lambda _: authority),
        office=office.here,
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        bringing=(Role.REGISTRAR,),
        clock=clock,
    )
