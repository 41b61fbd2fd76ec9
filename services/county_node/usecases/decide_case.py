"""An officer decides: approve with exceptions row by row, return for correction, or refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chassis.desk.commands import DecideCommand
from chassis.ledger import CaseHeading, CaseRecord
from county_node.domain.decisions import DECISION_LABELS, require_exceptions, require_offered, settled_by
from county_node.domain.routing import releasing_school_knows
from county_node.store.transaction import CountyTransaction
from county_node.usecases.allocate_numbers import allocate_numbers
from county_node.usecases.announce import Told, outcome_told, tell
from county_node.usecases.bench import SETTLED, Bench
from county_node.usecases.move_on import Taken, move_on
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.endorsement import Endorsed, Endorsement, read_chain, standing_items
from kernel.feed import CaseOutcome, ItemOutcome
from kernel.office import Identity
from kernel.refusals import CaseAlreadyDecided, CaseNotAwaitingThisOffice
from kernel.regulation import Step
from kernel.statement import StatementKind


def decide_case(
    tx: CountyTransaction, command: DecideCommand, /, *, by: Identity, now: datetime, bench: Bench
) -> CaseHeading:
    """Sign the officer's decision and let the case go where it goes next. The same decision again changes nothing.

    Raises:
        CaseNotFound: no such case. CaseNotAwaitingThisOffice: it is somebody else's turn.
        CaseAlreadyDecided: this office decided otherwise.
        ReasonRequired: returned or refused without a reason. ReasonNotListed: of a transfer, by an unlisted one (R15).
        NotOfferedHere: a releasing side does not return.
        RequestMalformed: exceptions that name no pupil of the case, or all of them.
        NotOfferedHere, NumberSpaceExhausted: numbers were to be given (``allocate_numbers``), and may or can not be.
    """
    record = tx.cases.get(command.case_id, lock=True)
    chain = read_chain(record.case, verify=bench.verify, register=bench.register)
    step = _awaited_step(record, bench)
    if step is None or command.step not in ("", step.value):
        return _decided_before(record, chain, command, bench)
    standing = standing_items(record.case, chain)
    endorsement = Endorsement(
        case_digest=record.case.digest,
        covers=record.case.head,
        step=step,
        decision=command.decision,
        at_ms=milliseconds(now),
        maker=by.person,
        reason=command.reason,
        reason_code=command.reason_code,
        exceptions=command.exceptions,
    )
    if command.allocate_numbers:
        allocated = allocate_numbers(tx, record.case, endorsement, standing, by=by.person, now=now, bench=bench)
        endorsement = replace(endorsement, allocated=allocated)
    require_offered(step, command.decision, command.reason_code)
    require_exceptions(endorsement, standing)
    case = record.case.with_endorsement(bench.sign(StatementKind.ENDORSEMENT, endorsement.content()))
    chain = (*chain, Endorsed(endorsement, bench.here))
    told = move_on(tx, case, chain, taken=[Taken(step.value, bench.here, now)], now=now, bench=bench)
    told += _settle(tx, case, chain, settled_by(endorsement, standing), now=now, bench=bench)
    heading = tx.cases.get(case.case_id).heading
    tell(tx, told, now=now)
    return heading


def _awaited_step(record: CaseRecord, bench: Bench) -> Step | None:
    """The step that waits for this office; None when none does."""
    if record.state is CaseState.OPEN and record.awaited.office == str(bench.here):
        return Step(record.awaited.step)
    return None


def _decided_before(
    record: CaseRecord, chain: tuple[Endorsed, ...], command: DecideCommand, bench: Bench
) -> CaseHeading:
    """A decision made already is answered as it was: of the step that the person saw, where the request names one."""
    ours = [
        endorsed.endorsement
        for endorsed in chain
        if endorsed.office == bench.here and command.step in ("", endorsed.endorsement.step.value)
    ]
    if not ours:
        raise CaseNotAwaitingThisOffice(awaited=record.awaited.office or record.state.label)
    last = ours[-1]
    said = (last.decision, last.reason, last.reason_code, last.exceptions)
    if said != (command.decision, command.reason, command.reason_code, command.exceptions):
        raise CaseAlreadyDecided(outcome=DECISION_LABELS[last.decision])
    return record.heading


def _settle(
    tx: CountyTransaction,
    case: Case,
    chain: tuple[Endorsed, ...],
    outcomes: tuple[ItemOutcome, ...],
    *,
    now: datetime,
    bench: Bench,
) -> list[Told]:
    """Pupils who leave the case here go down with their reason."""
    if not outcomes:
        return []
    closed = tx.cases.settle(case.case_id, outcomes)
    if closed:
        tx.cases.note(case.case_id, step=SETTLED, office=bench.here, at=now)
    entry = CaseOutcome(case.case_id, outcomes, closed, milliseconds(now))
    knows = releasing_school_knows(case, chain)
    return outcome_told(case, entry, bench=bench, releasing_school_knows=knows)
