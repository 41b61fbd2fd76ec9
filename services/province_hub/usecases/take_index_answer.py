"""Take in what the national index answered: records begin, or a reason goes back (Articles 4 to 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.case import CaseState, Item, ItemState
from kernel.clock import day_of, milliseconds
from kernel.divisions import province_name
from kernel.effects import Change, enrol
from kernel.endorsement import Register, authority_of
from kernel.feed import ItemOutcome
from kernel.history import Approval, event_of
from kernel.office import Office
from kernel.refusals import AlreadyRegistered, Refusal, refusal
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import settle, tell


@dataclass(frozen=True)
class IndexAnswer:
    """The index on one item: a number with its key, or a refusal's code.

    Attributes:
        custodian: province of the record that stands already, where the code says that one does.
    """

    number: str = ""
    student_key: str = ""
    refusal_code: str = ""
    custodian: str = ""


def take_index_answer(
    tx: HubTransaction,
    case_id: str,
    answers: Mapping[str, IndexAnswer],
    *,
    by: Approval,
    now: datetime,
    here: Office,
    register: Register,
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
    begun = {
        item.item_id: enrol(Change(case, item, today), student_key=answer.student_key, number=answer.number)
        for item in waiting
        if (answer := answers[item.item_id]).number
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
    entry = settle(tx, case, outcomes, here=here, now=now)
    tell(tx, [(authority_of(case.school, register=register), entry)], now=now)


def _outcome(item: Item, begun: Student | None, answer: IndexAnswer) -> ItemOutcome:
    if begun is not None:
        return ItemOutcome(item.item_id, number=begun.number, student_key=begun.student_key)
    return ItemOutcome(item.item_id, refused=_refusal(answer))


def _refusal(answer: IndexAnswer) -> Refusal:
    said = refusal(answer.refusal_code)
    # Art. 6: which province, and nothing else of the child.
    return AlreadyRegistered(province=province_name(answer.custodian)) if isinstance(said, AlreadyRegistered) else said
