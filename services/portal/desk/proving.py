"""Proofs (证明材料) brought to the desk before the case that names them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO

from kernel.evidence import EVIDENCE_BYTES_MAX, EvidenceKind, sniffed
from kernel.refusals import EvidenceTooLarge, EvidenceTypeNotAllowed
from portal.desk.person import Desk
from xueji.common.v1 import case_pb2
from xueji.evidence.v1 import evidence_pb2

CHUNK_BYTES = 256 * 1024
_NAME_MAX = 100


@dataclass(frozen=True)
class Proof:
    """A proof that was brought. ``name`` is what the person's file was called; the node does not know it."""

    kind: EvidenceKind
    digest: str
    media_type: str
    name: str

    @property
    def token(self) -> str:
        """As a form carries it until the case is filed; that it was brought, the node checks."""
        return "|".join((self.kind.value, self.digest, self.media_type, self.name))

    @property
    def message(self) -> case_pb2.Evidence:
        return case_pb2.Evidence(digest=bytes.fromhex(self.digest), media_type=self.media_type, kind=self.kind.value)


def read_proof(token: str) -> Proof:
    """A proof as a form carries it.

    Raises:
        EvidenceKindUnknown: of no known kind. ValueError: it is none.
    """
    kind, digest, media_type, name = token.split("|", 3)
    bytes.fromhex(digest)
    return Proof(EvidenceKind.parse(kind), digest, media_type, name[:_NAME_MAX])


def put_proof(desk: Desk, file: IO[bytes], kind: EvidenceKind, *, name: str) -> Proof:
    """Bring a file. The same file again is answered as before.

    Raises:
        EvidenceTooLarge, EvidenceTypeNotAllowed: seen here already.
        Refusal: what the node said.
    """
    content = file.read(EVIDENCE_BYTES_MAX + 1)
    if len(content) > EVIDENCE_BYTES_MAX:
        raise EvidenceTooLarge(field="evidence", most=f"{EVIDENCE_BYTES_MAX // 2**20} MB")
    media_type = sniffed(content)
    if media_type is None:
        raise EvidenceTypeNotAllowed(field="evidence", given="其他内容")
    kept = desk.run(_put(desk, content, media_type.value))
    return Proof(kind, kept.digest.hex(), kept.media_type, name.replace("|", "")[-_NAME_MAX:])


async def _put(desk: Desk, content: bytes, media_type: str) -> evidence_pb2.PutEvidenceResponse:
    return await desk.evidence.PutEvidence(_pieces(content, media_type))


async def _pieces(content: bytes, media_type: str) -> AsyncIterator[evidence_pb2.PutEvidenceRequest]:
    header = evidence_pb2.PutEvidenceRequest.Header(media_type=media_type, size_bytes=len(content))
    yield evidence_pb2.PutEvidenceRequest(header=header)
    for start in range(0, len(content), CHUNK_BYTES):
        yield evidence_pb2.PutEvidenceRequest(chunk=content[start : start + CHUNK_BYTES])
