"""The province itself endorses, where a rule pack says so: its officer decides, and the hub signs."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import DecideCommand
from chassis.ledger import CaseHeading
from kernel.case import CaseState
from kernel.clock import milliseconds
from kernel.custody import releasing_side_reason
from kernel.endorsement import Decision, Endorsed, Endorsement
from kernel.office import Identity
from kernel.refusals import CaseAlreadyDecided, CaseNotAwaitingThisOffice, NotOfferedHere
from kernel.regulation import Step
from kernel.statement import StatementKind
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.move_on import Taken, move_on
from province_hub.usecases.rules import Rules


def decide_case(
    tx: HubTransaction, command: DecideCommand, /, *, by: Identity, now: datetime, rules: Rules
) -> CaseHeading:
    """Sign the officer's decision and let the case go where it goes next. The same decision again changes nothing.

    Raises:
        CaseNotFound: no such case. CaseNotAwaitingThisOffice: it is somebody else's turn.
        CaseAlreadyDecided: the province decided otherwise.
        ReasonRequired: returned or refused without a reason. ReasonNotListed: a release, by an unlisted one (R15).
        NotOfferedHere: rows decided one by one, which is the authority's.
    """
    record = tx.cases.get(command.case_id, lock=True)
    case = record.case
    if command.exceptions:
        raise NotOfferedHere(what="逐人例外")
    chain = rules.read_chain(case)
    ours = record.state is CaseState.OPEN and record.awaited.office == str(rules.here)
    if not ours or command.step not in ("", record.awaited.step):
        _require_decided_so(chain, command, awaited=record.awaited.office or record.state.label, rules=rules)
        return record.heading
    step = Step(record.awaited.step)
    if step.releasing and command.decision is Decision.REJECT:
        releasing_side_reason(command.reason_code)
    endorsement = Endorsement(
        case_digest=case.digest,
        covers=case.head,
        step=step,
        decision=command.decision,
        at_ms=milliseconds(now),
        maker=by.person,
        reason=command.reason,
        reason_code=command.reason_code,
    )
    case = case.with_endorsement(rules.sign(StatementKind.ENDORSEMENT, endorsement.content()))
    chain = (*chain, Endorsed(endorsement, rules.here))
    if case.procedure.leaves_province and tx.transfers.losing(case.case_id) is not None:
        tx.cases.advance(case, state=CaseState.OPEN, awaited=record.awaited, due=None)
        rules.take_releasing_endorsement(tx, case, chain, now=now)
    else:
        move_on(tx, case, chain, taken=[Taken(step.value, rules.here, now)], now=now, rules=rules)
    return tx.cases.get(case.case_id).heading


def _require_decided_so(chain: tuple[Endorsed, ...], command: DecideCommand, *, awaited: str, rules: Rules) -> None:
    """A decision made already is answered as it was; another one is refused."""
    ours = [endorsed.endorsement for endorsed in chain if endorsed.office == rules.here]
    if not ours:
        raise CaseNotAwaitingThisOffice(awaited=awaited)
    last = ours[-1]
    if (last.decision, last.reason, last.reason_code) != (command.decision, command.reason, command.reason_code):
        raise CaseAlreadyDecided(outcome="已核办")
