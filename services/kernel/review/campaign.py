"""A review: of which term, of the roll of which day, by when, and by whom it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.clock import beginning_of, day_of
from kernel.office import Office
from kernel.packs import RulePack
from kernel.packs.keys import REVIEW_DEADLINE, REVIEW_SAMPLE_PERCENT, TERM_DATES


@dataclass(frozen=True)
class Campaign:
    """One review, the same at every office that takes part.

    Attributes:
        review_id: UUIDv7 in text. term: such as 2026—2027学年秋季学期.
        opened_at_ms: when; the roll is that of this moment. due_on: the last day (``review.deadline``).
        sample_percent: how many classes of a hundred the authority looks at itself.
    """

    review_id: str
    term: str
    opened_by: Office
    opened_at_ms: int
    due_on: date
    sample_percent: int

    @property
    def on(self) -> date:
        """The day of the roll."""
        return day_of(self.opened_at_ms)


def campaign_of(review_id: str, *, opened_by: Office, opened_at_ms: int, pack: RulePack) -> Campaign:
    """The review of the term that has begun last, as today's rules want it (Art. 24)."""
    reading = pack.read()
    term = reading(TERM_DATES).begun(day_of(opened_at_ms))
    return Campaign(
        review_id=review_id,
        term=term.label,
        opened_by=opened_by,
        opened_at_ms=opened_at_ms,
        due_on=reading(REVIEW_DEADLINE).due(beginning_of(term.last)).last_day,
        sample_percent=reading(REVIEW_SAMPLE_PERCENT),
    )
