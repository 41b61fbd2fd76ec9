"""Take in what the national index said of a document: the record changes, or stays and says why (Article 10)."""

from __future__ import annotations

from datetime import date, datetime

from kernel.case import CaseState
from kernel.endorsement import authority_in
from kernel.feed import ItemOutcome
from kernel.refusals import Refusal
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import settle, tell
from province_hub.usecases.apply_case import apply_case, items_left
from province_hub.usecases.lock_records import give_back_locks
from province_hub.usecases.move_on import resume_waiting
from province_hub.usecases.rules import Rules


def take_document_answer(
    tx: HubTransaction, case_id: str, /, *, refused: Refusal | None, on: date, now: datetime, rules: Rules
) -> None:
    """A second answer changes nothing.

    Args:
        refused: why the index did not record the document; None where it did. on: the day from which it is true.
    """
    record = tx.cases.get(case_id, lock=True)
    if record.state is CaseState.CLOSED:
        return
    case, chain = record.case, rules.read_chain(record.case)
    if refused is None:
        told = apply_case(tx, case, chain, now=now, rules=rules, on=on)
    else:
        items = items_left(tx, case, chain)
        give_back_locks(tx, case, items)
        outcomes = tuple(ItemOutcome(item.item_id, refused=refused) for item in items)
        entry = settle(tx, case, outcomes, here=rules.here, now=now)
        told = [(authority_in(case, case.school, register=rules.register), entry)]
    tell(tx, told, now=now)
    resume_waiting(tx, case, now=now, rules=rules)
