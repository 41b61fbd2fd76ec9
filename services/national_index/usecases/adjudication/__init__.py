"""Adjudication of two records that may be one child (问题学籍核查, Art. 6): the index's side.

``open``   both provinces are asked           ``decide``  the nation decides, and takes a merge back
``say``    a province answers, or is too late  ``read``    who may look
``settle`` what an end does to the two persons, and the word to both provinces
"""

from national_index.usecases.adjudication.decide import decide_adjudication, split_adjudication
from national_index.usecases.adjudication.open import OpenAdjudication, open_adjudication
from national_index.usecases.adjudication.read import get_adjudication, list_adjudications
from national_index.usecases.adjudication.say import expire_adjudications, say_in_adjudication

__all__ = [
    "OpenAdjudication",
    "decide_adjudication",
    "expire_adjudications",
    "get_adjudication",
    "list_adjudications",
    "open_adjudication",
    "say_in_adjudication",
    "split_adjudication",
]
