"""A proof (证明材料) of a case, as the node has or fetches it."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.desk.person import Desk
from xueji.evidence.v1 import evidence_pb2


@dataclass(frozen=True)
class Shown:
    media_type: str
    content: bytes = field(repr=False)


def fetch_proof(desk: Desk, case_id: str, digest: bytes) -> Shown:
    """The document; raises as ``EvidenceDeskService.GetEvidence`` refuses."""
    request = evidence_pb2.GetEvidenceRequest(case_id=case_id, digest=digest)
    answers = desk.gather(lambda: desk.evidence.GetEvidence(request))
    media_type = next((one.header.media_type for one in answers if one.WhichOneof("part") == "header"), "")
    return Shown(media_type, b"".join(one.chunk for one in answers))
