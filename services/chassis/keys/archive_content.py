"""The content of an archive under way: chunks under AES-256-GCM, one key per archive.

The key travels in the sealed release, the chunks by another road (gRPC). A chunk's place is its nonce, so chunks cannot
be swapped or repeated; that none is missing at the end, the digest of the whole says (``kernel.archive``).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.refusals import ArchiveCorrupt

_KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True)
class ContentKey:
    """The key of one archive. Under one key a chunk index is encrypted once, with one content, and never again."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != _KEY_BYTES:
            raise ArchiveCorrupt(why="档案密钥长度不符")

    @classmethod
    def new(cls) -> Self:
        return cls(AESGCM.generate_key(bit_length=_KEY_BYTES * 8))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Raises ArchiveCorrupt when the text is no key."""
        try:
            return cls(base64.b64decode(text, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError) as malformed:
            raise ArchiveCorrupt(why="档案密钥无法读取") from malformed

    def to_text(self) -> str:
        """The key in base64url, for a sealed letter and for nothing else."""
        return base64.urlsafe_b64encode(self.secret).decode("ascii")

    def encrypt(self, chunk_index: int, content: bytes) -> bytes:
        """The chunk with its 16-byte tag behind it."""
        return AESGCM(self.secret).encrypt(_nonce(chunk_index), content, None)

    def decrypt(self, chunk_index: int, content: bytes) -> bytes:
        """Raises ArchiveCorrupt when it is not the chunk of this place, or was altered."""
        try:
            return AESGCM(self.secret).decrypt(_nonce(chunk_index), content, None)
        except (InvalidTag, ValueError) as altered:
            raise ArchiveCorrupt(why=f"第 {chunk_index + 1} 段无法解密") from altered


def _nonce(chunk_index: int) -> bytes:
    return chunk_index.to_bytes(_NONCE_BYTES, "big")
