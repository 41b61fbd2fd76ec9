"""The authority will not take a case: the pupils are back on the desk with its reason, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case, ItemState
from kernel.feed import ItemOutcome
from kernel.refusals import Refusal
from school_node.domain.pupil import PupilState
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def take_refusal(tx: SchoolTransaction, case: Case, said: Refusal, /, *, now: datetime, office: SchoolOffice) -> None:
    """Settle what is still pending with the authority's words; pupils to be enrolled are drafts again.

    Drafts, not returned: the cause may lie above, so nobody must change a pupil in order to try again.
    """
    pending = [record.item.item_id for record in tx.cases.items(case.case_id) if record.state is ItemState.PENDING]
    outcomes = [ItemOutcome(item_id, refused=said) for item_id in pending]
    tx.cases.note(case.case_id, step="refused_above", office=office.upstream, at=now)
    if outcomes:
        tx.cases.settle(case.case_id, outcomes)
        if case.procedure.begins_record:
            tx.pupils.settle(case.case_id, outcomes, [PupilState.DRAFT] * len(outcomes))
