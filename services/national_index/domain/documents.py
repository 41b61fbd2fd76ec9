"""One person, many documents over time: which of them was in force when (Art. 10, 28)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """From a day on a child's document is another.

    Attributes:
        before, after: fingerprints; None where the child had, or has, no document with a number.
    """

    item_id: str
    student_key: str
    before: UUID | None
    after: UUID | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class Span:
    """When a document was in force; None: since the registration, and still."""

    valid_from: date | None = None
    valid_to: date | None = None


def span_of(fingerprint: UUID, changes: Iterable[DocumentChange]) -> Span:
    """The last span in which the document was in force.

    Args:
        changes: of the child, in the order in which they were recorded. One that takes an earlier one back (反向更正)
            leaves a span of no day, because it is true from the same day.
    """
    span = Span()
    for change in changes:
        if change.after == fingerprint:
            span = Span(change.valid_from)
        elif change.before == fingerprint:
            span = Span(span.valid_from, change.valid_from)
    return span
