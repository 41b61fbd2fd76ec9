"""Which classes an authority looks at itself: a lot that nobody can draw by hand.

The seed is made of every answer that was given, each by the digest of its signed form. It is not known before the last
answer is in, no officer has a part in it, and it is published with the result: who holds the answers can draw again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kernel.canonical import digest


@dataclass(frozen=True, order=True)
class SampledClass:
    """A class, as the lot knows it."""

    school: str
    grade: str
    school_class: str


def seed_of(review_id: str, answers: Iterable[str]) -> str:
    """The seed, in hex. ``answers``: digests of the signed answers; their order does not matter."""
    return digest("review-seed", [review_id, *sorted(answers)]).hex()


def draw(seed: str, classes: Sequence[SampledClass], *, percent: int) -> tuple[SampledClass, ...]:
    """So many of a hundred, rounded up and at least one, in the order of the classes; none where there is none."""
    size = -(-len(classes) * percent // 100)
    return tuple(sorted(sorted(classes, key=lambda one: (_rank(seed, one), one))[:size]))


def _rank(seed: str, one: SampledClass) -> bytes:
    return digest("review-draw", [seed, one.school, one.grade, one.school_class])
