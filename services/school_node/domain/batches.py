"""How drafts become cases: as many pupils as a case may hold, and no more than a message carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kernel.case import Item
from kernel.regulation import ITEMS_PER_CASE_MAX, Procedure
from kernel.regulation.enrolment import ENROLMENT, ENROLMENT_WITHOUT_DOCUMENT
from kernel.rules.entrance import has_document

# A message between tiers has 16 MiB; half of it leaves room for the encoding and for what endorsements add.
CASE_BYTES_MAX = 8 * 1024 * 1024


def next_case(drafts: Sequence[Item]) -> tuple[Procedure, tuple[Item, ...]] | None:
    """The case that the first drafts make; None where there is none.

    Children with a document go together. One without goes alone, for the province looks at each (Art. 6).
    """
    filled = fill_case(draft for draft in drafts if has_document(draft.values))
    if filled:
        return ENROLMENT, filled
    return (ENROLMENT_WITHOUT_DOCUMENT, tuple(drafts[:1])) if drafts else None


def fill_case(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, from the first on, that fit into one case; at least one where there is any."""
    return tuple(_fitting(items))


def _fitting(items: Iterable[Item]) -> Iterator[Item]:
    left = CASE_BYTES_MAX
    for position, item in enumerate(items):
        left -= sum(len(key) + len(value.encode()) for key, value in item.values.items())
        if position == ITEMS_PER_CASE_MAX or (left < 0 and position > 0):
            return
        yield item
