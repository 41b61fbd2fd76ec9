"""Proofs from a terminal: brought before the case that names them, looked at beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from console.desk import CHUNK_BYTES, Desk
from kernel.evidence import EVIDENCE_BYTES_MAX, EvidenceKind, sniffed
from kernel.refusals import EvidenceTooLarge, EvidenceTypeNotAllowed, RequestMalformed
from xueji.common.v1 import case_pb2
from xueji.evidence.v1 import evidence_pb2


async def put(opened: Desk, path: Path, kind: EvidenceKind, *, item_id: str = "") -> case_pb2.Evidence:
    """Bring a file; what a case is to name. The same file again is answered as before.

    Args:
        item_id: the pupil of the case whom it is about; empty where it is about the whole case.

    Raises:
        OSError: the file cannot be read.
        EvidenceTooLarge, EvidenceTypeNotAllowed: seen here already.
        Refusal: what the office said.
    """
    return await put_content(opened, await asyncio.to_thread(_read, path), kind, item_id=item_id)


async def put_content(opened: Desk, content: bytes, kind: EvidenceKind, *, item_id: str = "") -> case_pb2.Evidence:
    """As ``put``, of content that is at hand."""
    media_type = sniffed(content)
    if media_type is None:
        raise EvidenceTypeNotAllowed(field="evidence", given="其他内容")
    kept: evidence_pb2.PutEvidenceResponse = await opened.evidence.PutEvidence(_pieces(content, media_type.value))
    return case_pb2.Evidence(digest=kept.digest, media_type=kept.media_type, kind=kind.value, item_id=item_id)


async def get(opened: Desk, case_id: str, digest: bytes) -> tuple[evidence_pb2.GetEvidenceResponse.Header, bytes]:
    """A proof of a case that this office has, or that the archive of one of its records names."""
    header = evidence_pb2.GetEvidenceResponse.Header()
    content = bytearray()
    async for answer in opened.evidence.GetEvidence(evidence_pb2.GetEvidenceRequest(case_id=case_id, digest=digest)):
        if answer.WhichOneof("part") == "header":
            header = answer.header
        content += answer.chunk
    return header, bytes(content)


async def _pieces(content: bytes, media_type: str) -> AsyncIterator[evidence_pb2.PutEvidenceRequest]:
    header = evidence_pb2.PutEvidenceRequest.Header(media_type=media_type, size_bytes=len(content))
    yield evidence_pb2.PutEvidenceRequest(header=header)
    for start in range(0, len(content), CHUNK_BYTES):
        yield evidence_pb2.PutEvidenceRequest(chunk=content[start : start + CHUNK_BYTES])


def parse_named(text: str) -> tuple[EvidenceKind, Path]:
    """``household_register=户口簿.jpg`` as a kind and a file.

    Raises:
        EvidenceKindUnknown: there is no such kind. RequestMalformed: there is no ``=``, or nothing behind it.
    """
    kind, separator, file = text.partition("=")
    if not separator or not file:
        raise RequestMalformed(field="evidence", why="证明材料应写作 种类=文件")
    return EvidenceKind.parse(kind), Path(file)


def _read(path: Path) -> bytes:
    # One byte more than may be: a file of any size is never read whole.
    with path.open("rb") as file:
        content = file.read(EVIDENCE_BYTES_MAX + 1)
    if len(content) > EVIDENCE_BYTES_MAX:
        raise EvidenceTooLarge(field="evidence", most=f"{EVIDENCE_BYTES_MAX // 2**20} MB")
    return content
