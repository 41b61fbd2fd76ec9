"""A term's review at a school (Article 24): its roll, class by class, and who confirms it."""

from school_node.usecases.review.answering import answer_class, check_class
from school_node.usecases.review.looking import list_classes, show_class
from school_node.usecases.review.opening import ROLL_WANTED, Wanted, note_sealed, take_opening, take_roll, wanted_roll

__all__ = [
    "ROLL_WANTED",
    "Wanted",
    "answer_class",
    "check_class",
    "list_classes",
    "note_sealed",
    "show_class",
    "take_opening",
    "take_roll",
    "wanted_roll",
]
