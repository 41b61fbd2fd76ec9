"""Documents as they cross the wire: a header, then pieces. Desk and relay speak alike, each in messages of its own."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from typing import Any

from chassis.evidence.store import Proof
from kernel.evidence import EVIDENCE_BYTES_MAX, require_acceptable
from kernel.refusals import EvidenceNotFound, EvidenceTooLarge, RequestMalformed

CHUNK_BYTES = 256 * 1024


def chunks(content: bytes) -> Iterator[bytes]:
    """The content in pieces of ``CHUNK_BYTES``, in order; the last may be shorter."""
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]


async def take(requests: AsyncIterable[Any]) -> tuple[Any, bytes]:
    """The header and the whole content of what a caller sends.

    Raises:
        EvidenceTooLarge: more than ``EVIDENCE_BYTES_MAX``; nothing beyond it was kept in memory.
        RequestMalformed: the header is not the first part, or not the only one.
    """
    header: Any = None
    content = bytearray()
    async for request in requests:
        is_header = request.WhichOneof("part") == "header"
        if is_header != (header is None):
            raise RequestMalformed(field="header", why="先说明文件，再传内容")
        if is_header:
            header = request.header
        elif len(content) + len(request.chunk) > EVIDENCE_BYTES_MAX:
            raise EvidenceTooLarge(field="evidence", most=f"{EVIDENCE_BYTES_MAX // 2**20} MB")
        else:
            content += request.chunk
    if header is None:
        raise RequestMalformed(field="header", why="先说明文件，再传内容")
    return header, bytes(content)


async def taken_from(answers: AsyncIterable[Any], *, digest: str) -> Proof:
    """What another office answered, found to be what was asked for.

    Raises:
        EvidenceNotFound: it is something else, or not whole.
        EvidenceTooLarge, EvidenceTypeNotAllowed, EvidenceContentMismatch: it is not what evidence may be.
    """
    header, content = await take(answers)
    proof = Proof(require_acceptable(content, header.media_type), content)
    if proof.digest != digest:
        raise EvidenceNotFound(field="digest")
    return proof
