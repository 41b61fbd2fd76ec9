"""Ask the national index for the numbers of an enrolment's pupils (Article 5)."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case, Item, ItemState
from kernel.endorsement import Decision, Endorsed
from kernel.feed import ItemOutcome
from kernel.history import Approval
from kernel.refusals import NotApproved, Refusal, ReturnedForCorrection
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import LANE_INDEX

KIND_ISSUE = "issue"
NUMBER_ASKED = "number_asked"  # 申请学籍号: what a case waits for meanwhile


def ask_numbers(tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], *, now: datetime) -> None:
    """Put the question into lane ``index``; items that an endorsement excepted are over, as their authority told."""
    tx.cases.settle(
        case.case_id,
        [
            ItemOutcome(excepted.item_id, refused=_refusal(excepted.decision, excepted.reason))
            for endorsed in chain
            for excepted in endorsed.endorsement.exceptions
        ],
    )
    by = Approval.of(chain[-1])
    question = {"kind": KIND_ISSUE, "case_id": case.case_id, "office": by.office, "person": by.person}
    tx.outbox.put(LANE_INDEX, f"{KIND_ISSUE}:{case.case_id}", question, now=now)


def items_to_number(tx: HubTransaction, case_id: str) -> tuple[str, tuple[Item, ...]]:
    """Code of the school that filed, and the items whose number is still to come."""
    record = tx.cases.get(case_id)
    waiting = (item for item in tx.cases.items(case_id) if item.state is ItemState.PENDING)
    return record.case.school, tuple(item.item for item in waiting)


def _refusal(decision: Decision, reason: str) -> Refusal:
    return ReturnedForCorrection(reason=reason) if decision is Decision.RETURN else NotApproved(reason=reason)
