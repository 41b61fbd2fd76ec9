"""Take in a case that a school submits: verify it, start its clock, or pass it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.ledger import NOBODY, CaseRecord
from county_node.domain.routing import require_submitter
from county_node.store.transaction import CountyTransaction
from county_node.usecases.move_on import move_on
from county_node.usecases.offices import Bench
from kernel.calendar import Due
from kernel.case import Case, CaseState
from kernel.endorsement import read_chain
from kernel.office import Office
from kernel.refusals import CaseAlreadyDecided, CaseNotFound, ChainBroken, DigestReused
from kernel.regulation import Step

RECEIVED = "received"  # 已接收


@dataclass(frozen=True)
class Receipt:
    """That a case is here, with the chain that ends in ``head``, and the clock that started with it."""

    case_id: str
    head: str
    received_at: datetime
    due: Due | None


def receive_case(tx: CountyTransaction, case: Case, /, *, sender: Office, now: datetime, bench: Bench) -> Receipt:
    """Receive, or receive again: a chain that is known already changes nothing and gets the same receipt.

    Raises:
        SignatureInvalid, ChainBroken, EndorsementOutOfTurn: the chain is not good.
        OutsideJurisdiction: the school is not this authority's, or files for another.
        DigestReused: another case is known under its id.
        CaseAlreadyDecided: the chain grew after the case was closed.
        CaseNotFound: a releasing school endorsed what nobody asked it.
    """
    chain = read_chain(case, verify=bench.verify, register=bench.register)
    known = tx.cases.find(case.case_id, lock=True)
    if known is not None and not _has_grown(case, known.case):
        return _receipt(case, known)
    require_submitter(chain, sender, bench.here, register=bench.register)
    last = chain[-1].endorsement
    if known is None:
        if last.step is not Step.IN_SCHOOL:
            raise CaseNotFound(field="case_id")
        if not tx.cases.add(case, state=CaseState.OPEN, awaited=NOBODY, received_at=now, due=None):
            # The same submission is being taken in beside this one, and has just been committed.
            return receive_case(tx, case, sender=sender, now=now, bench=bench)
    elif known.state is CaseState.CLOSED:
        raise CaseAlreadyDecided(outcome=known.state.label)
    tx.cases.note(case.case_id, step=last.step.value, office=sender, at=now)
    tx.cases.note(case.case_id, step=RECEIVED, office=bench.here, at=now)
    move_on(tx, case, chain, step_taken=RECEIVED, taken_by=str(bench.here), now=now, bench=bench)
    return _receipt(case, tx.cases.get(case.case_id))


def _receipt(case: Case, record: CaseRecord) -> Receipt:
    heading = record.heading
    due = Due(heading.due_at, heading.due_provisional, "") if heading.due_at else None
    return Receipt(case.case_id, case.head, heading.received_at, due)


def _has_grown(case: Case, known: Case) -> bool:
    """Whether there are endorsements beyond those that are known."""
    if case.digest != known.digest:
        raise DigestReused(field="case_id")
    both = min(len(case.endorsements), len(known.endorsements))
    if case.endorsements[:both] != known.endorsements[:both]:
        raise ChainBroken(why="与已收到的签批不一致")
    return len(case.endorsements) > both
