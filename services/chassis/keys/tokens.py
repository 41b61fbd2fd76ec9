"""Short keyed hashes of what people are compared by: equal for equal texts, and many texts to one."""

from __future__ import annotations

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_REMEMBERED = 1 << 17  # names, syllables and days come up again and again; a guardian's number does not


class Tokens:
    """64 bits of HMAC-SHA-256 (RFC 2104), as PostgreSQL's signed bigint has them.

    Args:
        secret: 32 bytes or more. The key is derived from it (HKDF, RFC 5869), so that it may serve for fingerprints too
            and neither table helps to read the other.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _KEY_BYTES:
            raise ValueError(f"a token key is derived from {_KEY_BYTES} bytes or more")
        key = HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=b"xueji tokens").derive(secret)
        self._empty = hmac.new(key, digestmod="sha256")
        self._remembered = lru_cache(_REMEMBERED)(self._token)

    def __call__(self, kind: str, text: str) -> int:
        """Equal texts of two kinds differ."""
        return self._remembered(kind, text)

    def _token(self, kind: str, text: str) -> int:
        digest = self._empty.copy()
        digest.update(f"{kind}\0{text}".encode())
        return int.from_bytes(digest.digest()[:8], "big", signed=True)
