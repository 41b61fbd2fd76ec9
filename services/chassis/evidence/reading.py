"""One proof: from this office's own store, or from the office above, through which its case or its record came down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import grpc

from chassis.evidence.rules import named_in
from chassis.evidence.store import Proof
from chassis.evidence.wire import taken_from
from chassis.ledger import Ledgered
from chassis.sql import Database
from kernel.case import Case
from kernel.refusals import CaseNotFound, EvidenceNotFound
from xueji.evidence.v1 import evidence_pb2, evidence_pb2_grpc

ASKING_SECONDS = 30.0

TX = TypeVar("TX", bound=Ledgered)
TX_contra = TypeVar("TX_contra", bound=Ledgered, contravariant=True)

# Whom to ask for a proof that is not here; told the case where it is known here. None where there is nobody to ask.
Above = Callable[[Case | None], grpc.aio.Channel | None]


class Records(Protocol[TX_contra]):
    """Codes of the schools at which the records are, of this hub, whose history names the proof by that case."""

    def __call__(self, tx: TX_contra, case_id: str, digest: str, /) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Asked:
    """Which proof, and for whom.

    Attributes:
        school: code of the school for which an authority asks; empty where it asks for itself.
        require_party: raises where the asking office has no part, told the codes of the schools that have.
    """

    case_id: str
    digest: str
    school: str = ""
    require_party: Callable[[tuple[str, ...]], None] = lambda _: None


class EvidenceReader(Generic[TX]):
    """Reads proofs.

    A proof belongs to a case that this office has, or to the history of a record: a pupil's new school goes on with the
    archive that it received (Article 16), and that archive's cases were another office's. Where neither is known here,
    the office above decides.

    Args:
        records: of a hub, which has the histories.
    """

    def __init__(self, database: Database[TX], *, above: Above, records: Records[TX] | None = None) -> None:
        self._database = database
        self._above = above
        self._records = records

    async def read(self, asked: Asked) -> Proof:
        """The document.

        Raises:
            CaseNotFound: no such case here or above. EvidenceNotFound: the case names no such document, or nobody has
                it any more.
            OutsideJurisdiction: neither case nor record concerns the asking office.
            Unreachable: the office above, where it would be, does not answer.
        """
        found = await self._database.run(_look, asked, self._records)
        if found is not None:
            asked.require_party(found.schools)
            if found.proof is not None:
                return found.proof
        channel = self._above(found.case if found else None)
        if channel is None:
            raise EvidenceNotFound(field="digest") if found else CaseNotFound(field="case_id")
        # Shown, not kept: the family's papers are for the side that the pupil goes to.
        request = evidence_pb2.GetRequest(
            case_id=asked.case_id, digest=bytes.fromhex(asked.digest), asking_school=asked.school
        )
        answers = evidence_pb2_grpc.EvidenceRelayServiceStub(channel).Get(request, timeout=ASKING_SECONDS)
        return await taken_from(answers, digest=asked.digest)


@dataclass(frozen=True)
class _Found:
    case: Case | None
    schools: tuple[str, ...]
    proof: Proof | None


def _look(tx: TX, asked: Asked, records: Records[TX] | None) -> _Found | None:
    """What is known here of the proof; None where neither case nor record is."""
    known = tx.cases.find(asked.case_id)
    if known is not None:
        case = known.case
        named_in(case, asked.digest)
        return _Found(case, (case.school, case.releasing_school), tx.evidence.find(asked.digest))
    schools = records(tx, asked.case_id, asked.digest) if records else ()
    return _Found(None, schools, tx.evidence.find(asked.digest)) if schools else None
