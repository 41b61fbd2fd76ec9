"""The review of each term as offices keep it (Article 24): the reviews themselves, and the desk where people see them.

``book``      the table of reviews, the same at every tier
``commands``  what people ask, as plain values; a tier passes the use cases that it has
``servicers`` and ``wire`` speak protobuf, and use cases never see them; so nothing of them is imported here.
"""

from chassis.reviews.book import KnownReview, ReviewBook, ReviewState, create_reviews, review_table
from chassis.reviews.commands import (
    Answer,
    ClassKey,
    ClassPage,
    ClassQuery,
    ClassRow,
    ClassShown,
    Progress,
    ProgressPage,
    ProgressQuery,
    Reviewing,
    ReviewUseCases,
    RollPupil,
    Saw,
)
from chassis.reviews.opening import campaign_from_notice, opening_content
from chassis.reviews.progress import Heard, ProgressBook, create_progress, progress_page, progress_table

__all__ = [
    "Answer",
    "ClassKey",
    "ClassPage",
    "ClassQuery",
    "ClassRow",
    "ClassShown",
    "Heard",
    "KnownReview",
    "Progress",
    "ProgressBook",
    "ProgressPage",
    "ProgressQuery",
    "ReviewBook",
    "ReviewState",
    "ReviewUseCases",
    "Reviewing",
    "RollPupil",
    "Saw",
    "campaign_from_notice",
    "create_progress",
    "create_reviews",
    "opening_content",
    "progress_page",
    "progress_table",
    "review_table",
]
