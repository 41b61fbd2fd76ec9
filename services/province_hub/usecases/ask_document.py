"""Ask the national index for a document before a record says that it is the child's (Articles 6 and 10).

The record is locked from the question to the answer, so what was judged before it stands after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chassis.ledger import Awaited
from kernel.case import Case, CaseState, Item
from kernel.clock import day_of, milliseconds
from kernel.documents import document_of, is_changed
from kernel.endorsement import Endorsed, authority_in
from kernel.feed import CaseProgress
from kernel.identity import IdentityDocument
from kernel.office import NATION
from kernel.refusals import Refusal
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told
from province_hub.usecases.apply_case import apply_case, items_left
from province_hub.usecases.judge_items import judge_items
from province_hub.usecases.lock_records import lock_records
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import LANE_INDEX
from province_hub.usecases.write_parts import Part, Written, draft_parts

KIND_DOCUMENT = "document"
DOCUMENT_ASKED = "document_asked"  # 全国查重: what a correction waits for meanwhile


@dataclass(frozen=True)
class DocumentQuestion:
    """Whether a child may have another document from a day on; None of either is no document.

    Attributes:
        item_id: of the part of the case that says so: asked again, the index knows it.
    """

    item_id: str
    student_key: str
    before: IdentityDocument | None
    after: IdentityDocument | None
    valid_from: date


def apply_with_document(
    tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], *, now: datetime, rules: Rules
) -> list[Told]:
    """Carry the case out at once where the document stays or something speaks against it; else ask first."""
    if _question(tx, case, chain, now=now, rules=rules) is None:
        return apply_case(tx, case, chain, now=now, rules=rules)
    today = day_of(milliseconds(now))
    question = {"kind": KIND_DOCUMENT, "case_id": case.case_id, "on": today.isoformat()}
    tx.outbox.put(LANE_INDEX, f"{KIND_DOCUMENT}:{case.case_id}", question, now=now)
    tx.cases.point(case.case_id, awaited=Awaited(DOCUMENT_ASKED, str(NATION)), due=None)
    tx.cases.note(case.case_id, step=DOCUMENT_ASKED, office=rules.here, at=now)
    asked = CaseProgress(
        case.case_id,
        DOCUMENT_ASKED,
        str(rules.here),
        milliseconds(now),
        awaited_step=DOCUMENT_ASKED,
        awaited_office=str(NATION),
    )
    return [(authority_in(case, case.school, register=rules.register), asked)]


def document_question(
    tx: HubTransaction, case_id: str, /, *, on: date, now: datetime, rules: Rules
) -> DocumentQuestion | None:
    """The question of a case that waits for its answer; None where there is none to ask: it has been answered, or what
    speaks against it meanwhile is told when it is carried out."""
    record = tx.cases.get(case_id, lock=True)
    if record.state is CaseState.CLOSED:
        return None
    return _question(tx, record.case, rules.read_chain(record.case), now=now, rules=rules, on=on)


def _question(
    tx: HubTransaction,
    case: Case,
    chain: tuple[Endorsed, ...],
    *,
    now: datetime,
    rules: Rules,
    on: date | None = None,
) -> DocumentQuestion | None:
    for item in items_left(tx, case, chain):  # one at most: such a case is about one child
        locked = lock_records(tx, case, [item], register=rules.register)[item.item_id]
        plan = _plan(tx, case, item, locked, chain, now=now, rules=rules, on=on)
        if plan is None or isinstance(locked, Refusal):
            return None
        after, entry = plan
        if not is_changed(locked.values, after.values):
            return None
        before, now_named = document_of(locked.values), document_of(after.values)
        return DocumentQuestion(item.item_id, locked.student_key, before, now_named, entry.effective_on)
    return None


def _plan(
    tx: HubTransaction,
    case: Case,
    item: Item,
    locked: Student | Refusal,
    chain: tuple[Endorsed, ...],
    *,
    now: datetime,
    rules: Rules,
    on: date | None,
) -> Written | None:
    """What the item would make of the record; None where it may not."""
    if isinstance(locked, Refusal):
        return None
    (judgement,) = judge_items(tx, case, [(item, locked)], step=DOCUMENT_ASKED, now=now, rules=rules)
    if not judgement.approved:
        return None
    (draft,) = draft_parts(tx, case, [Part(item, locked)], chain[-1], now=now, rules=rules, on=on)
    return None if isinstance(draft, Refusal) else draft  # a refusal is told when the case is carried out
