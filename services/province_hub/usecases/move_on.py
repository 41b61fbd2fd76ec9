"""Take a case from one endorsement to the next: do what its chain allows now, and tell who is to hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.ledger import NOBODY, Awaited
from kernel.calendar import Due
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.custody import Custody
from kernel.endorsement import Endorsed, authority_in
from kernel.feed import CaseProgress, ItemOutcome
from kernel.office import NATION, Office
from province_hub.domain.turn import Asked, Complete, Refused, Turn, turn_of
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, settle, tell
from province_hub.usecases.apply_case import apply_case
from province_hub.usecases.ask_document import apply_with_document
from province_hub.usecases.ask_next import ASKED, ask_next
from province_hub.usecases.ask_numbers import NUMBER_ASKED, ask_numbers
from province_hub.usecases.assign_school import ask_to_assign
from province_hub.usecases.judge_items import judge_items
from province_hub.usecases.refuse_case import refuse_case
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import CASES_WAIT


@dataclass(frozen=True)
class Taken:
    """A step that was taken, as timelines show it. ``told``: its own side has noted it already."""

    step: str
    office: Office
    at: datetime
    told: bool = False


def move_on(
    tx: HubTransaction,
    case: Case,
    chain: tuple[Endorsed, ...],
    *,
    taken: Sequence[Taken],
    now: datetime,
    rules: Rules,
) -> None:
    """Route the case by its chain.

    Raises:
        ChainBroken, ReasonNotListed, NotOfferedHere: the chain is not one that a hub takes (``turn_of``).
        RulePackUnknown: it is filed under a rule pack that is not known here.
    """
    turn = turn_of(case, chain, register=rules.register, added=rules.added_steps(case))
    awaited, due = _next(case, turn, now=now, rules=rules)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=awaited, due=due)
    for step in taken:
        tx.cases.note(case.case_id, step=step.step, office=step.office, at=step.at)
    refused = _own_side_against(tx, case, turn, now=now, rules=rules)
    if _begins_handshake(case, turn) and not refused:
        rules.begin_gaining(tx, case, now=now)
        return
    ask_to_assign(tx, case, refused, now=now, rules=rules)
    filing = authority_in(case, case.school, register=rules.register)
    news = [(filing, _progress(case, step, awaited=awaited, due=due)) for step in taken if not step.told]
    told = (
        [(filing, settle(tx, case, refused, here=rules.here, now=now))]
        if refused
        else _act(tx, case, chain, turn, now=now, rules=rules)
    )
    tell(tx, [*news, *told], now=now)
    resume_waiting(tx, case, now=now, rules=rules)


def resume_waiting(tx: HubTransaction, settled: Case, *, now: datetime, rules: Rules) -> None:
    """What waited for this case's pupils goes on, if nothing else stands in its way."""
    if tx.cases.get(settled.case_id).state is not CaseState.CLOSED:
        return
    numbers = [item.values["number"] for item in settled.items if "number" in item.values]
    for case_id in tx.cases.waiting_about(numbers):
        resume(tx, case_id, now=now, rules=rules)
    tx.wake(CASES_WAIT)  # another province's requests wait as well


def resume(tx: HubTransaction, case_id: str, *, now: datetime, rules: Rules) -> None:
    """Let a case of this province that waits go on, where nothing stands in its way any more."""
    record = tx.cases.get(case_id, lock=True)
    case = record.case
    between = case.procedure.leaves_province
    if record.state is CaseState.CLOSED or record.heading.waits_for is None or between or _is_blocked(tx, case):
        return  # of a transfer between provinces the losing hub decides when it goes on
    chain = rules.read_chain(case)
    move_on(tx, case, chain, taken=[Taken("resumed", rules.here, now)], now=now, rules=rules)


def _is_blocked(tx: HubTransaction, case: Case) -> bool:
    (item,) = case.items
    held = tx.students.by_number(item.values.get("number", ""), lock=True)
    if held is None or held.custody is Custody.GONE:
        return False  # it goes on to its end
    in_work = bool(held.open_case) and held.open_case != case.case_id
    return held.custody is Custody.FROZEN or in_work or bool(held.student.standing.get("problem"))


def _own_side_against(
    tx: HubTransaction, case: Case, turn: Turn, *, now: datetime, rules: Rules
) -> tuple[ItemOutcome, ...]:
    """What this province's own rules say against taking a pupil in, before anybody else is asked (Art. 11)."""
    if not case.procedure.leaves_province or isinstance(turn, Refused):
        return ()
    judged = [(item, None) for item in case.items]
    judgements = judge_items(tx, case, judged, step=ASKED, now=now, rules=rules)
    return tuple(
        ItemOutcome(item.item_id, refused=judgement.refusals[0])
        for item, judgement in zip(case.items, judgements, strict=True)
        if not judgement.approved
    )


def _begins_handshake(case: Case, turn: Turn) -> bool:
    """Our side has endorsed a procedure that the index decides: the other province is asked by letter."""
    if not case.procedure.leaves_province:
        return False
    return isinstance(turn, Complete) or (isinstance(turn, Asked) and turn.step.releasing)


def _next(case: Case, turn: Turn, *, now: datetime, rules: Rules) -> tuple[Awaited, Due | None]:
    if isinstance(turn, Asked):
        office = str(turn.office) if turn.office else ""
        return Awaited(turn.step.value, office), rules.due(case, now, turn.step)
    return (Awaited(NUMBER_ASKED, str(NATION)) if case.procedure.begins_record else NOBODY), None


def _progress(case: Case, step: Taken, *, awaited: Awaited, due: Due | None) -> CaseProgress:
    return CaseProgress(
        case.case_id,
        step.step,
        str(step.office),
        milliseconds(step.at),
        awaited_step=awaited.step,
        awaited_office=awaited.office,
        due_at_ms=milliseconds(due.at) if due else 0,
        due_provisional=due.provisional if due else False,
    )


def _act(
    tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], turn: Turn, *, now: datetime, rules: Rules
) -> list[Told]:
    """Do what the turn asks of a case inside the province; who is to hear what."""
    match turn:
        case Complete() if case.procedure.begins_record:
            return ask_numbers(tx, case, chain, now=now, rules=rules)
        case Complete() if case.procedure.identifies:
            return apply_with_document(tx, case, chain, now=now, rules=rules)
        case Complete():
            return apply_case(tx, case, chain, now=now, rules=rules)
        case Asked():
            return ask_next(tx, case, turn, now=now, rules=rules)
        case Refused():
            return refuse_case(tx, case, turn.by.endorsement, now=now, rules=rules)
