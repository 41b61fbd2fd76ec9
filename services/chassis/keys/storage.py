"""What the tables by which every child can be found hold: fingerprints and numbers under a key that can be replaced.

A fingerprint (``Fingerprinter``) can be made again from a document alone, which the index does not have; so what it
stores is that fingerprint encrypted once more, and a new key needs nothing but the old one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.keys.fingerprints import Fingerprinter
from kernel.refusals import KeyNotHere

_KEY_BYTES = 32
_BLOCK_BYTES = 16
STORAGE_KEY_VERSION_MAX = 32767  # as the database counts them (smallint)
# A number as half-bytes: thirteen zeros, the letter, seventeen digits, and the last character.
_NUMBER_CHARACTERS = 19
_ZEROS = "0" * (2 * _BLOCK_BYTES - _NUMBER_CHARACTERS)
_LETTERS = {"G": "1", "L": "2", "J": "3"}
_TO_HALF_BYTES = str.maketrans({**_LETTERS, "X": "A"})
_TO_LETTER = {half_byte: letter for letter, half_byte in _LETTERS.items()}
_DIGITS, _LAST_CHARACTERS = frozenset("0123456789"), frozenset("0123456789X")


class StorageKey:
    """One version of the key. Equal things are equal under it, and a column costs one call.

    AES-256 of single blocks (FIPS 197): no two fingerprints and no two numbers are equal, so there is nothing for a
    mode to hide. A number fills 76 of its 128 bits; the other 52 are zeros, by which an opened block is known to be a
    number of this key. Fingerprints and numbers have a key each, derived from the secret (HKDF, RFC 5869).

    Args:
        secret: 32 bytes.

    Attributes:
        check: tells this key from another one, and nothing else of it.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _KEY_BYTES:
            raise ValueError(f"a storage key has {_KEY_BYTES} bytes")
        self._handles = Cipher(AES256(_derived(secret, b"xueji handles")), ECB())  # noqa: S305 - single blocks
        self._numbers = Cipher(AES256(_derived(secret, b"xueji numbers")), ECB())  # noqa: S305
        self.check = check_of(secret)

    def wrap(self, fingerprints: Sequence[bytes]) -> list[bytes]:
        """A column of fingerprints, as it is stored; 0.2 µs each."""
        return _blocks(self._handles.encryptor().update(b"".join(fingerprints)))

    def unwrap(self, wrapped: Sequence[bytes]) -> list[bytes]:
        """The fingerprints again; of what another key wrapped, something that is nobody's."""
        return _blocks(self._handles.decryptor().update(b"".join(wrapped)))

    def seal(self, numbers: Sequence[str]) -> list[bytes]:
        """A column of student numbers under encryption, 16 bytes each; 0.3 µs each.

        Asserts the form of a student number: a letter, seventeen digits, and a digit or X.
        """
        half_bytes = _ZEROS.join(["", *numbers]).translate(_TO_HALF_BYTES)
        assert len(half_bytes) == len(numbers) * 2 * _BLOCK_BYTES, "a number has 19 characters"
        return _blocks(self._numbers.encryptor().update(bytes.fromhex(half_bytes)))

    def open(self, sealed: uuid.UUID) -> str | None:
        """The number; None where it was altered, or sealed under another key."""
        half_bytes = self._numbers.decryptor().update(sealed.bytes).hex().upper()
        zeros, letter, rest = half_bytes[: len(_ZEROS)], half_bytes[len(_ZEROS)], half_bytes[len(_ZEROS) + 1 :]
        return _TO_LETTER[letter] + rest.replace("A", "X") if zeros == _ZEROS else None


class IdentityKeys:
    """The keys of the index, as a process holds them.

    Args:
        fingerprint_key: 32 secret bytes or more. It stays: the log is under it, and which document was whose when.
        storage_keys: by version, from 1, each another one; one, or two while the one replaces the other.

    Attributes:
        fingerprints: of documents and of numbers. fingerprint_check: tells the fingerprint key from another one.
        storage: by version.
    """

    def __init__(self, fingerprint_key: bytes, storage_keys: Mapping[int, bytes]) -> None:
        if not storage_keys or not all(1 <= version <= STORAGE_KEY_VERSION_MAX for version in storage_keys):
            raise ValueError(f"versions of storage keys are 1 to {STORAGE_KEY_VERSION_MAX}, and there is one at least")
        if len(set(storage_keys.values())) < len(storage_keys):
            raise ValueError("two versions of the storage key are the same key")
        self.fingerprints = Fingerprinter(fingerprint_key)
        self.fingerprint_check = check_of(fingerprint_key)
        newest_first = sorted(storage_keys, reverse=True)
        self.storage = MappingProxyType({version: StorageKey(storage_keys[version]) for version in newest_first})

    def open(self, sealed: uuid.UUID) -> str:
        """A number that was sealed under any of the keys.

        Raises:
            KeyNotHere: under none of them, unless it was altered.
        """
        for key in self.storage.values():
            if (number := key.open(sealed)) is not None:
                return number
        raise KeyNotHere


def is_sealable(number: str) -> bool:
    """Whether a text has the form of a student number, whatever it says."""
    return (
        len(number) == _NUMBER_CHARACTERS
        and number[0] in _LETTERS
        and _DIGITS.issuperset(number[1:-1])
        and number[-1] in _LAST_CHARACTERS
    )


def check_of(secret: bytes) -> uuid.UUID:
    """A value by which a key is recognised and from which it is not found: 128 bits derived from it (HKDF)."""
    return uuid.UUID(bytes=_derived(secret, b"xueji key check")[:_BLOCK_BYTES])


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


def _blocks(column: bytes) -> list[bytes]:
    return [column[begin : begin + _BLOCK_BYTES] for begin in range(0, len(column), _BLOCK_BYTES)]
