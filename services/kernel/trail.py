"""The trail of a record (学籍变动记录) as people read it: what each entry changed, and a digest to compare it by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kernel.canonical import digest
from kernel.history import HistoryEvent, state
from kernel.student import Student


@dataclass(frozen=True)
class ChangedItem:
    """One item of a record before and after an entry; empty where there was or is nothing."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class TrailEntry:
    """An entry as the trail shows it.

    Attributes:
        changes: what it made of the record on the day from which it is true, as it was known with it.
        countered_by: the version that took it back; 0 where none did.
        digest: SHA-256 over the digest of the entry before it and this one (32 bytes), so that whoever has the last
            digest can tell whether the whole trail is still the same, however many entries were added since.
    """

    event: HistoryEvent
    changes: tuple[ChangedItem, ...]
    countered_by: int
    digest: bytes


def trail(events: Sequence[HistoryEvent]) -> tuple[TrailEntry, ...]:
    """A record's whole history, oldest first, for people to read."""
    countered_by = {event.counters: event.version for event in events}
    return tuple(
        TrailEntry(event, _changes(events[:position], event), countered_by.get(event.version, 0), so_far)
        for position, (event, so_far) in enumerate(zip(events, _digests(events), strict=True))
    )


def _digests(events: Sequence[HistoryEvent]) -> Iterator[bytes]:
    before = b""
    for event in events:
        before = digest("history", {"before": before.hex(), "entry": event.to_content()})
        yield before


def _changes(known: Sequence[HistoryEvent], event: HistoryEvent) -> tuple[ChangedItem, ...]:
    before = _items(state(known, on=event.effective_on))
    after = _items(state([*known, event], on=event.effective_on))
    return tuple(
        ChangedItem(key, before.get(key, ""), after.get(key, ""))
        for key in {**after, **before}
        if before.get(key, "") != after.get(key, "")
    )


def _items(student: Student | None) -> dict[str, str]:
    """The record's own items first, then the form's, then the system's: no key is in two of them."""
    if student is None:
        return {}
    own = {"number": student.number, "status": student.status.value, "school": student.school}
    return {**own, **student.values, **student.standing}
