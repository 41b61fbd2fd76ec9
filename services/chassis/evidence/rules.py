"""When a case may be remembered, as far as its evidence goes. Called in the transaction that remembers it."""

from __future__ import annotations

from chassis.ledger import Ledgered
from kernel.case import Case, Evidence
from kernel.evidence import EvidenceKind, MediaType
from kernel.refusals import EvidenceNotFound, EvidenceNotReceived, EvidenceTypeNotAllowed


def require_filed(tx: Ledgered, case: Case) -> None:
    """At the office that files: every proof is of a known kind, and its content has been brought.

    Raises:
        EvidenceKindUnknown, EvidenceTypeNotAllowed: not of the closed lists.
        EvidenceNotReceived: content that nobody brought here, or so long ago that it is forgotten.
    """
    for evidence in case.evidence:
        EvidenceKind.parse(evidence.kind)
        if evidence.media_type not in list(MediaType):
            raise EvidenceTypeNotAllowed(field="evidence", given=evidence.media_type[:40])
    if tx.evidence.name(evidence.digest for evidence in case.evidence):
        raise EvidenceNotReceived(field="evidence")


def require_received(tx: Ledgered, case: Case) -> None:
    """At the office above: a case that comes from below is taken when what it names is here (Article 13).

    A case that is known here came down, or came up before: its content is where it was first filed, or here already.

    Raises:
        EvidenceNotReceived: it is not; the office below sends it, and then the case again.
    """
    if tx.evidence.name(evidence.digest for evidence in case.evidence) and tx.cases.find(case.case_id) is None:
        raise EvidenceNotReceived(field="evidence")


def named_in(case: Case, digest: str) -> Evidence:
    """The case's evidence of that digest. Raises EvidenceNotFound where it names no such."""
    for evidence in case.evidence:
        if evidence.digest == digest:
            return evidence
    raise EvidenceNotFound(field="digest")
