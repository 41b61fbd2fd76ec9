"""What the national index keeps instead of documents and numbers: keyed fingerprints, and numbers under encryption."""

from __future__ import annotations

import hmac
import os
import uuid
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.refusals import SealUnreadable

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FINGERPRINT_BYTES = 16  # 128 bits: ample for 300 million persons, and half the index of a full digest


class Fingerprinter:
    """Fingerprints under a key, so that a stolen table cannot be tried against all possible document numbers.

    Args:
        key: 32 secret bytes or more.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise ValueError(f"a fingerprint key has {_KEY_BYTES} bytes or more")
        self._key = key

    def of(self, kind: str, text: str) -> uuid.UUID:
        """HMAC-SHA-256 (RFC 2104) of the kind and the text, its first 128 bits; equal texts of two kinds differ."""
        digest = hmac.digest(self._key, kind.encode() + b"\0" + text.encode(), "sha256")
        return uuid.UUID(bytes=digest[:_FINGERPRINT_BYTES])


class NumberSeal:
    """Student numbers encrypted for storage: one version byte, a random 12-byte nonce, AES-256-GCM with its tag.

    Args:
        key: 32 secret bytes: the key that seals from now on.
        version: its version, 0 to 255, written in front of what it seals.
        former: keys by version that only open any more, while their rows wait to be sealed again.
    """

    def __init__(self, key: bytes, *, version: int = 1, former: Mapping[int, bytes] | None = None) -> None:
        keys = {**(former or {}), version: key}
        if any(len(one) != _KEY_BYTES for one in keys.values()):
            raise ValueError(f"a number key has {_KEY_BYTES} bytes")
        self._prefix = bytes([version])
        self._ciphers = {bytes([of]): AESGCM(one) for of, one in keys.items()}

    def seal(self, number: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return self._prefix + nonce + self._ciphers[self._prefix].encrypt(nonce, number.encode(), self._prefix)

    def open(self, sealed: bytes) -> str:
        """Raises SealUnreadable when it was altered, or sealed under a key that is not here."""
        prefix, nonce, content = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        cipher = self._ciphers.get(prefix)
        if cipher is None:
            raise SealUnreadable(why="密钥版本不在本机")
        try:
            return cipher.decrypt(nonce, content, prefix).decode()
        except (InvalidTag, ValueError) as altered:
            raise SealUnreadable(why="内容被改动或无法读取") from altered
