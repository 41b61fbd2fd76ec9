"""The sealed result (封存结果): what an authority's schools answered, what it saw itself, signed once and for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.office import Office
from kernel.review.campaign import Campaign
from kernel.review.differences import DifferenceKind


@dataclass(frozen=True)
class ClassResult:
    """One class.

    Attributes:
        pupils: on the roll, in school. answer: digest of the signed answer.
        sampled: whether the lot fell on it; agreed, note: what the authority saw there.
    """

    school: str
    grade: str
    school_class: str
    pupils: int
    differences: Mapping[DifferenceKind, int]
    answer: str
    sampled: bool = False
    agreed: bool | None = None
    note: str = ""

    def to_content(self) -> dict[str, Any]:
        return {
            "school": self.school,
            "grade": self.grade,
            "school_class": self.school_class,
            "pupils": self.pupils,
            "differences": {kind.value: count for kind, count in self.differences.items() if count},
            "answer": self.answer,
            "sampled": self.sampled,
            "agreed": self.agreed,
            "note": self.note,
        }


@dataclass(frozen=True)
class ReviewResult:
    """The whole.

    Attributes:
        office: the authority that seals it. person: staff id of its officer.
        seed: of the lot. missing: codes of schools that did not answer for all of their classes.
    """

    campaign: Campaign
    office: Office
    sealed_at_ms: int
    person: str
    seed: str
    classes: tuple[ClassResult, ...]
    missing: tuple[str, ...]

    @property
    def totals(self) -> dict[DifferenceKind, int]:
        return {kind: sum(one.differences.get(kind, 0) for one in self.classes) for kind in DifferenceKind}

    def to_content(self) -> dict[str, Any]:
        """What is signed, as a canonical JSON object."""
        return {
            "review_id": self.campaign.review_id,
            "term": self.campaign.term,
            "opened_by": str(self.campaign.opened_by),
            "opened_at": self.campaign.opened_at_ms,
            "due_on": self.campaign.due_on.isoformat(),
            "office": str(self.office),
            "at": self.sealed_at_ms,
            "person": self.person,
            "seed": self.seed,
            "classes": [one.to_content() for one in self.classes],
            "missing": list(self.missing),
        }
