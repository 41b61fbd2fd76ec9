"""End a case inside the province that an office above the filing side, or the releasing side, refused or returned."""

from __future__ import annotations

from datetime import datetime

from kernel.case import Case, ItemState
from kernel.custody import releasing_side_reason
from kernel.endorsement import Decision, Endorsement, authority_in
from kernel.feed import ItemOutcome
from kernel.refusals import NotApproved, Refusal, ReturnedForCorrection
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, asked_beside, settle
from province_hub.usecases.lock_records import give_back_locks
from province_hub.usecases.rules import Rules


def refuse_case(tx: HubTransaction, case: Case, refusing: Endorsement, *, now: datetime, rules: Rules) -> list[Told]:
    """The records stay as they are, their locks are given back, and every side hears the reason (R15)."""
    waiting = [one.item for one in tx.cases.items(case.case_id) if one.state is ItemState.PENDING]
    give_back_locks(tx, case, waiting)
    said = _said(refusing)
    outcomes = tuple(ItemOutcome(one.item_id, refused=said) for one in waiting)
    beside = asked_beside(tx, case.case_id, province=rules.here.code)
    outcome = settle(tx, case, outcomes, here=rules.here, now=now)
    codes = [code for code in (case.school, case.releasing_school) if code]
    offices = {authority_in(case, code, register=rules.register) for code in codes} | set(beside)
    return [(office, outcome) for office in sorted(offices, key=str)]


def _said(refusing: Endorsement) -> Refusal:
    if refusing.step.releasing and refusing.reason_code:
        reason = releasing_side_reason(refusing.reason_code)
        return NotApproved(reason=f"{reason.label}：{refusing.reason}", reason_code=reason.value)
    if refusing.decision is Decision.RETURN:
        return ReturnedForCorrection(reason=refusing.reason)
    return NotApproved(reason=refusing.reason)
