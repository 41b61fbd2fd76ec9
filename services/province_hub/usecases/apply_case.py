"""Carry out a case inside the province: every endorsement is there, so each pupil's record changes, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from kernel.case import Case, Item, ItemState
from kernel.clock import day_of, milliseconds
from kernel.effects import Change, carry_out
from kernel.endorsement import Endorsed, authority_in, require_school_in
from kernel.facts import read_day, stage_of
from kernel.feed import ItemOutcome, StudentLeft
from kernel.history import Approval, HistoryEvent, counter_of, event_of, settled, state
from kernel.preflight import CURABLE
from kernel.refusals import Refusal
from kernel.regulation import Filer
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, asked_beside, outcome_of, settle, told_since
from province_hub.usecases.ask_next import wait_for
from province_hub.usecases.assign_school import ask_to_assign
from province_hub.usecases.attending import told_beside
from province_hub.usecases.duties import do_duties
from province_hub.usecases.judge_items import judge_items
from province_hub.usecases.lock_records import lock_records
from province_hub.usecases.provincial_numbers import aux_number_on_entrance, give_certificate
from province_hub.usecases.rules import Rules
from province_hub.usecases.tell_breaches import breaches_told

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
    standing = [(item, student) for item in items if isinstance(student := locked[item.item_id], Student)]
    judgements = judge_items(tx, case, standing, step=APPLIED, now=now, rules=rules)
    outcomes = [ItemOutcome(item_id, refused=said) for item_id, said in locked.items() if isinstance(said, Refusal)]
    left: list[StudentLeft] = []
    done: list[tuple[Item, Student]] = []
    beside: list[Told] = []
    for (item, student), judgement in zip(standing, judgements, strict=True):
        try:
            judgement.require_approved()
            entry, after = planned(tx, case, item, student, chain, now=now, rules=rules, on=on)
            after = tx.students.write(after, entry)
        except Refusal as said:
            outcomes.append(ItemOutcome(item.item_id, refused=said))
        else:
            outcomes.append(outcome_of(item, after))
            done.append((item, after))
            beside += told_beside(case, student, after, now=now, register=rules.register)
            if after.school != student.school:
                left.append(StudentLeft(case.case_id, after.number, case.school, milliseconds(now)))
        tx.students.close_case(student.student_key, case.case_id)
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


def planned(
    tx: HubTransaction,
    case: Case,
    item: Item,
    student: Student,
    chain: tuple[Endorsed, ...],
    *,
    now: datetime,
    rules: Rules,
    on: date | None = None,
) -> tuple[HistoryEvent, Student]:
    """The entry that a pupil's part of a case makes, and the record after it; only a certificate is given meanwhile.

    Raises:
        Refusal: the change cannot be made.
    """
    by = Approval.of(chain[-1], filed_reason=item.values.get("reason", ""))
    step, at_ms = chain[-1].endorsement.step.value, milliseconds(now)
    if "counters" in case.procedure.by_key:
        return _counter(tx, case, item, student, by=by, step=step, at_ms=at_ms)
    filing = require_school_in(case, case.school, register=rules.register)
    true_on = on or effective_on(case, item, now=now)
    pack = rules.pack_of(case)
    change = Change.under(pack.read(stage_of(student.grade)), case, item, true_on, system=filing.school_system)
    after = carry_out(student, change)
    certificate = give_certificate(tx, case, item, student, school=filing, year=true_on.year, at_ms=at_ms, rules=rules)
    aux_number = aux_number_on_entrance(tx, pack, case, after.grade, school=filing, on=true_on, here=rules.here)
    if certificate or aux_number:
        change = replace(change, number_of_certificate=certificate, aux_number=aux_number)
        after = carry_out(student, change)
    entry = event_of(case, student, after, by=by, step=step, at_ms=at_ms, effective_on=true_on, item_id=item.item_id)
    if entry.effective_on < day_of(at_ms):
        after = settled(tx.students.history(student.student_key), entry, after)
    return entry, after


def _counter(
    tx: HubTransaction, case: Case, item: Item, student: Student, *, by: Approval, step: str, at_ms: int
) -> tuple[HistoryEvent, Student]:
    """反向更正: the record is what the history says without the entry that is taken back."""
    history = tx.students.history(student.student_key)
    entry = counter_of(case, history, int(item.values["counters"]), by=by, step=step, at_ms=at_ms)
    after = state([*history, entry])
    assert after is not None, "a history begins"
    return entry, after


def effective_on(case: Case, item: Item, *, now: datetime) -> date:
    """The day from which the change is true: as filed, or the day of the decision."""
    filed = item.values.get(case.procedure.effective_field, "") if case.procedure.effective_field else ""
    return read_day(filed) or day_of(milliseconds(now))


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
    if case.procedure.filer is Filer.PROVINCE:
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
