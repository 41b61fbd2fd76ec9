"""Begin a case that needs nobody else: signed by this hub and carried out at once."""

from __future__ import annotations

from datetime import datetime

from chassis.evidence.rules import require_filed
from chassis.ledger import NOBODY, CaseRecord
from kernel.case import Case, CaseState, Evidence, Item
from kernel.clock import day_of, milliseconds
from kernel.endorsement import Decision, Endorsed, Endorsement
from kernel.regulation import Procedure, Step
from kernel.statement import StatementKind
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.move_on import Taken, move_on
from province_hub.usecases.rules import Rules

FILED = "filed"


def begin_case(
    tx: HubTransaction,
    row: Procedure,
    case_id: str,
    items: tuple[Item, ...],
    *,
    school: str,
    evidence: tuple[Evidence, ...] = (),
    maker: str,
    now: datetime,
    rules: Rules,
) -> CaseRecord:
    """The case as it ended: each pupil's part by itself.

    Args:
        school: where the pupils' records are. maker: staff id of whoever decided it.
    """
    case = Case(
        case_id=case_id,
        procedure_name=row.name,
        school=school,
        releasing_school="",
        rule_pack=rules.packs.in_force(rules.here.code, day_of(milliseconds(now))).id,
        filed_at_ms=milliseconds(now),
        items=items,
        evidence=evidence,
    )
    require_filed(tx, case)
    endorsement = Endorsement(
        case_digest=case.digest,
        covers=case.head,
        step=Step.IN_PROVINCE,
        decision=Decision.APPROVE,
        at_ms=milliseconds(now),
        maker=maker,
    )
    signed = case.with_endorsement(rules.sign(StatementKind.ENDORSEMENT, endorsement.content()))
    tx.cases.add(signed, state=CaseState.OPEN, awaited=NOBODY, received_at=now, due=None)
    taken = [Taken(FILED, rules.here, now, told=True)]
    move_on(tx, signed, (Endorsed(endorsement, rules.here),), taken=taken, now=now, rules=rules)
    return tx.cases.get(case.case_id)


def begin_case_of_one(
    tx: HubTransaction,
    row: Procedure,
    case_id: str,
    item: Item,
    held: Held,
    *,
    evidence: tuple[Evidence, ...] = (),
    maker: str,
    now: datetime,
    rules: Rules,
) -> CaseRecord:
    """As ``begin_case``, about one pupil whose record is locked.

    Raises:
        NotCustodian, RecordFrozen, StudentHasOpenCase: it is no record that this hub may write now.
        Refusal: what a rule says against it, and nothing was done.
    """
    held.require_writable()
    school = held.student.school
    begun = begin_case(tx, row, case_id, (item,), school=school, evidence=evidence, maker=maker, now=now, rules=rules)
    refused = tx.cases.items(case_id)[0].refusal
    if refused is not None:
        raise refused
    return begun
