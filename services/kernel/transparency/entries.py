"""An entry of the index's log: sixty-four bytes, of which none says who somebody is.

    0   version, 1              16  student key
    1   kind                    32  subject: what makes the entry, a fingerprint or a transfer's id
    2   custodian, two digits   48  number: its fingerprint; zeros where the entry is not about one
    4   epoch, 32 bits
    8   time, ms since 1970-01-01 UTC, 64 bits; numbers with the highest byte first

Fingerprints are the index's own (HMAC under its key), so entries can be told apart and compared, and no more.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

_FORM = struct.Struct(">B c 2s I Q 16s 16s 16s")
ENTRY_BYTES = _FORM.size
_HEAD_BYTES = 16  # before the student key
_VERSION = 1
NOTHING = uuid.UUID(int=0)

assert ENTRY_BYTES == 64, "so that an entry is found by its index alone"


class EntryKind(Enum):
    ISSUED = b"I"  # an identity got its number (Art. 5)
    DOCUMENT = b"D"  # another document of a person who is known (Art. 10, 28)
    MOVED = b"M"  # custody moved to another province (Art. 14)
    MERGED = b"A"  # absorbed: the person was found to be another, whose student key is the subject (Art. 6)
    SPLIT = b"S"  # that was taken back
    NUMBERED = b"N"  # another number of a person who is known; the one before stays theirs (Art. 5)
    RELEASED = b"R"  # the document is the person's no longer, and may be another's


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log.

    Attributes:
        subject: fingerprint of the document, or of the registration if there is none; of a move, its transfer's id; of
            a merge and a split, the student key of the other person.
        number: fingerprint of the number; ``NOTHING`` where none was given. at_ms: ms since 1970-01-01 UTC.
    """

    kind: EntryKind
    student_key: uuid.UUID
    subject: uuid.UUID
    custodian: str
    epoch: int
    at_ms: int
    number: uuid.UUID = NOTHING

    def to_bytes(self) -> bytes:
        return _FORM.pack(
            _VERSION,
            self.kind.value,
            self.custodian.encode("ascii"),
            self.epoch,
            self.at_ms,
            self.student_key.bytes,
            self.subject.bytes,
            self.number.bytes,
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> LogEntry:
        """Raises ValueError where the bytes are no entry that this program knows."""
        if len(content) != ENTRY_BYTES:
            raise ValueError(f"an entry has {ENTRY_BYTES} bytes")
        version, kind, custodian, epoch, at_ms, student_key, subject, number = _FORM.unpack(content)
        if version != _VERSION:
            raise ValueError(f"an entry of version {version}")
        told = (uuid.UUID(bytes=one) for one in (student_key, subject, number))
        key, about, numbered = told
        return cls(EntryKind(kind), key, about, custodian.decode("ascii"), epoch, at_ms, numbered)


def issued_entries(
    student_keys: Iterable[bytes],
    subjects: Iterable[bytes],
    numbers: Iterable[bytes],
    *,
    custodian: str,
    epoch: int,
    at_ms: int,
) -> bytes:
    """The ``ISSUED`` entries of an intake, one after the other, from columns of 16 bytes each."""
    begin = LogEntry(EntryKind.ISSUED, NOTHING, NOTHING, custodian, epoch, at_ms).to_bytes()[:_HEAD_BYTES]
    return b"".join(
        [begin + key + subject + number for key, subject, number in zip(student_keys, subjects, numbers, strict=True)]
    )


def split(content: bytes) -> Iterator[bytes]:
    """The entries that stand one after the other."""
    assert len(content) % ENTRY_BYTES == 0, "whole entries"
    return (content[place : place + ENTRY_BYTES] for place in range(0, len(content), ENTRY_BYTES))
