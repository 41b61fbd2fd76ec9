"""An officer decides: approve with exceptions row by row, return for correction, or refuse."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import DecideCommand
from chassis.ledger import CaseHeading, CaseRecord
from county_node.store.transaction import CountyTransaction
from county_node.usecases.move_on import move_on
from county_node.usecases.offices import Bench, tell_schools
from kernel.case import Case, CaseState
from kernel.custody import releasing_side_reason
from kernel.endorsement import Decision, Endorsed, Endorsement, ItemException, read_chain, standing_items
from kernel.feed import CaseOutcome, ItemOutcome
from kernel.office import Identity
from kernel.refusals import (
    CaseAlreadyDecided,
    CaseNotAwaitingThisOffice,
    NotApproved,
    NotOfferedHere,
    Refusal,
    RequestMalformed,
    ReturnedForCorrection,
)
from kernel.regulation import Step
from kernel.statement import StatementKind

SETTLED = "settled"  # 办结


def decide_case(
    tx: CountyTransaction, command: DecideCommand, /, *, by: Identity, now: datetime, bench: Bench
) -> CaseHeading:
    """Sign the officer's decision and let the case go where it goes next. The same decision again changes nothing.

    Raises:
        CaseNotFound: no such case. CaseNotAwaitingThisOffice: it is somebody else's turn.
        CaseAlreadyDecided: this office decided otherwise.
        ReasonRequired: returned or refused without a reason. ReasonNotListed: of a transfer, by an unlisted one (R15).
        NotOfferedHere: a releasing side does not return.
        RequestMalformed: exceptions that name no item of the case, or all of them.
    """
    record = tx.cases.get(command.case_id, lock=True)
    step = _awaited_step(record, bench)
    chain = read_chain(record.case, verify=bench.verify, register=bench.register)
    if step is None:
        return _decided_before(record, chain, command, bench)
    _require_offered(command, step, record.case)
    endorsement = Endorsement(
        case_digest=record.case.digest,
        covers=record.case.head,
        step=step,
        decision=command.decision,
        at_ms=int(now.timestamp() * 1000),
        maker=by.person,
        reason=command.reason,
        reason_code=command.reason_code,
        exceptions=command.exceptions,
    )
    jws = bench.sign(StatementKind.ENDORSEMENT, endorsement.content())
    case = record.case.with_endorsement(jws)
    chain = (*chain, Endorsed(endorsement, bench.here))
    tx.cases.note(case.case_id, step=step.value, office=bench.here, at=now)
    move_on(tx, case, chain, step_taken=step.value, taken_by=str(bench.here), now=now, bench=bench)
    _settle(tx, case, command, step, now=now, bench=bench)
    return tx.cases.get(case.case_id).heading


def _awaited_step(record: CaseRecord, bench: Bench) -> Step | None:
    """The step that waits for this office; None when it has decided."""
    if record.state is CaseState.OPEN and record.awaited.office == str(bench.here):
        return Step(record.awaited.step)
    return None


def _decided_before(
    record: CaseRecord, chain: tuple[Endorsed, ...], command: DecideCommand, bench: Bench
) -> CaseHeading:
    ours = [endorsed.endorsement for endorsed in chain if endorsed.office == bench.here]
    if not ours:
        raise CaseNotAwaitingThisOffice(awaited=record.awaited.office or record.state.label)
    last = ours[-1]
    said = (last.decision, last.reason, last.reason_code, last.exceptions)
    if said != (command.decision, command.reason, command.reason_code, command.exceptions):
        raise CaseAlreadyDecided(outcome={"approve": "核准", "return": "退回修改", "reject": "不予核准"}[last.decision])
    return record.heading


def _require_offered(command: DecideCommand, step: Step, case: Case) -> None:
    if step in (Step.OUT_SCHOOL, Step.OUT_AUTHORITY):
        if command.decision is Decision.RETURN:
            raise NotOfferedHere(what="转出方退回修改")
        if command.decision is Decision.REJECT:
            releasing_side_reason(command.reason_code)
    items = {item.item_id for item in case.items}
    excepted = [exception.item_id for exception in command.exceptions]
    if not items.issuperset(excepted) or len(set(excepted)) != len(excepted):
        raise RequestMalformed(field="exceptions", why="有不在本业务中的学生，或重复")
    if command.exceptions and command.decision is not Decision.APPROVE:
        raise RequestMalformed(field="exceptions", why="整份退回或不予核准时不再逐人例外")
    if items and items == set(excepted):
        raise RequestMalformed(field="exceptions", why="没有核准的学生，请整份退回或不予核准")


def _settle(
    tx: CountyTransaction, case: Case, command: DecideCommand, step: Step, *, now: datetime, bench: Bench
) -> None:
    """Items that leave the case here go down with their reason; the rest goes on."""
    if command.decision is Decision.APPROVE:
        outcomes = [ItemOutcome(each.item_id, refused=_said(each)) for each in command.exceptions]
    elif step is Step.IN_AUTHORITY:
        whole = ItemException("", command.decision, command.reason)
        outcomes = [ItemOutcome(item.item_id, refused=_said(whole)) for item in standing_items(case, ())]
    else:
        return  # a releasing side's refusal is the hub's to carry out
    if not outcomes:
        return
    closed = tx.cases.settle(case.case_id, outcomes)
    if closed:
        tx.cases.note(case.case_id, step=SETTLED, office=bench.here, at=now)
    entry = CaseOutcome(case.case_id, tuple(outcomes), closed, int(now.timestamp() * 1000))
    tell_schools(tx, case, entry, bench=bench, now=now)


def _said(exception: ItemException) -> Refusal:
    if exception.decision is Decision.RETURN:
        return ReturnedForCorrection(reason=exception.reason)
    return NotApproved(reason=exception.reason)
