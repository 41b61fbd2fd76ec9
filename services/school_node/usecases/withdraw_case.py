"""Take a case back while it is still in the house."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import WithdrawCommand
from chassis.ledger import CaseHeading
from kernel.case import CaseState
from kernel.feed import ItemOutcome
from kernel.office import Identity
from kernel.refusals import AlreadySentUp, CaseAlreadyDecided, CaseWithdrawn, NotOfferedHere
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice

WITHDRAWN = "withdrawn"  # 撤销


def withdraw_case(
    tx: SchoolTransaction, command: WithdrawCommand, /, *, by: Identity, now: datetime, office: SchoolOffice
) -> CaseHeading:
    """End a case that the principal has not checked yet. Withdrawn again, it stays so.

    Raises:
        CaseNotFound: no such case. NotOfferedHere: it is not this school's, or a roster (whose drafts are returned).
        AlreadySentUp: it is on its way; the authority can return it. CaseAlreadyDecided: it is over.
    """
    del by  # whoever enters for the school may take back what was entered
    record = tx.cases.get(command.case_id, lock=True)
    case = record.case
    if case.procedure.begins_record or case.school != office.here.code:
        raise NotOfferedHere(what="撤销")
    if record.state is CaseState.CLOSED:
        if any(event.step == WITHDRAWN for event in tx.cases.timeline(case.case_id)):
            return record.heading
        raise CaseAlreadyDecided(outcome=record.state.label)
    if record.state is not CaseState.CHECKING:
        raise AlreadySentUp(awaited=record.awaited.office)
    said = CaseWithdrawn(reason=command.reason)
    tx.cases.note(case.case_id, step=WITHDRAWN, office=office.here, at=now)
    tx.cases.settle(case.case_id, [ItemOutcome(item.item_id, refused=said) for item in case.items])
    return tx.cases.get(case.case_id).heading
