"""Handing archives over (Article 22): of children of migrant workers who dropped out, at the end of each term.

The authority of the school of attendance writes to the county where the child's household is registered, which may be
in another province. The archive travels in the letter itself: the record and its whole history, named by one digest as
every archive is; of the proofs it has the digests, their scans stay where the record stays. For the record does not
move: the child may be persuaded to come back to the school that keeps it.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from kernel.archive import ARCHIVE_BYTES_MAX, Archive
from kernel.codes import YES_NO
from kernel.form import item
from kernel.refusals import ArchiveCorrupt
from kernel.status import StudentStatus
from kernel.student import Student

PACKED_MAX = 48 * 1024  # characters, so that one fits into a notice with what is said beside it
COUNTY_DIGITS = 6
YES = next(code for code, word in YES_NO.labels.items() if word == "是")


def household_county(student: Student) -> str:
    """Division of the county where the child's household is registered (form item 17); empty where nobody said."""
    return student.values.get(item("household_place").key, "")[:COUNTY_DIGITS]


def to_be_handed_over(student: Student, *, county: str) -> bool:
    """Whether the archive goes to the household's county: a migrant worker's child that dropped out elsewhere.

    Args:
        county: in which the school stands.
    """
    home = household_county(student)
    return (
        student.status is StudentStatus.DROPPED_OUT
        and student.values.get("migrant_child") == YES
        and bool(home)
        and home != county
    )


def packed(archive: Archive) -> str:
    """An archive as text, to be put into a notice; empty where it is too large for one, and then it is asked for."""
    text = base64.b64encode(zlib.compress(archive.to_bytes(), 9)).decode("ascii")
    return text if len(text) <= PACKED_MAX else ""


def unpacked(text: str, *, digest: str) -> Archive:
    """What ``packed`` wrote. Raises ArchiveCorrupt where it is not the archive that the digest names."""
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(base64.b64decode(text, validate=True), ARCHIVE_BYTES_MAX)
    except (binascii.Error, ValueError, zlib.error) as malformed:
        raise ArchiveCorrupt(why="无法读取") from malformed
    if not opened.eof:
        raise ArchiveCorrupt(why="超过规定大小")
    return Archive.from_bytes(content, digest=digest)


@dataclass(frozen=True)
class ArchiveToHandOver:
    """Told to an authority at a term's end: this archive is yours to hand over.

    Attributes:
        handover_id: UUIDv7; the same child, dropped out on the same day, is the same handover.
        county: division of the county of the household. due_on: the last day in time, ISO.
        student: what the letter says of the child, under the labels of a notice.
        archive, archive_digest: as ``packed`` and ``Archive.digest`` have it.
    """

    KIND: ClassVar[str] = "archive_to_hand_over"
    handover_id: str
    term: str
    county: str
    due_on: str
    student: Mapping[str, str]
    archive_digest: str
    archive: str
    at_ms: int

    def to_content(self) -> dict[str, Any]:
        return {
            "handover_id": self.handover_id,
            "term": self.term,
            "county": self.county,
            "due_on": self.due_on,
            "student": dict(self.student),
            "archive_digest": self.archive_digest,
            "archive": self.archive,
            "at": self.at_ms,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["handover_id"],
            content["term"],
            content["county"],
            content["due_on"],
            content["student"],
            content["archive_digest"],
            content["archive"],
            content["at"],
        )
