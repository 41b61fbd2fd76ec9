"""Take in a case that an authority submits: verify it, remember it, and do what its chain of endorsements allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from chassis.ledger import NOBODY, Awaited, CaseRecord
from kernel.calendar import Due, working_days_after
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.endorsement import Endorsed, Register, authority_of, read_chain
from kernel.feed import CaseProgress
from kernel.office import NATION, Office
from kernel.policy import Policy
from kernel.refusals import CaseAlreadyDecided, CaseNotFound
from kernel.statement import Verify
from province_hub.domain.turn import Asked, Complete, Refused, Turn, require_fitting, require_sender, turn_of
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, tell
from province_hub.usecases.apply_transfer import apply_transfer
from province_hub.usecases.ask_numbers import NUMBER_ASKED, ask_numbers
from province_hub.usecases.ask_releasing_side import ask_releasing_side
from province_hub.usecases.refuse_transfer import refuse_transfer

RECEIVED = "received"  # 已接收


@dataclass(frozen=True)
class Receipt:
    """That a case is here, with the chain that ends in ``head``. The hub has no statutory clock of its own."""

    case_id: str
    head: str
    received_at: datetime


class BeginGaining(Protocol):
    """The filing side of a transfer between provinces, ours, has endorsed: the index is to be asked."""

    def __call__(self, tx: HubTransaction, case: Case, /, *, now: datetime) -> None: ...


class TakeReleasing(Protocol):
    """The releasing side of a transfer between provinces, ours, has endorsed or refused."""

    def __call__(self, tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], /, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class Rules:
    """What a hub judges and carries out cases by.

    Attributes:
        here: this hub's office. register: the schools of this province. policy: this province's rule pack.
    """

    here: Office
    register: Register
    verify: Verify
    policy: Policy
    begin_gaining: BeginGaining
    take_releasing_endorsement: TakeReleasing


def receive_case(tx: HubTransaction, case: Case, /, *, sender: Office, now: datetime, rules: Rules) -> Receipt:
    """Receive, or receive again: a chain that is known already changes nothing and gets the same receipt.

    What speaks against the case refuses the call; what speaks against a pupil in it becomes that item's outcome and
    goes down the feed.

    Raises:
        OutsideJurisdiction: the sender or a signer is not the office that it should be.
        SchoolUnknown, RequestMalformed, AlreadyCustodian: the case does not fit its procedure.
        RulePackUnknown: it is filed under a rule pack that this province does not apply.
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
        rules.policy.require_named(case.rule_pack)
    elif known.state is CaseState.CLOSED:
        raise CaseAlreadyDecided(outcome=known.state.label)
    chain = read_chain(case, verify=rules.verify, register=rules.register)
    require_sender(case, sender, register=rules.register, chain=chain)
    turn = turn_of(case, chain, register=rules.register)

    if known is None:
        _require_ours_to_begin(case, here=rules.here)
        if not tx.cases.add(case, state=CaseState.OPEN, awaited=NOBODY, received_at=now, due=None):
            # The same submission is being taken in beside this one, and has just been committed.
            return receive_case(tx, case, sender=sender, now=now, rules=rules)
    awaited, due = _next(case, turn, now=now)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=due)
    if case.procedure.leaves_province and known is not None:
        rules.take_releasing_endorsement(tx, case, chain, now=now)
    else:
        taken = _steps_since(known, chain, here=rules.here, now=now)
        for step in taken:
            tx.cases.note(case.case_id, step=step.name, office=step.office, at=step.at)
        if case.procedure.leaves_province:
            rules.begin_gaining(tx, case, now=now)
        else:
            receiving = authority_of(case.school, register=rules.register)
            # Whoever submits has noted its own side's steps already.
            news = [step for step in taken if step.name == RECEIVED or sender != receiving]
            progress = [(receiving, _progress(case, step, awaited=awaited, due=due)) for step in news]
            tell(tx, [*progress, *_act(tx, case, chain, turn, now=now, rules=rules)], now=now)
    return Receipt(case.case_id, case.head, known.heading.received_at if known else now)


def _require_ours_to_begin(case: Case, *, here: Office) -> None:
    """A transfer that another province's school filed comes by letter from its hub, never from a county of ours."""
    if case.procedure.leaves_province and case.school[2:4] != here.code:
        raise CaseNotFound(field="case_id")


def _next(case: Case, turn: Turn, *, now: datetime) -> tuple[Awaited, Due | None]:
    if isinstance(turn, Asked):
        # Art. 14: each office has its days, and they begin when it is asked.
        due = working_days_after(now, case.procedure.step_working_days)
        return Awaited(turn.step.value, str(turn.office) if turn.office else ""), due
    return (Awaited(NUMBER_ASKED, str(NATION)) if case.procedure.begins_record else NOBODY), None


@dataclass(frozen=True)
class _Step:
    """A step that was taken, as timelines show it."""

    name: str
    office: Office
    at: datetime


def _steps_since(known: CaseRecord | None, chain: tuple[Endorsed, ...], *, here: Office, now: datetime) -> list[_Step]:
    """The endorsements that are new here, and the receipt where the whole case is."""
    new = chain[len(known.case.endorsements) :] if known else chain
    steps = [
        _Step(
            endorsed.endorsement.step.value,
            endorsed.office,
            datetime.fromtimestamp(endorsed.endorsement.at_ms / 1000, UTC),
        )
        for endorsed in new
    ]
    return steps if known else [*steps, _Step(RECEIVED, here, now)]


def _progress(case: Case, step: _Step, *, awaited: Awaited, due: Due | None) -> CaseProgress:
    return CaseProgress(
        case.case_id,
        step.name,
        str(step.office),
        milliseconds(step.at),
        awaited_step=awaited.step,
        awaited_office=awaited.office,
        due_at_ms=milliseconds(due.at) if due else 0,
    )


def _act(
    tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], turn: Turn, *, now: datetime, rules: Rules
) -> list[Told]:
    """Do what the turn asks of a case inside the province; who is to hear what."""
    match turn:
        case Complete() if case.procedure.begins_record:
            ask_numbers(tx, case, chain, now=now)
            return []
        case Complete():
            return apply_transfer(tx, case, chain, now=now, here=rules.here, register=rules.register)
        case Asked():
            return ask_releasing_side(tx, case, turn, now=now, here=rules.here, register=rules.register)
        case Refused():
            refusing = turn.by.endorsement
            return refuse_transfer(tx, case, refusing, now=now, here=rules.here, register=rules.register)
