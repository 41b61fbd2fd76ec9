"""What people ask about reviews, as plain values, and what a tier has to offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.notices import Noticing
from chassis.reviews.book import KnownReview, ReviewBook
from kernel.review import Difference, DifferenceKind


class Reviewing(Noticing, ABC):
    """A transaction of a tier that takes part in reviews."""

    @property
    @abstractmethod
    def reviews(self) -> ReviewBook: ...


@dataclass(frozen=True, order=True)
class ClassKey:
    """A class of a review; at its own desk a school leaves its code out."""

    grade: str
    school_class: str
    school: str = ""


@dataclass(frozen=True)
class ClassRow:
    """A class as lists show it. ``agreed``: what the authority saw where the lot fell on it."""

    key: ClassKey
    pupils: int
    state: str
    state_label: str
    teacher: str = field(default="", repr=False)
    registrar: str = ""
    principal: str = ""
    counts: Mapping[DifferenceKind, int] = field(default_factory=dict)
    sampled: bool = False
    agreed: bool | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class RollPupil:
    """One line of the class's roll on the day of the review."""

    number: str = field(repr=False)
    name: str = field(repr=False)
    status: str
    status_label: str


@dataclass(frozen=True)
class ClassShown:
    """A class with what differs, and at a school with its roll."""

    row: ClassRow
    differences: tuple[Difference, ...]
    pupils: tuple[RollPupil, ...] = ()


@dataclass(frozen=True)
class ClassQuery:
    """Classes of one school where ``school`` is set; those of the sample alone where ``sampled`` is."""

    review_id: str
    size: int
    token: str = ""
    school: str = ""
    sampled: bool = False


@dataclass(frozen=True)
class ClassPage:
    classes: tuple[ClassRow, ...]
    next_token: str = ""


@dataclass(frozen=True)
class Answer:
    """What the registrar enters of a class, with the name of its teacher, who looked."""

    review_id: str
    key: ClassKey
    teacher: str = field(repr=False)
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Saw:
    """What the authority saw in a class of the sample."""

    review_id: str
    key: ClassKey
    agreed: bool
    note: str = field(repr=False)


@dataclass(frozen=True)
class ProgressQuery:
    """``missing``: those alone that are not done."""

    review_id: str
    size: int
    token: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Progress:
    """How far an office has come; ``classes`` is 0 while nothing has been heard of it."""

    office: str
    name: str
    classes: int
    confirmed: int
    done: bool
    counts: Mapping[DifferenceKind, int] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True)
class ProgressPage:
    offices: tuple[Progress, ...]
    next_token: str = ""


UseCase = Callable[..., Any]


@dataclass(frozen=True)
class ReviewUseCases:
    """A tier's use cases, each ``(tx, what, *, by, now)``; None for what the tier does not offer.

    Attributes:
        open_review: of a review id -> KnownReview. classes: of a ClassQuery -> ClassPage. show_class: of a review id
            and a ClassKey -> ClassShown. answer, check, record: -> ClassRow. draw: of a review id -> how many classes.
            seal: of a review id -> KnownReview. progress: of a ProgressQuery -> ProgressPage.
    """

    open_review: UseCase | None = None
    classes: UseCase | None = None
    show_class: UseCase | None = None
    answer: UseCase | None = None
    check: UseCase | None = None
    draw: UseCase | None = None
    record: UseCase | None = None
    seal: UseCase | None = None
    progress: UseCase | None = None


def list_reviews(tx: Reviewing, /, *, size: int, token: str) -> tuple[Sequence[KnownReview], str]:
    """The reviews of this office, the newest first. Raises RequestMalformed: the page token is none of ours."""
    return tx.reviews.page(size=size, token=token)
