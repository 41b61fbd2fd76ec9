"""The archive (学籍档案, Article 7) as it travels: parts, and a manifest that names each part by its SHA-256.

The archive's digest is the SHA-256 of its manifest, so one hash in a release binds every byte (Articles 9, 15, 16).
Proofs (证明材料, Articles 7.2.2 and 13) are parts of their own, ``evidence/<digest>``, in base64; an archive without
any is what it was before there were any.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from kernel.canonical import canonical_bytes
from kernel.evidence import EVIDENCE_BYTES_MAX, content_digest, sniffed
from kernel.history import HistoryEvent, in_order, state
from kernel.refusals import ArchiveCorrupt
from kernel.student import Student

ARCHIVE_BYTES_MAX = 64 * 1024 * 1024
# Of that, what proofs may take before base64 makes four bytes of three: the rest is for record and history.
EVIDENCE_IN_ARCHIVE_MAX = 40 * 1024 * 1024
_EVIDENCE_PART = "evidence/"
# 2: entries of the history hold the change that they make. 1, with the whole record after each, is still read.
_VERSION = 2
_READABLE = (1, 2)


@dataclass(frozen=True)
class Archive:
    """A student's record and its whole history.

    Attributes:
        student: the record at the version at which it was frozen.
        history: the entries that led to it, oldest first; the record is what they say, and nothing else.
        evidence: content of documents that the history names, by digest; of a long history the newest, and the copy
            that stays behind (Article 9) has the others.
    """

    student: Student
    history: tuple[HistoryEvent, ...]
    evidence: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not in_order(self.history):
            raise ArchiveCorrupt(why="变动记录不连续")
        if state(self.history) != self.student:
            raise ArchiveCorrupt(why="学籍与变动记录不一致")
        if not self.evidence.keys() <= {digest for event in self.history for digest in event.evidence}:
            raise ArchiveCorrupt(why="有变动记录中没有的证明材料")
        for digest, content in self.evidence.items():
            if content_digest(content) != digest or sniffed(content) is None or len(content) > EVIDENCE_BYTES_MAX:
                raise ArchiveCorrupt(why="证明材料与变动记录不符")

    @cached_property
    def _parts(self) -> dict[str, bytes]:
        return {
            "record": canonical_bytes(self.student.to_content()),
            "history": canonical_bytes([event.to_content() for event in self.history]),
            **{f"{_EVIDENCE_PART}{digest}": base64.b64encode(content) for digest, content in self.evidence.items()},
        }

    def manifest(self) -> dict[str, Any]:
        return {
            "archive": _VERSION,
            "student_key": self.student.student_key,
            "version": self.student.version,
            "parts": {
                name: {"sha256": hashlib.sha256(part).hexdigest(), "bytes": len(part)}
                for name, part in self._parts.items()
            },
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, in hex."""
        return hashlib.sha256(canonical_bytes(self.manifest())).hexdigest()

    def to_bytes(self) -> bytes:
        parts = {name: part.decode() for name, part in self._parts.items()}
        return canonical_bytes({"manifest": self.manifest(), "parts": parts})

    @classmethod
    def from_bytes(cls, content: bytes, *, digest: str) -> Self:
        """Open an archive that came from elsewhere.

        Raises:
            ArchiveCorrupt: it is not the archive that the digest names, or does not hold what its manifest says.
        """
        if len(content) > ARCHIVE_BYTES_MAX:
            raise ArchiveCorrupt(why="超过规定大小")
        try:
            bundle = json.loads(content)
            manifest, parts = bundle["manifest"], {n: p.encode() for n, p in bundle["parts"].items()}
            if hashlib.sha256(canonical_bytes(manifest)).hexdigest() != digest:
                raise ArchiveCorrupt(why="与放行时的摘要不符")
            named = {name: part["sha256"] for name, part in manifest["parts"].items()}
            if {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()} != named:
                raise ArchiveCorrupt(why="内容与目录不符")
            if manifest["archive"] not in _READABLE:
                raise ArchiveCorrupt(why="档案由新版程序写成，本程序无法读取")
            history = tuple(HistoryEvent.from_content(told) for told in json.loads(parts["history"]))
            evidence = {
                name.removeprefix(_EVIDENCE_PART): base64.b64decode(part, validate=True)
                for name, part in parts.items()
                if name.startswith(_EVIDENCE_PART)
            }
            return cls(Student.from_content(json.loads(parts["record"])), history, evidence)
        except (KeyError, TypeError, AttributeError, ValueError) as malformed:
            raise ArchiveCorrupt(why="无法读取") from malformed


def evidence_to_carry(history: Sequence[HistoryEvent], sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Which documents an archive takes along: the newest entries' first, as many as ``EVIDENCE_IN_ARCHIVE_MAX`` holds.

    Args:
        history: oldest first. sizes: bytes of each document that is at hand, by digest.
    """
    carried: dict[str, int] = {}
    for event in reversed(history):
        for digest in event.evidence:
            size = sizes.get(digest)
            if size is not None and sum(carried.values()) + size <= EVIDENCE_IN_ARCHIVE_MAX:
                carried.setdefault(digest, size)
    return tuple(carried)
