"""What must be true of the index's log, read from outside in its order (Art. 5 and 6, 14 to 16)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from kernel.transparency.entries import EntryKind, LogEntry

_FIRST_EPOCH = 1


class Violation(StrEnum):
    IDENTITY_TWICE = "identity_twice"
    NUMBER_TWICE = "number_twice"
    SECOND_NUMBER = "second_number"
    UNKNOWN_STUDENT = "unknown_student"
    EPOCH_SKIPPED = "epoch_skipped"
    MOVED_TWICE = "moved_twice"
    MERGED_TWICE = "merged_twice"
    NOT_MERGED = "not_merged"
    NOT_HELD = "not_held"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Violation.IDENTITY_TWICE: "同一身份登记在两个人名下",
    Violation.NUMBER_TWICE: "同一学籍号发给了两个人",
    Violation.SECOND_NUMBER: "同一个人发了两次学籍号",
    Violation.UNKNOWN_STUDENT: "变动的人没有登记过",
    Violation.EPOCH_SKIPPED: "保管权的移交不连续",
    Violation.MOVED_TWICE: "同一次转接移交了两次",
    Violation.MERGED_TWICE: "已并入他人的学籍又合并了一次",
    Violation.NOT_MERGED: "撤销了没有过的合并",
    Violation.NOT_HELD: "退还了不在其名下的证件",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that breaks what must hold; ``index``: its place in the log, from 0."""

    index: int
    violation: Violation


@dataclass
class Audit:
    """Reads a log from its beginning.

    Attributes:
        size: entries read. findings: what is wrong, in their order.
    """

    size: int = 0
    findings: list[Finding] = field(default_factory=list)
    _whose: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # a subject's, and a number's, student
    _custody: dict[uuid.UUID, int] = field(default_factory=dict)  # a student's epoch
    _transfers: set[uuid.UUID] = field(default_factory=set)
    _merged: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # whoever was found to be another, and whom

    def read(self, entry: LogEntry) -> None:
        """The next entry."""
        for violation in self._violations(entry):
            self.findings.append(Finding(self.size, violation))
        self.size += 1

    def _violations(self, entry: LogEntry) -> Iterator[Violation]:
        match entry.kind:
            case EntryKind.ISSUED:
                return self._issued(entry)
            case EntryKind.DOCUMENT:
                return self._document(entry)
            case EntryKind.MOVED:
                return self._moved(entry)
            case EntryKind.MERGED:
                return self._absorbed(entry)
            case EntryKind.SPLIT:
                return self._split(entry)
            case EntryKind.RELEASED:
                return self._released(entry)
            case EntryKind.NUMBERED:
                return self._numbered(entry)
            case _:
                assert_never(entry.kind)

    def _issued(self, entry: LogEntry) -> Iterator[Violation]:
        if entry.student_key in self._custody:
            yield Violation.SECOND_NUMBER
        if self._of(entry.subject, entry) != entry.student_key:
            yield Violation.IDENTITY_TWICE
        if self._of(entry.number, entry) != entry.student_key:
            yield Violation.NUMBER_TWICE
        if entry.epoch != _FIRST_EPOCH:
            yield Violation.EPOCH_SKIPPED
        self._custody.setdefault(entry.student_key, entry.epoch)

    def _document(self, entry: LogEntry) -> Iterator[Violation]:
        if entry.student_key not in self._custody:
            yield Violation.UNKNOWN_STUDENT
        if self._standing(self._of(entry.subject, entry)) != self._standing(entry.student_key):
            yield Violation.IDENTITY_TWICE

    def _moved(self, entry: LogEntry) -> Iterator[Violation]:
        before = self._custody.get(entry.student_key)
        if before is None:
            yield Violation.UNKNOWN_STUDENT
        elif entry.epoch != before + 1:
            yield Violation.EPOCH_SKIPPED
        if entry.subject in self._transfers:
            yield Violation.MOVED_TWICE
        self._transfers.add(entry.subject)
        self._custody[entry.student_key] = entry.epoch

    def _absorbed(self, entry: LogEntry) -> Iterator[Violation]:
        if not {entry.student_key, entry.subject} <= self._custody.keys():
            yield Violation.UNKNOWN_STUDENT
        if entry.student_key in self._merged or self._standing(entry.subject) == entry.student_key:
            yield Violation.MERGED_TWICE
        else:
            self._merged[entry.student_key] = entry.subject

    def _split(self, entry: LogEntry) -> Iterator[Violation]:
        if self._merged.pop(entry.student_key, None) != entry.subject:
            yield Violation.NOT_MERGED

    def _released(self, entry: LogEntry) -> Iterator[Violation]:
        if self._whose.pop(entry.subject, None) != entry.student_key:
            yield Violation.NOT_HELD

    def _numbered(self, entry: LogEntry) -> Iterator[Violation]:
        if entry.student_key not in self._custody:
            yield Violation.UNKNOWN_STUDENT
        if self._of(entry.number, entry) != entry.student_key:
            yield Violation.NUMBER_TWICE

    def _standing(self, student_key: uuid.UUID) -> uuid.UUID:
        """Whom the person was found to be; the person itself where it was not merged."""
        while student_key in self._merged:
            student_key = self._merged[student_key]
        return student_key

    def _of(self, fingerprint: uuid.UUID, entry: LogEntry) -> uuid.UUID:
        """Whose it is: the student's who was told with it first."""
        return self._whose.setdefault(fingerprint, entry.student_key)
