"""Adjudication of two records that may be one child (问题学籍核查, Art. 6): a province's side.

``take``       the nation's word arrives             ``say``      the officer answers for a record of this province
``carry_out``  what it does to our records           ``compare``  what a record says, for the two parties alone
"""

from province_hub.usecases.adjudication.carry_out import LANE_ADJUDICATION, carry_out_adjudication
from province_hub.usecases.adjudication.compare import COMPARED, OwnRecord, compare_for, list_adjudications, show_own
from province_hub.usecases.adjudication.say import SayCommand, sign_word
from province_hub.usecases.adjudication.take import take_adjudication

__all__ = [
    "COMPARED",
    "LANE_ADJUDICATION",
    "OwnRecord",
    "SayCommand",
    "carry_out_adjudication",
    "compare_for",
    "list_adjudications",
    "show_own",
    "sign_word",
    "take_adjudication",
]
