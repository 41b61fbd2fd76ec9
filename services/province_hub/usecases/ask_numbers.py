"""Ask the national index for the numbers of an enrolment's pupils (Article 5)."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case, Item, ItemState
from kernel.endorsement import Decision, Endorsed, authority_in
from kernel.feed import ItemOutcome
from kernel.history import Approval
from kernel.refusals import NotApproved, Refusal, ReturnedForCorrection
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, settle
from province_hub.usecases.judge_items import judge_items
from province_hub.usecases.rules import Rules
from province_hub.usecases.tell_breaches import breaches_told
from province_hub.usecases.transfer import LANE_INDEX

KIND_ISSUE = "issue"
NUMBER_ASKED = "number_asked"  # 申请学籍号: what a case waits for meanwhile


def ask_numbers(
    tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], *, now: datetime, rules: Rules
) -> list[Told]:
    """Judge the pupils, and put the question for those who stand into lane ``index``; who is to hear what meanwhile.

    Items that an endorsement excepted are over, as their authority told.
    """
    tx.cases.settle(
        case.case_id,
        [
            ItemOutcome(excepted.item_id, refused=_refusal(excepted.decision, excepted.reason))
            for endorsed in chain
            for excepted in endorsed.endorsement.exceptions
        ],
    )
    waiting = [one.item for one in tx.cases.items(case.case_id) if one.state is ItemState.PENDING]
    judgements = judge_items(tx, case, [(item, None) for item in waiting], step=NUMBER_ASKED, now=now, rules=rules)
    refused = tuple(
        ItemOutcome(item.item_id, refused=judgement.refusals[0])
        for item, judgement in zip(waiting, judgements, strict=True)
        if not judgement.approved
    )
    told: list[Told] = []
    if refused:
        entry = settle(tx, case, refused, here=rules.here, now=now)
        told.append((authority_in(case, case.school, register=rules.register), entry))
    if len(refused) < len(waiting):
        by = Approval.of(chain[-1])
        question = {"kind": KIND_ISSUE, "case_id": case.case_id, "office": by.office, "person": by.person}
        tx.outbox.put(LANE_INDEX, f"{KIND_ISSUE}:{case.case_id}", question, now=now)
    return told + breaches_told(case, judgements, rules=rules)


def items_to_number(tx: HubTransaction, case_id: str) -> tuple[Case, tuple[Item, ...]]:
    """The case, and its items whose number is still to come, or still to be registered."""
    record = tx.cases.get(case_id)
    waiting = (item for item in tx.cases.items(case_id) if item.state is ItemState.PENDING)
    return record.case, tuple(item.item for item in waiting)


def _refusal(decision: Decision, reason: str) -> Refusal:
    return ReturnedForCorrection(reason=reason) if decision is Decision.RETURN else NotApproved(reason=reason)
