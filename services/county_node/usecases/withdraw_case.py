"""A school takes a case back: what is still here ends here, what was sent up is asked above."""

from __future__ import annotations

from datetime import datetime

from chassis.ledger import CaseRecord
from county_node.domain.routing import Below, Ours, releasing_school_knows, require_party, route
from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import outcome_told, progress_told, tell
from county_node.usecases.bench import Bench, send_withdrawal_up
from kernel.case import Case, CaseState, ItemState
from kernel.clock import milliseconds
from kernel.endorsement import Endorsed, read_chain
from kernel.feed import CaseOutcome, CaseProgress, ItemOutcome
from kernel.office import Office, Tier
from kernel.refusals import CaseWithdrawn, Refusal, WithdrawalTooLate
from kernel.withdrawal import WITHDRAWAL_ASKED, WITHDRAWAL_REFUSED, WITHDRAWN, Withdrawal, require_in_time


def withdraw_case(tx: CountyTransaction, jws: str, /, *, sender: Office, now: datetime, bench: Bench) -> str:
    """End the case where it has not left this authority; else ask the hub. The id of the case; again is nothing new.

    Raises:
        SignatureInvalid: it is not the filing school's word about this case. CaseNotFound: no such case.
        OutsideJurisdiction: the sender is no school of this authority, or not one of the case's.
        AlreadySentUp, WithdrawalTooLate: the province's rules end the time earlier, or the case is over.
    """
    withdrawal = Withdrawal.read(jws, verify=bench.verify)
    record = tx.cases.get(withdrawal.case_id, lock=True)
    withdrawal.require_of(record.case)
    require_party(record.case, sender, bench.here, register=bench.register)
    steps = {event.step for event in tx.cases.timeline(record.case.case_id)}
    if steps & {WITHDRAWN, WITHDRAWAL_ASKED}:
        return withdrawal.case_id
    if record.state is CaseState.CLOSED:
        raise WithdrawalTooLate(until=record.state.label)
    chain = read_chain(record.case, verify=bench.verify, register=bench.register)
    given = [endorsed.endorsement.step for endorsed in chain]
    require_in_time(record.case, given, pack=bench.pack_of(record.case), sent_to=record.awaited.office)
    if isinstance(route(record.case, chain, here=bench.here, register=bench.register), Ours | Below):
        _end_here(tx, record, chain, CaseWithdrawn(reason=withdrawal.reason), now=now, bench=bench)
    else:
        tx.cases.note(record.case.case_id, step=WITHDRAWAL_ASKED, office=sender, at=now)
        send_withdrawal_up(tx, record.case, jws, now=now)
    return withdrawal.case_id


def withdrawal_refused(tx: CountyTransaction, case: Case, said: Refusal, /, *, now: datetime, bench: Bench) -> None:
    """The hub will not end the case: it goes on as before, and the school is told."""
    del said  # too late, whatever its name: the sentence is that of the step
    record = tx.cases.get(case.case_id, lock=True)
    tx.cases.note(case.case_id, step=WITHDRAWAL_REFUSED, office=bench.hub, at=now)
    heading = record.heading
    entry = CaseProgress(
        case.case_id,
        WITHDRAWAL_REFUSED,
        str(bench.hub),
        milliseconds(now),
        awaited_step=heading.awaited.step,
        awaited_office=heading.awaited.office,
        due_at_ms=milliseconds(heading.due_at) if heading.due_at else 0,
        waits_for=heading.waits_for,
    )
    tell(tx, progress_told(case, entry, bench=bench, releasing_school_knows=False), now=now)


def _end_here(
    tx: CountyTransaction,
    record: CaseRecord,
    chain: tuple[Endorsed, ...],
    said: Refusal,
    *,
    now: datetime,
    bench: Bench,
) -> None:
    case = record.case
    waiting = [one.item for one in tx.cases.items(case.case_id) if one.state is ItemState.PENDING]
    outcomes = tuple(ItemOutcome(item.item_id, refused=said) for item in waiting)
    tx.cases.note(case.case_id, step=WITHDRAWN, office=Office(Tier.SCHOOL, case.school), at=now)
    closed = tx.cases.settle(case.case_id, outcomes)
    entry = CaseOutcome(case.case_id, outcomes, closed, milliseconds(now))
    knows = releasing_school_knows(case, chain)
    tell(tx, outcome_told(case, entry, bench=bench, releasing_school_knows=knows), now=now)
