"""Ask the next office for its endorsement of a case inside the province, with the record beside it to compare with."""

from __future__ import annotations

from datetime import datetime

from chassis.ledger import Awaited
from kernel.case import Case
from kernel.clock import milliseconds
from kernel.endorsement import authority_in
from kernel.feed import CaseAsked, CaseProgress, ItemOutcome
from kernel.office import Tier
from kernel.preflight import CURABLE
from kernel.protection import shown
from kernel.refusals import Refusal
from kernel.student import Student
from province_hub.domain.turn import Asked
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, settle
from province_hub.usecases.assign_school import ask_to_assign
from province_hub.usecases.judge_items import judge_items
from province_hub.usecases.lock_records import lock_records
from province_hub.usecases.rules import Rules

ASKED = "asked"  # the step at which a case is judged before anybody is asked
WAITING = "waiting"  # 暂停: something must first be put right, and then it goes on by itself


def ask_next(tx: HubTransaction, case: Case, asked: Asked, *, now: datetime, rules: Rules) -> list[Told]:
    """Lock the records, judge, and ask; where nothing may move the case ends here, and nobody is asked.

    Where only something passing stands in the way (an open case, a problem record), the case waits for it and goes on
    from here when it is settled: resumed, not begun again.
    """
    row = case.procedure
    if not row.one_by_one or row.begins_record or row.leaves_province:
        # A class is judged pupil by pupil when it is carried out; a record of another province is that one's to lock.
        return _ask(case, asked, None, rules=rules)
    said = _may_move(tx, case, now=now, rules=rules)
    filing = authority_in(case, case.school, register=rules.register)
    if isinstance(said, CURABLE):
        return wait_for(tx, case, said, now=now, rules=rules)
    if isinstance(said, Refusal):
        outcomes = tuple(ItemOutcome(one.item_id, refused=said) for one in case.items)
        ask_to_assign(tx, case, outcomes, now=now, rules=rules)
        return [(filing, settle(tx, case, outcomes, here=rules.here, now=now))]
    return _ask(case, asked, said, rules=rules)


def wait_for(tx: HubTransaction, case: Case, said: Refusal, *, now: datetime, rules: Rules) -> list[Told]:
    """The case waits for what was found (暂停), and its filer is told for what."""
    tx.cases.point(case.case_id, awaited=Awaited(WAITING, ""), due=None, waits_for=said)
    tx.cases.note(case.case_id, step=WAITING, office=rules.here, at=now)
    waits = CaseProgress(
        case.case_id, WAITING, str(rules.here), milliseconds(now), awaited_step=WAITING, waits_for=said
    )
    return [(authority_in(case, case.school, register=rules.register), waits)]


def _may_move(tx: HubTransaction, case: Case, *, now: datetime, rules: Rules) -> Student | Refusal:
    """The pupil's record, if it may move, locked; or what speaks against it, and then it is not."""
    (item,) = case.items
    locked = lock_records(tx, case, case.items, register=rules.register)[item.item_id]
    if isinstance(locked, Refusal):
        return locked
    (judgement,) = judge_items(tx, case, [(item, locked)], step=ASKED, now=now, rules=rules)
    if judgement.approved:
        return locked
    tx.students.close_cases([locked.student_key], case.case_id)
    return judgement.refusals[0]


def _ask(case: Case, asked: Asked, student: Student | None, *, rules: Rules) -> list[Told]:
    office = asked.office
    assert office is not None, "inside the province the register tells whose turn it is"
    if office.tier is Tier.PROVINCE:
        return []  # the hub's own desk
    question = CaseAsked(case, asked.step.value, shown(student) if student else {})
    to = authority_in(case, office.code, register=rules.register) if office.tier is Tier.SCHOOL else office
    return [(to, question)]
