"""Take in a case that an authority submits: verify it, remember it, and do what its chain of endorsements allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.ledger import NOBODY, CaseRecord
from kernel.case import Case, CaseState
from kernel.clock import day_of
from kernel.endorsement import Endorsed
from kernel.office import Office
from kernel.refusals import CaseAlreadyDecided, CaseNotFound
from province_hub.domain.turn import require_fitting, require_sender
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.move_on import Taken, move_on
from province_hub.usecases.rules import Rules

RECEIVED = "received"  # 已接收


@dataclass(frozen=True)
class Receipt:
    """That a case is here, with the chain that ends in ``head``. The hub has no statutory clock of its own."""

    case_id: str
    head: str
    received_at: datetime


def receive_case(tx: HubTransaction, case: Case, /, *, sender: Office, now: datetime, rules: Rules) -> Receipt:
    """Receive, or receive again: a chain that is known already changes nothing and gets the same receipt.

    What speaks against the case refuses the call; what speaks against a pupil in it becomes that item's outcome and
    goes down the feed.

    Raises:
        OutsideJurisdiction: the sender or a signer is not the office that it should be.
        SchoolUnknown, RequestMalformed, AlreadyCustodian: the case does not fit its procedure.
        RulePackUnknown, RulePackNotInForce: it names another rule pack than the law of its day.
        SignatureInvalid, EndorsementOutOfTurn, ChainBroken, ReasonNotListed, NotOfferedHere: its chain is not good.
        DigestReused: another case is known under its id.
        CaseAlreadyDecided: the chain grew after the case was closed.
        CaseNotFound: endorsements of a releasing side that this hub never asked.
    """
    require_sender(case, sender, register=rules.register)
    known = tx.cases.find(case.case_id, lock=True)
    if known is not None and not case.extends(known.case):
        return Receipt(case.case_id, case.head, known.heading.received_at)
    if known is None:
        require_fitting(case, province=rules.here.code, register=rules.register)
        rules.packs.require_in_force(case.rule_pack, province=rules.here.code, on=day_of(case.filed_at_ms))
    elif known.state is CaseState.CLOSED:
        raise CaseAlreadyDecided(outcome=known.state.label)
    chain = rules.read_chain(case)
    require_sender(case, sender, register=rules.register, chain=chain)
    if known is None:
        _require_ours_to_begin(case, here=rules.here)
        if not tx.cases.add(case, state=CaseState.OPEN, awaited=NOBODY, received_at=now, due=None):
            # The same submission is being taken in beside this one, and has just been committed.
            return receive_case(tx, case, sender=sender, now=now, rules=rules)
    if case.procedure.leaves_province and tx.transfers.losing(case.case_id) is not None:
        tx.cases.advance(case, state=CaseState.OPEN, awaited=NOBODY, due=None)
        rules.take_releasing_endorsement(tx, case, chain, now=now)
    else:
        taken = _steps_since(known, chain, sender=sender, here=rules.here, now=now, school=case.school)
        move_on(tx, case, chain, taken=taken, now=now, rules=rules)
    return Receipt(case.case_id, case.head, known.heading.received_at if known else now)


def _require_ours_to_begin(case: Case, *, here: Office) -> None:
    """A transfer that another province's school filed comes by letter from its hub, never from a county of ours."""
    if case.procedure.leaves_province and case.school[2:4] != here.code:
        raise CaseNotFound(field="case_id")


def _steps_since(
    known: CaseRecord | None, chain: tuple[Endorsed, ...], *, sender: Office, here: Office, now: datetime, school: str
) -> list[Taken]:
    """The endorsements that are new here, and the receipt where the whole case is."""
    new = chain[len(known.case.endorsements) :] if known else chain
    steps = [
        Taken(
            endorsed.endorsement.step.value,
            endorsed.office,
            datetime.fromtimestamp(endorsed.endorsement.at_ms / 1000, UTC),
            # The filing side has noted its own steps.
            told=not endorsed.endorsement.step.releasing and endorsed.office.code in (sender.code, school),
        )
        for endorsed in new
    ]
    return steps if known else [*steps, Taken(RECEIVED, here, now)]
