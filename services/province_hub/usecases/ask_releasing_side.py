"""Ask the releasing school, or its authority, for its endorsement of a transfer inside the province (Article 14)."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case
from kernel.endorsement import Register, authority_of
from kernel.feed import CaseAsked, ItemOutcome
from kernel.office import Office
from kernel.refusals import Refusal
from province_hub.domain.turn import Asked
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, settle
from province_hub.usecases.lock_record import lock_record


def ask_releasing_side(
    tx: HubTransaction, case: Case, asked: Asked, *, now: datetime, here: Office, register: Register
) -> list[Told]:
    """Lock the record and ask the releasing authority, with the record beside the case to compare it with.

    Where the record may not move, the case ends here with that refusal, and the releasing side is not asked.
    """
    try:
        student = lock_record(tx, case)
    except Refusal as said:
        outcome = settle(tx, case, (ItemOutcome(case.items[0].item_id, refused=said),), here=here, now=now)
        return [(authority_of(case.school, register=register), outcome)]
    question = CaseAsked(case, asked.step.value, dict(student.values))
    return [(authority_of(case.releasing_school, register=register), question)]
