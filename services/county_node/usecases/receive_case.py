"""Take in a case that a school submits: verify it, start its clock, or pass it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.ledger import NOBODY, TimelineEvent
from county_node.domain.decisions import require_takeable, settled_by
from county_node.domain.routing import Below, Ours, require_fitting, require_party, route
from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import tell
from county_node.usecases.bench import RECEIVED, Bench
from county_node.usecases.move_on import Taken, move_on
from kernel.calendar import Due
from kernel.case import Case, CaseState
from kernel.clock import day_of
from kernel.endorsement import Endorsed, read_chain, standing_items
from kernel.office import Office
from kernel.refusals import CaseAlreadyDecided, CaseNotFound
from kernel.regulation import Step


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
        OutsideJurisdiction: the school is not this authority's, or submits what is another's.
        SignatureInvalid, ChainBroken, EndorsementOutOfTurn: the chain is not good.
        NotOfferedHere, ReasonNotListed: a releasing school returned it, or refused without a listed reason.
        RequestMalformed: it does not fit its procedure.
        RulePackUnknown, RulePackNotInForce: it names another rule pack than the law of its day.
        DigestReused: another case is known under its id.
        CaseAlreadyDecided: the chain grew after the case was closed.
        CaseNotFound: a releasing school endorsed what nobody asked it.
    """
    require_party(case, sender, bench.here, register=bench.register)
    chain = read_chain(case, verify=bench.verify, register=bench.register)
    require_takeable(chain, sender, standing_items(case, chain))
    known = tx.cases.find(case.case_id, lock=True)
    if known is not None and not case.extends(known.case):
        return _receipt(case, chain, tx.cases.timeline(case.case_id), bench=bench)
    last = chain[-1].endorsement
    if known is None:
        if last.step is not Step.IN_SCHOOL:
            raise CaseNotFound(field="case_id")
        require_fitting(case)
        bench.packs.require_in_force(case.rule_pack, province=bench.here.province, on=day_of(case.filed_at_ms))
        if not tx.cases.add(case, state=CaseState.OPEN, awaited=NOBODY, received_at=now, due=None):
            # The same submission is being taken in beside this one, and has just been committed.
            return receive_case(tx, case, sender=sender, now=now, bench=bench)
    elif known.state is CaseState.CLOSED:
        raise CaseAlreadyDecided(outcome=known.state.label)
    # Whom the school itself excepted it has told itself.
    tx.cases.settle(case.case_id, settled_by(last, case.items))
    taken = (
        Taken(last.step.value, sender, datetime.fromtimestamp(last.at_ms / 1000, UTC)),
        Taken(RECEIVED, bench.here, now),
    )
    told = move_on(tx, case, chain, taken=taken, now=now, bench=bench)
    receipt = _receipt(case, chain, tx.cases.timeline(case.case_id), bench=bench)
    tell(tx, told, now=now)
    return receipt


def _receipt(case: Case, chain: tuple[Endorsed, ...], timeline: Sequence[TimelineEvent], *, bench: Bench) -> Receipt:
    """Of this head of chain, whatever has happened since: it is read from what was noted when it came in."""
    signed = (chain[-1].endorsement.step, str(chain[-1].office))
    received = (RECEIVED, str(bench.here))
    steps = [(event.step, event.office) for event in timeline]
    received_at = timeline[steps.index(received, steps.index(signed))].at
    onward = route(case, chain, here=bench.here, register=bench.register)
    due = bench.due(case, received_at, onward.step.value) if isinstance(onward, Ours | Below) else None
    return Receipt(case.case_id, case.head, received_at, due)
