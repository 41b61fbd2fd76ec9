"""A term's review at an authority (Article 24): opened for its schools, answered by them, a lot drawn, and sealed."""

from county_node.usecases.review.arrivals import review_arrivals
from county_node.usecases.review.looking import list_answers, list_progress, show_answer
from county_node.usecases.review.opening import open_review
from county_node.usecases.review.sampling import draw_sample, record_finding
from county_node.usecases.review.sealing import seal_review

__all__ = [
    "draw_sample",
    "list_answers",
    "list_progress",
    "open_review",
    "record_finding",
    "review_arrivals",
    "seal_review",
    "show_answer",
]
