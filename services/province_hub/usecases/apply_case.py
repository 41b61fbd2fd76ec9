"""Carry out a case inside the province: every endorsement is there, so each pupil's record changes, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from kernel.case import Case, Item, ItemState
from kernel.clock import milliseconds
from kernel.endorsement import Endorsed, authority_in
from kernel.feed import ItemOutcome, StudentLeft
from kernel.preflight import CURABLE
from kernel.refusals import Refusal
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, asked_beside, outcome_of, settle, told_since
from province_hub.usecases.ask_next import wait_for
from province_hub.usecases.assign_school import ask_to_assign
from province_hub.usecases.attending import told_beside
from province_hub.usecases.compare_anew import ask_to_compare
from province_hub.usecases.duties import do_duties
from province_hub.usecases.judge_items import judge_items
from province_hub.usecases.lock_records import lock_records
from province_hub.usecases.rules import Rules
from province_hub.usecases.tell_breaches import breaches_told
from province_hub.usecases.write_parts import Part, write_parts

APPLIED = "applied"  # the step at which a case is judged for the last time


def apply_case(
    tx: HubTransaction,
    case: Case,
    chain: tuple[Endorsed, ...],
    *,
    now: datetime,
    rules: Rules,
    on: date | None = None,
) -> list[Told]:
    """Items succeed and fail one by one; one record, one new version, one entry of its history.

    The rules are asked again, for what was true when the case was filed may have changed while it climbed.

    Args:
        on: the day from which it is true, where nothing was filed about that; today where none is given.
    """
    items = items_left(tx, case, chain)
    locked = lock_records(tx, case, items, register=rules.register)
    if case.procedure.moves_record and case.procedure.one_by_one:
        # Inside one authority nobody asked this hub before: what passes by itself is waited for here as well.
        for said in locked.values():
            if isinstance(said, CURABLE):
                return wait_for(tx, case, said, now=now, rules=rules)
    parts = [Part(item, student) for item in items if isinstance(student := locked[item.item_id], Student)]
    judgements = judge_items(tx, case, [(one.item, one.before) for one in parts], step=APPLIED, now=now, rules=rules)
    outcomes = [ItemOutcome(item_id, refused=said) for item_id, said in locked.items() if isinstance(said, Refusal)]
    approved: list[Part] = []
    for part, judgement in zip(parts, judgements, strict=True):
        if judgement.approved:
            approved.append(part)
        else:
            outcomes.append(ItemOutcome(part.item.item_id, refused=judgement.refusals[0]))
    left: list[StudentLeft] = []
    done: list[tuple[Item, Student]] = []
    beside: list[Told] = []
    written = write_parts(tx, case, approved, chain[-1], now=now, rules=rules, on=on)
    for part, after in zip(approved, written, strict=True):
        if isinstance(after, Refusal):
            outcomes.append(ItemOutcome(part.item.item_id, refused=after))
            continue
        outcomes.append(outcome_of(part.item, after))
        done.append((part.item, after))
        beside += told_beside(case, part.before, after, now=now, register=rules.register)
        if after.school != part.before.school:
            left.append(StudentLeft(case.case_id, after.number, case.school, milliseconds(now)))
    tx.students.close_cases([one.before.student_key for one in parts], case.case_id)
    ask_to_compare(tx, case, approved, done, now=now)
    do_duties(tx, case, done, now=now, rules=rules)
    ask_to_assign(tx, case, outcomes, now=now, rules=rules)
    told = [*_told(tx, case, outcomes, left, done, now=now, rules=rules), *beside]
    since = told_since(case, [after for _, after in done], now=now, register=rules.register)
    return told + since + breaches_told(case, judgements, rules=rules)


def items_left(tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...]) -> list[Item]:
    """The items that wait, without those that an endorsement excepted."""
    waiting = [one.item for one in tx.cases.items(case.case_id) if one.state is ItemState.PENDING]
    excepted = {e.item_id for endorsed in chain for e in endorsed.endorsement.exceptions}
    return [item for item in waiting if item.item_id not in excepted]


def _told(
    tx: HubTransaction,
    case: Case,
    outcomes: Sequence[ItemOutcome],
    left: Sequence[StudentLeft],
    done: Sequence[tuple[Item, Student]],
    *,
    now: datetime,
    rules: Rules,
) -> list[Told]:
    """Both sides hear what became of it; a school that a record has left hears that in other words.

    The side where a pupil only attends hears nothing of the record; of what the province began, nobody hears as a case.
    """
    filing = authority_in(case, case.school, register=rules.register)
    beside = asked_beside(tx, case.case_id, province=rules.here.code)
    entry = settle(tx, case, tuple(outcomes), here=rules.here, now=now)
    if case.procedure.filer.above_the_school:
        return []
    numbers = tuple(replace(one, record={}, standing={}, student_key="") for one in entry.items)
    releasing = authority_in(case, case.releasing_school, register=rules.register) if case.releasing_school else None
    attends = any(student.school != case.school for _, student in done) and filing != releasing
    told: list[Told] = [
        (filing, entry.without_records() if attends else entry),
        *((office, replace(entry, items=numbers)) for office in beside),
    ]
    if releasing:
        told += [(releasing, one) for one in left]
        if releasing != filing and not (left and case.procedure.moves_record):
            told.append((releasing, entry))
    return told
