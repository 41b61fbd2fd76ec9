"""Take in what the national index answered: records begin, or a reason goes back (Articles 4 to 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.case import CaseState, Item, ItemState
from kernel.clock import day_of, milliseconds
from kernel.divisions import province_name
from kernel.effects import Change, enrol
from kernel.endorsement import authority_in, require_school_in
from kernel.feed import ItemOutcome
from kernel.history import Approval, event_of
from kernel.refusals import AlreadyRegistered, Refusal, refusal
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import settle, tell, told_since
from province_hub.usecases.provincial_numbers import aux_numbers
from province_hub.usecases.rules import Rules
from province_hub.usecases.tell_suspected import tell_suspected


@dataclass(frozen=True)
class IndexAnswer:
    """The index on one item: a number with its key, or a refusal's code.

    Attributes:
        custodian: province of the record that stands already, where the code says that one does.
        suspected: province of a record that may be the same child's; the number was given all the same.
    """

    number: str = ""
    student_key: str = ""
    refusal_code: str = ""
    custodian: str = ""
    suspected: str = ""


def take_index_answer(
    tx: HubTransaction,
    case_id: str,
    answers: Mapping[str, IndexAnswer],
    *,
    by: Approval,
    now: datetime,
    rules: Rules,
) -> None:
    """Admit those who got a number, refuse the others, tell the authority. A second answer changes nothing.

    Args:
        answers: by item id, one for each item that was asked for.
        by: whose approval settled the case.
    """
    record = tx.cases.get(case_id, lock=True)
    if record.state is CaseState.CLOSED:
        return
    case = record.case
    waiting = [item.item for item in tx.cases.items(case_id) if item.state is ItemState.PENDING]
    today = day_of(milliseconds(now))
    admitted = [item for item in waiting if answers[item.item_id].number]
    school = require_school_in(case, case.school, register=rules.register)
    grades = [item.values.get("grade", "") for item in admitted]
    helpers = aux_numbers(tx, rules.pack_of(case), grades, school=school, on=today, here=rules.here)
    begun = {
        item.item_id: enrol(
            Change(case, item, today, aux_number=helper),
            student_key=answers[item.item_id].student_key,
            number=answers[item.item_id].number,
        )
        for item, helper in zip(admitted, helpers, strict=True)
    }
    at_ms, step = milliseconds(now), case.procedure.chain[-1].value
    tx.students.admit(
        list(begun.values()),
        [
            event_of(case, None, student, by=by, step=step, at_ms=at_ms, item_id=item_id)
            for item_id, student in begun.items()
        ],
    )
    outcomes = tuple(_outcome(item, begun.get(item.item_id), answers[item.item_id]) for item in waiting)
    entry = settle(tx, case, outcomes, here=rules.here, now=now)
    since = told_since(case, begun.values(), now=now, register=rules.register)
    tell(tx, [(authority_in(case, case.school, register=rules.register), entry), *since], now=now)
    suspected = [
        (item, answers[item.item_id].number, answers[item.item_id].suspected)
        for item in admitted
        if answers[item.item_id].suspected
    ]
    tell_suspected(tx, case, suspected, now=now, rules=rules)


def _outcome(item: Item, begun: Student | None, answer: IndexAnswer) -> ItemOutcome:
    if begun is not None:
        return ItemOutcome(item.item_id, number=begun.number, student_key=begun.student_key)
    return ItemOutcome(item.item_id, refused=_refusal(answer))


def _refusal(answer: IndexAnswer) -> Refusal:
    said = refusal(answer.refusal_code)
    # Art. 6: which province, and nothing else of the child.
    return AlreadyRegistered(province=province_name(answer.custodian)) if isinstance(said, AlreadyRegistered) else said
