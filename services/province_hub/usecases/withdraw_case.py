"""A school takes a case back that its authority had sent up: it ends here, or the index is asked to end it."""

from __future__ import annotations

from datetime import datetime

from chassis.ledger import CaseRecord
from kernel.case import CaseState, ItemState
from kernel.endorsement import Endorsed, authority_in
from kernel.feed import ItemOutcome
from kernel.office import NATION, Office, Tier
from kernel.refusals import CaseWithdrawn, OutsideJurisdiction, Refusal, WithdrawalTooLate
from kernel.regulation import Step
from kernel.withdrawal import WITHDRAWAL_ASKED, WITHDRAWN, Withdrawal, require_in_time
from province_hub.domain.transfer.gaining import Gaining, GainingState
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import asked_beside, settle, tell
from province_hub.usecases.lock_records import give_back_locks
from province_hub.usecases.move_on import resume_waiting
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import Handshake
from province_hub.usecases.transfer.withdraw import ask_to_close

# The releasing side has released when its release is here: until then nobody but the index can tell (R3).
_RELEASED = frozenset({GainingState.FETCHING, GainingState.ESCROWED, GainingState.ACTIVE})


def withdraw_case(
    tx: HubTransaction, jws: str, /, *, sender: Office, now: datetime, rules: Rules, handshake: Handshake
) -> str:
    """End the case, or ask the index to end it. The id of the case; the same again is nothing new.

    Raises:
        SignatureInvalid: it is not the filing school's word about this case. CaseNotFound: no such case.
        OutsideJurisdiction: the sender is not the authority of the school that filed.
        AlreadySentUp, WithdrawalTooLate: the province's rules end the time earlier, or the case is over.
    """
    withdrawal = Withdrawal.read(jws, verify=rules.verify)
    record = tx.cases.get(withdrawal.case_id, lock=True)
    case = record.case
    withdrawal.require_of(case)
    if sender != authority_in(case, case.school, register=rules.register):
        raise OutsideJurisdiction(office=str(sender), what="撤销")
    steps = {event.step for event in tx.cases.timeline(case.case_id)}
    if steps & {WITHDRAWN, WITHDRAWAL_ASKED}:
        return case.case_id
    chain = rules.read_chain(case)
    transfer = tx.transfers.gaining(case.case_id)
    asked_of_nation = transfer is None and record.awaited.office == str(NATION)  # which writes what it answers
    if record.state is CaseState.CLOSED or asked_of_nation:
        raise WithdrawalTooLate(until=record.state.label)
    require_in_time(case, _given(chain, transfer), pack=rules.pack_of(case), sent_to=record.awaited.office)
    if transfer is not None:
        tx.cases.note(case.case_id, step=WITHDRAWAL_ASKED, office=Office(Tier.SCHOOL, case.school), at=now)
        ask_to_close(tx, case, by=rules.here, now=now, handshake=handshake)
    else:
        _end_here(tx, record, chain, CaseWithdrawn(reason=withdrawal.reason), now=now, rules=rules)
    return case.case_id


def _given(chain: tuple[Endorsed, ...], transfer: Gaining | None) -> list[Step]:
    given = [endorsed.endorsement.step for endorsed in chain]
    if transfer is not None and transfer.state in _RELEASED:
        given.append(Step.OUT_AUTHORITY)
    return given


def _end_here(
    tx: HubTransaction,
    record: CaseRecord,
    chain: tuple[Endorsed, ...],
    said: Refusal,
    *,
    now: datetime,
    rules: Rules,
) -> None:
    """The records stay as they are, their locks are given back, and every side that knew of it hears."""
    case = record.case
    waiting = [one.item for one in tx.cases.items(case.case_id) if one.state is ItemState.PENDING]
    give_back_locks(tx, case, waiting)
    tx.cases.note(case.case_id, step=WITHDRAWN, office=Office(Tier.SCHOOL, case.school), at=now)
    outcomes = tuple(ItemOutcome(item.item_id, refused=said) for item in waiting)
    offices = set(asked_beside(tx, case.case_id, province=rules.here.code))
    outcome = settle(tx, case, outcomes, here=rules.here, now=now)
    offices.add(authority_in(case, case.school, register=rules.register))
    if _other_side_knows(record, chain):
        offices.add(authority_in(case, case.releasing_school, register=rules.register))
    tell(tx, [(office, outcome) for office in sorted(offices, key=str)], now=now)
    resume_waiting(tx, case, now=now, rules=rules)


def _other_side_knows(record: CaseRecord, chain: tuple[Endorsed, ...]) -> bool:
    """Whether the releasing side has been asked: until then it is no business of theirs."""
    asked = record.awaited.step in {step.value for step in Step if step.releasing}
    return asked or any(endorsed.endorsement.step.releasing for endorsed in chain)
